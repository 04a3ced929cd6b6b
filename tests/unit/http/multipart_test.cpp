#include "http/multipart.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace refrain;
using namespace refrain::http;

namespace {

const std::string kBoundary = "XX";

// One part with that header block (its lines without the last CRLF) and body.
std::string part(const std::string& header, const std::string& body) {
    return "--XX\r\n" + header + "\r\n\r\n" + body + "\r\n";
}

std::string field(const std::string& name, const std::string& value) {
    return part("Content-Disposition: form-data; name=\"" + name + "\"", value);
}

const std::string kEnd = "--XX--\r\n";

std::string fault_of(const std::string& body) {
    const auto parts = parse_multipart(body, kBoundary);
    return parts ? "" : parts.error().message;
}

}  // namespace

TEST_CASE("parse_multipart: parts come out in their order, as views into the body",
          "[http][multipart]") {
    const std::string body =
        field("model", "whisper-1") +
        part(
            "content-disposition: form-data; name=file; filename=\"a b.wav\"\r\n"
            "Content-Type: audio/wav\r\nContent-Length: 3",
            "a\r\nb") +
        field("prompt", "") + kEnd;

    const auto parts = parse_multipart(body, kBoundary);

    REQUIRE(parts);
    REQUIRE(parts->size() == 3);
    const FormPart& model = parts->at(0);
    CHECK(model.name == "model");
    CHECK_FALSE(model.file_name);
    CHECK(model.body == "whisper-1");
    const FormPart& file = parts->at(1);
    CHECK(file.name == "file");
    CHECK(file.file_name == "a b.wav");
    CHECK(file.content_type == "audio/wav");
    CHECK(file.body == "a\r\nb");
    CHECK(file.body.data() == body.data() + body.find("a\r\nb"));
    CHECK(parts->at(2).body.empty());
}

TEST_CASE("parse_multipart: a form of no parts, and one without a last line end, are whole",
          "[http][multipart]") {
    CHECK(parse_multipart("--XX--", kBoundary).value().empty());
    CHECK(parse_multipart("--XX--\r\n", kBoundary).value().empty());
    CHECK(parse_multipart(field("a", "b") + "--XX--", kBoundary).value().size() == 1);
}

TEST_CASE("parse_multipart: a boundary within a line is data", "[http][multipart]") {
    const auto data = GENERATE(as<std::string>{},
                               "a--XX",
                               "a--XX--\r\nb",
                               "-XX",
                               "\r\n-XX--",
                               "\r\n--X",
                               "\r\n --XX",
                               "\r\n\r\n",
                               "\n-\r-",
                               std::string("\0--XX\0", 6));
    CAPTURE(data);

    const std::string body = field("a", data) + kEnd;

    const auto parts = parse_multipart(body, kBoundary);

    REQUIRE(parts);
    CHECK(parts->at(0).body == data);
}

TEST_CASE("parse_multipart: a boundary that some readers would see is refused",
          "[http][multipart]") {
    const auto data = GENERATE(as<std::string>{},
                               "a\n--XX\nb",
                               "a\n--XX--",
                               "a\r--XX--",
                               "\n--XX",
                               "a\r\n--XXX",
                               "a\r\n--XX ",
                               "a\r\n--XX\nb",
                               "a\r\n--XX-",
                               "--XX");
    CAPTURE(data);

    const std::string fault = fault_of(field("a", data) + kEnd);

    CHECK(fault.find("boundary") != std::string::npos);
}

TEST_CASE("parse_multipart: each malformed form is refused with its reason", "[http][multipart]") {
    const auto [body, reason] = GENERATE(table<std::string, std::string>({
        {"", "begin with its boundary"},
        {"preamble\r\n--XX--", "begin with its boundary"},
        {"\r\n--XX--", "begin with its boundary"},
        {"--XY--", "begin with its boundary"},
        {"--XX", "line of its own"},
        {"--XX \r\n", "line of its own"},
        {"--XX--epilogue", "after the last boundary"},
        {"--XX--\r\n\r\n", "after the last boundary"},
        {"--XX--\n", "after the last boundary"},
        {field("a", "b"), "last boundary of the form is missing"},
        {field("a", "b") + "--XX", "line of its own"},
        {field("a", "b") + "--XX\r\n", "ends within the header"},
        {"--XX\r\nContent-Disposition: form-data; name=a", "ends within the header"},
        {"--XX\nContent-Disposition: form-data; name=a\n\nb\n--XX--\n", "line of its own"},
        {"--XX\r\nContent-Disposition: form-data; name=a\n\nb\r\n--XX--", "does not end in CRLF"},
        {"--XX\r\n\r\nb\r\n--XX--", "no Content-Disposition"},
        {part("Content-Type: text/plain", "b") + kEnd, "no Content-Disposition"},
        {part("Content-Disposition: form-data", "b") + kEnd, "no name"},
        {part("Content-Disposition: form-data; name=\"\"", "b") + kEnd, "no name"},
        {part("Content-Disposition: form-data; filename=a", "b") + kEnd, "no name"},
        {part("Content-Disposition: attachment; name=a", "b") + kEnd, "no form-data"},
        {part("Content-Disposition: form-data; name=a; name=b", "b") + kEnd, "malformed"},
        {part("Content-Disposition: form-data; name=a; filename*=utf-8''b", "b") + kEnd,
         "unknown parameter"},
        {part("Content-Disposition: form-data; name=\"a\\b\"", "b") + kEnd, "backslash"},
        {part("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
              "b") +
             kEnd,
         "twice"},
        {part("Content-Disposition: form-data; name=a\r\nX-Y: 1\r\nx-y: 2", "b") + kEnd, "twice"},
        {part("Content-Disposition : form-data; name=a", "b") + kEnd, "malformed"},
        {part("Content-Disposition: form-data;\r\n name=a", "b") + kEnd, "malformed"},
        {part("Content-Disposition: form-data; name=a\r\nX: \x01", "b") + kEnd, "control"},
        {part("Content-Disposition: form-data; name=a\r\nContent-Type: Multipart/mixed", "b") +
             kEnd,
         "itself multipart"},
        {part("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64",
              "Yg==") +
             kEnd,
         "Content-Transfer-Encoding"},
    }));
    CAPTURE(body, reason);

    CHECK(fault_of(body).find(reason) != std::string::npos);
}

