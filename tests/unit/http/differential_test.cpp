// Whatever our parser accepts, Boost.Beast must accept too, and see the same in it. What may
// differ:
// - Beast does not skip an empty line before a request (RFC 9112 2.2), so it is not given one.
// - Beast adds trailers to the fields; fields are compared before the body is read.
// - Beast refuses what `allowed_difference` names.
#include "http/chunked.hpp"
#include "unit/http/head_reading.hpp"
#include "unit/http/message_generator.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <string>

using namespace refrain::http;
using namespace refrain::http::testing;
namespace beast = boost::beast::http;

namespace {

constexpr int kMessages = 40'000;
constexpr std::uint64_t kBodyLimit = 1 << 20;

struct Body {
    bool done = false;
    bool invalid = false;
    std::string bytes;
    std::size_t consumed = 0;
};

Body read_chunked(std::string_view coded) {
    using Status = ChunkDecoder::Status;
    ChunkDecoder decoder;
    Body body;
    for (;;) {
        const auto step = decoder.next(coded.substr(body.consumed));
        body.consumed += step.consumed;
        body.bytes.append(step.data);
        if (step.status == Status::data) continue;
        body.done = step.status == Status::done;
        body.invalid = step.status == Status::invalid;
        return body;
    }
}

Body read_length(std::string_view bytes, std::uint64_t length) {
    Body body;
    body.bytes =
        bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(length, bytes.size())));
    body.consumed = body.bytes.size();
    body.done = body.consumed == length;
    return body;
}

// Beast's refusals that are narrower than ours, each for a reason.
std::string allowed_difference(const boost::system::error_code& error,
                               std::string_view head,
                               bool in_body) {
    // Ours drops all trailers; Beast reads framing fields among them as if they were in the head.
    if (in_body && (error == beast::error::bad_transfer_encoding ||
                    error == beast::error::bad_content_length)) {
        return "trailer";
    }
    // Ours reads Connection for the options it knows; it is advice, and never forwarded.
    if (error == beast::error::bad_value && head.find("onnection") != head.npos)
        return "connection";
    // The space before an empty reason is often left out.
    if (error == beast::error::bad_status && head[12] == '\r') return "reason";
    // A limit on bodies is the caller's affair here.
    if (error == beast::error::body_limit) return "limit";
    return "";
}

template <class Parser>
struct BeastReading {
    Parser parser;
    boost::system::error_code error;
    std::size_t consumed = 0;
    FieldList fields;  // before trailers were added
};

template <class Message>
FieldList beast_fields(const Message& message) {
    FieldList list;
    for (const auto& field : message) {
        list.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    return list;
}

// Beast keeps fields of one name together, so the order between names is not compared.
FieldList sorted(FieldList list) {
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
        std::string left = a.first, right = b.first;
        for (char& c : left)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        for (char& c : right)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return left < right;
    });
    return list;
}

template <class Parser>
void read_with_beast(std::string_view bytes, BeastReading<Parser>& reading) {
    reading.parser.header_limit(1 << 20);
    reading.parser.body_limit(kBodyLimit);
    while (!reading.parser.is_done() && reading.consumed < bytes.size()) {
        const std::string_view left = bytes.substr(reading.consumed);
        const std::size_t taken =
            reading.parser.put(boost::asio::buffer(left.data(), left.size()), reading.error);
        reading.consumed += taken;
        if (reading.parser.is_header_done() && !reading.parser.eager()) {
            reading.fields = beast_fields(reading.parser.get());
            reading.parser.eager(true);
        }
        if (reading.error == beast::error::need_more) reading.error = {};
        if (reading.error || taken == 0) return;
    }
}

template <class Parser>
void compare_bodies(const Body& ours, const BeastReading<Parser>& theirs, std::size_t head_bytes) {
    if (ours.invalid) return;
    CHECK(theirs.parser.get().body() == ours.bytes);
    CHECK(theirs.parser.is_done() == ours.done);
    if (ours.done) CHECK(theirs.consumed == head_bytes + ours.consumed);
}

bool holds_close(const FieldList& fields) {
    return std::any_of(fields.begin(), fields.end(), [](const auto& field) {
        return equal_ignoring_case(field.first, "Connection") &&
               field.second.find("close") != std::string::npos;
    });
}

}  // namespace

