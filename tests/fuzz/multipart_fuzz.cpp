// Any bytes as a form: what is accepted is a list of views into the body that is written again as
// the same list, and its boundary begins no line within a part. The first line of the input is the
// Content-Type.
#include "http/multipart.hpp"
#include "tests/fuzz/invariant.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

using namespace refrain::http;

namespace {

bool is_within(std::string_view part, std::string_view body) {
    return part.empty() ||
           (part.data() >= body.data() && part.data() + part.size() <= body.data() + body.size());
}

std::string written(const std::vector<FormPart>& parts, std::string_view boundary) {
    std::string body;
    for (const FormPart& part : parts) {
        body.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
        body.append(part.name).append("\"");
        if (part.file_name) body.append("; filename=\"").append(*part.file_name).append("\"");
        if (!part.content_type.empty()) body.append("\r\nContent-Type: ").append(part.content_type);
        body.append("\r\n\r\n").append(part.body).append("\r\n");
    }
    return body.append("--").append(boundary).append("--\r\n");
}

bool equal(const FormPart& a, const FormPart& b) {
    return a.name == b.name && a.file_name == b.file_name && a.content_type == b.content_type &&
           a.body == b.body;
}

void check_accepted(const std::vector<FormPart>& parts,
                    std::string_view body,
                    std::string_view boundary) {
    FUZZ_REQUIRE(parts.size() <= MultipartLimits{}.parts);
    const std::string line = "\n--" + std::string(boundary);
    for (const FormPart& part : parts) {
        FUZZ_REQUIRE(!part.name.empty());
        FUZZ_REQUIRE(is_within(part.name, body) && is_within(part.body, body));
        FUZZ_REQUIRE(("\n" + std::string(part.body)).find(line) == std::string::npos);
    }
    const std::string again = written(parts, boundary);
    // Quotes and spaces that were not there can make a header longer.
    const auto second = parse_multipart(again, boundary, {.header_bytes = 8192});
    FUZZ_REQUIRE(second.has_value());
    FUZZ_REQUIRE(std::equal(second->begin(), second->end(), parts.begin(), parts.end(), equal));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(data, data + size);
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string type = input.substr(0, end);
    const std::string body = input.substr(std::min(end + 1, input.size()));

    const auto boundary = multipart_boundary(type);
    FUZZ_REQUIRE(boundary.has_value() || !boundary.error().message.empty());
    if (!boundary) return 0;
    FUZZ_REQUIRE(is_multipart_form(type) && !boundary->empty() && boundary->size() <= 70);
    const auto parts = parse_multipart(body, *boundary);
    if (parts) check_accepted(*parts, body, *boundary);
    return 0;
}