TEST_CASE("parse_multipart: an encoding that changes nothing is no fault", "[http][multipart]") {
    const auto encoding = GENERATE(as<std::string>{}, "binary", "8bit", "7BIT");

    const std::string body =
        part("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: " + encoding,
             "b") +
        kEnd;

    const auto parts = parse_multipart(body, kBoundary);

    REQUIRE(parts);
    CHECK(parts->at(0).body == "b");
}

TEST_CASE("parse_multipart: ten thousand parts are refused at the limit", "[http][multipart]") {
    std::string body;
    for (int i = 0; i < 10'000; ++i)
        body += field("a" + std::to_string(i), "b");
    body += kEnd;

    const auto parts = parse_multipart(body, kBoundary);

    REQUIRE_FALSE(parts);
    CHECK(parts.error().code == ErrorCode::too_large);
    CHECK(parts.error().message == "there are more parts of the form, and at most 64 are read");
    CHECK(parse_multipart(body, kBoundary, {.parts = 10'000}).value().size() == 10'000);
}

TEST_CASE("parse_multipart: long headers and names are refused at their limits",
          "[http][multipart]") {
    const MultipartLimits limits;
    const auto fill = [](std::size_t size) { return std::string(size, 'x'); };
    const auto code_of = [](const std::string& body) {
        return parse_multipart(body, kBoundary).error().code;
    };

    CHECK(parse_multipart(field(fill(limits.name_bytes), "b") + kEnd, kBoundary));
    CHECK(code_of(field(fill(limits.name_bytes + 1), "b") + kEnd) == ErrorCode::too_large);
    const auto named = [&](std::size_t size) {
        return part("Content-Disposition: form-data; name=file; filename=" + fill(size), "b") +
               kEnd;
    };
    CHECK(parse_multipart(named(limits.file_name_bytes), kBoundary));
    CHECK(code_of(named(limits.file_name_bytes + 1)) == ErrorCode::too_large);
    CHECK(code_of(part("X: " + fill(limits.header_bytes), "b") + kEnd) == ErrorCode::too_large);
}

TEST_CASE("parse_multipart: a boundary of dashes in a body of dashes takes linear time",
          "[http][multipart]") {
    const std::string boundary(70, '-');
    const std::string data = "a" + std::string(16 << 20, '-');
    const std::string body = "--" + boundary +
                             "\r\nContent-Disposition: form-data; name=a\r\n\r\n" + data +
                             "\r\n--" + boundary + "--";

    const auto parts = parse_multipart(body, boundary);

    REQUIRE(parts);
    CHECK(parts->at(0).body.size() == data.size());
}

TEST_CASE("multipart_boundary: the boundary is read from the Content-Type", "[http][multipart]") {
    const auto [type, boundary] = GENERATE(table<std::string, std::string>({
        {"multipart/form-data; boundary=abc", "abc"},
        {"Multipart/Form-Data;boundary=\"a b'()+_,-./:=?c\"", "a b'()+_,-./:=?c"},
        {"multipart/form-data; charset=utf-8; BOUNDARY=----formdata-undici-0123",
         "----formdata-undici-0123"},
        {"multipart/form-data; boundary=" + std::string(70, 'x'), std::string(70, 'x')},
    }));
    CAPTURE(type);

    CHECK(multipart_boundary(type).value() == boundary);
    CHECK(is_multipart_form(type));
}

TEST_CASE("multipart_boundary: a boundary that is none is refused", "[http][multipart]") {
    const auto type = GENERATE(as<std::string>{},
                               "",
                               "multipart/form-data",
                               "multipart/mixed; boundary=a",
                               "multipart/form-data; boundary=",
                               "multipart/form-data; boundary=\"\"",
                               "multipart/form-data; boundary=\"a \"",
                               "multipart/form-data; boundary=a b",
                               "multipart/form-data; boundary=a:b",
                               "multipart/form-data; boundary=\"a\xc3\xa9\"",
                               "multipart/form-data; boundary=\"a\\b\"",
                               "multipart/form-data; boundary=a; boundary=b",
                               "multipart/form-data; boundary=" + std::string(71, 'x'));
    CAPTURE(type);

    const auto boundary = multipart_boundary(type);

    REQUIRE_FALSE(boundary);
    CHECK(boundary.error().code == ErrorCode::malformed);
    CHECK_FALSE(boundary.error().message.empty());
}