TEST_CASE("Differential: a request we accept is the same request to Boost.Beast",
          "[http][differential]") {
    MessageGenerator generator(20261120);
    int accepted = 0, with_body = 0, refused = 0;
    for (int i = 0; i < kMessages; ++i) {
        const std::string bytes = generator.request();
        const RequestReading ours = read_request(bytes);
        if (ours.status != HeadStatus::complete) {
            if (ours.status == HeadStatus::invalid) ++refused;
            continue;
        }
        ++accepted;
        CAPTURE(i, bytes);
        const auto head = std::string_view(bytes).substr(0, ours.size_bytes);
        const auto after_head = std::string_view(bytes).substr(ours.size_bytes);
        const Body body = ours.chunked ? read_chunked(after_head)
                                       : read_length(after_head, ours.content_length.value_or(0));
        BeastReading<beast::request_parser<beast::string_body>> theirs;
        const std::size_t skipped = bytes.starts_with("\r\n") ? 2 : 0;
        read_with_beast(std::string_view(bytes).substr(skipped), theirs);
        INFO(theirs.error.message());
        const bool in_body = theirs.parser.is_header_done();
        if (!allowed_difference(theirs.error, head, in_body).empty()) continue;
        REQUIRE(theirs.parser.is_header_done());
        if (!body.invalid) REQUIRE_FALSE(theirs.error);

        const auto& message = theirs.parser.get();
        CHECK(std::string(message.method_string()) == ours.method);
        CHECK(message.version() == 10U + static_cast<unsigned>(ours.minor_version));
        const std::string target(message.target());
        if (target.front() == '/' || target == "*") {
            CHECK(target == ours.target);
        } else {
            // Ours has taken the absolute-form apart; together the parts must be the same again.
            const std::string path = target.ends_with(ours.host) ? "" : ours.target;
            CHECK(target.substr(target.find("://") + 3) == ours.host + path);
        }
        CHECK(sorted(theirs.fields) == sorted(ours.fields));
        CHECK(theirs.parser.chunked() == ours.chunked);
        if (ours.content_length)
            CHECK(theirs.parser.content_length().value_or(0) == *ours.content_length);
        // Beast lets keep-alive win over close in HTTP/1.0; RFC 9112 9.3 has close first.
        const bool undecided =
            ours.minor_version == 0 && theirs.parser.keep_alive() && !ours.keep_alive;
        if (undecided) {
            CHECK(holds_close(ours.fields));
        } else {
            CHECK(theirs.parser.keep_alive() == ours.keep_alive);
        }
        compare_bodies(body, theirs, ours.size_bytes - skipped);
        if (body.done && !body.bytes.empty()) ++with_body;
    }

    CHECK(accepted > kMessages / 4);
    CHECK(with_body > kMessages / 20);
    CHECK(refused > kMessages / 10);
}

TEST_CASE("Differential: a response we accept is the same response to Boost.Beast",
          "[http][differential]") {
    MessageGenerator generator(7);
    int accepted = 0, refused = 0;
    for (int i = 0; i < kMessages; ++i) {
        const std::string bytes = generator.response();
        const bool to_head = generator.one_in(8);
        const ResponseReading ours = read_response(bytes, to_head);
        if (ours.status != HeadStatus::complete) {
            if (ours.status == HeadStatus::invalid) ++refused;
            continue;
        }
        ++accepted;
        CAPTURE(i, bytes, to_head);
        const auto head = std::string_view(bytes).substr(0, ours.size_bytes);
        const auto after_head = std::string_view(bytes).substr(ours.size_bytes);
        Body body;
        switch (ours.body) {
            case ResponseHead::Body::none: body.done = true; break;
            case ResponseHead::Body::length:
                body = read_length(after_head, ours.content_length);
                break;
            case ResponseHead::Body::chunked: body = read_chunked(after_head); break;
            case ResponseHead::Body::until_close: body.bytes = after_head; break;
        }
        BeastReading<beast::response_parser<beast::string_body>> theirs;
        theirs.parser.skip(to_head);
        read_with_beast(bytes, theirs);
        INFO(theirs.error.message());
        const bool in_body = theirs.parser.is_header_done();
        if (!allowed_difference(theirs.error, head, in_body).empty()) continue;
        REQUIRE(theirs.parser.is_header_done());
        if (!body.invalid) REQUIRE_FALSE(theirs.error);

        const auto& message = theirs.parser.get();
        CHECK(static_cast<int>(message.result_int()) == ours.code);
        // Beast puts the standard phrase where there is none.
        if (!ours.reason.empty()) CHECK(std::string(message.reason()) == ours.reason);
        CHECK(message.version() == 10U + static_cast<unsigned>(ours.minor_version));
        CHECK(sorted(theirs.fields) == sorted(ours.fields));
        CHECK(theirs.parser.need_eof() == (ours.body == ResponseHead::Body::until_close));
        compare_bodies(body, theirs, ours.size_bytes);
    }

    CHECK(accepted > kMessages / 4);
    CHECK(refused > kMessages / 10);
}
