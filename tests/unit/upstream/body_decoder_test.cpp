#include "upstream/body_decoder.hpp"

#include <catch2/catch.hpp>

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string>

namespace refrain::upstream {
namespace {

// `format`: 15 + 16 is gzip, 15 zlib, -15 raw deflate.
std::string deflate_all(std::string_view text, int format) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string brotli_all(std::string_view text) {
    std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 16;
    std::string out(size, '\0');
    REQUIRE(BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, text.size(),
                                  reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                  reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE);
    out.resize(size);
    return out;
}

std::string encode(const std::string& coding, std::string_view text) {
    if (coding == "br") return brotli_all(text);
    return deflate_all(text, coding == "gzip" ? 15 + 16 : 15);
}

struct Decoded {
    std::string text;
    bool sound = true;
    bool may_end = false;
    std::size_t largest_piece = 0;
    std::size_t pieces = 0;
};

Decoded decode(const std::string& coding, std::string_view input, std::size_t step_bytes) {
    const auto decoder = BodyDecoder::make(coding);
    REQUIRE(decoder);
    Decoded out;
    while (!input.empty()) {
        auto some = input.substr(0, step_bytes);
        input.remove_prefix(some.size());
        while (true) {
            const auto step = decoder->next(some);
            some.remove_prefix(step.consumed);
            out.text += step.piece;
            out.largest_piece = std::max(out.largest_piece, step.piece.size());
            out.pieces += step.piece.empty() ? 0 : 1;
            if (step.status == BodyDecoder::Status::invalid) out.sound = false;
            if (step.status != BodyDecoder::Status::piece) break;
        }
        if (!out.sound) return out;
        CHECK(some.empty());
    }
    out.may_end = decoder->may_end();
    return out;
}

std::string some_text() {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * 7919 % 1000) + "\n";
    return text;
}

TEST_CASE("BodyDecoder: a coded body comes back, cut anywhere", "[upstream][decoder]") {
    const auto coding = GENERATE(as<std::string>(), "gzip", "deflate", "br");
    const auto step_bytes = GENERATE(as<std::size_t>(), 1, 2, 3, 1000, 100'000'000);
    CAPTURE(coding, step_bytes);
    const auto text = some_text();

    const auto out = decode(coding, encode(coding, text), step_bytes);

    CHECK(out.sound);
    CHECK(out.may_end);
    CHECK(out.text == text);
}

TEST_CASE("BodyDecoder: names of codings have no case, unknown ones no decoder", "[upstream][decoder]") {
    CHECK(BodyDecoder::make("GZip"));
    CHECK(BodyDecoder::make("x-gzip"));
    CHECK(BodyDecoder::make("BR"));
    CHECK_FALSE(BodyDecoder::make("identity"));
    CHECK_FALSE(BodyDecoder::make("zstd"));
    CHECK_FALSE(BodyDecoder::make("gzip, br"));
    CHECK_FALSE(BodyDecoder::make(""));
}

TEST_CASE("BodyDecoder: what grows a thousandfold comes in bounded pieces", "[upstream][decoder]") {
    const auto coding = GENERATE(as<std::string>(), "gzip", "br");
    const std::string zeros(50'000'000, '\0');
    const auto small = encode(coding, zeros);
    REQUIRE(small.size() < 100'000);

    const auto out = decode(coding, small, 16 * 1024);

    CHECK(out.sound);
    CHECK(out.text == zeros);
    CHECK(out.largest_piece <= 64 * 1024);
}

TEST_CASE("BodyDecoder: a body cut anywhere may not end there", "[upstream][decoder]") {
    const auto coding = GENERATE(as<std::string>(), "gzip", "deflate", "br");
    const auto whole = encode(coding, "a short text that is coded");
    for (std::size_t size = 1; size < whole.size(); ++size) {
        CAPTURE(coding, size);
        const auto out = decode(coding, std::string_view(whole).substr(0, size), 5);
        CHECK(out.sound);
        CHECK_FALSE(out.may_end);
    }
}

TEST_CASE("BodyDecoder: nothing at all is an empty body", "[upstream][decoder]") {
    const auto coding = GENERATE(as<std::string>(), "gzip", "deflate", "br");
    const auto decoder = BodyDecoder::make(coding);

    CHECK(decoder->next("").status == BodyDecoder::Status::need_more);
    CHECK(decoder->may_end());
}

TEST_CASE("BodyDecoder: any changed byte of gzip is noticed or harmless", "[upstream][decoder]") {
    const std::string text = "a short text that is coded";
    const auto whole = encode("gzip", text);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
        CAPTURE(at);
        const auto out = decode("gzip", damaged, 7);
        // Time, flags and system of the header (RFC 1952 2.3) are not part of the text.
        CHECK((!out.sound || !out.may_end || out.text == text));
    }
}

TEST_CASE("BodyDecoder: garbage is refused", "[upstream][decoder]") {
    const auto [coding, input] = GENERATE(table<std::string, std::string>(
        {{"gzip", "not gzip at all"},
         {"gzip", "\x1f\x8b\x09 wrong method"},
         {"deflate", "\x78\x9d wrong check"},
         {"br", std::string(40, '\xff')}}));
    CAPTURE(coding, input);

    CHECK_FALSE(decode(coding, input, 4).sound);
}

TEST_CASE("BodyDecoder: bytes after the end are refused", "[upstream][decoder]") {
    const auto coding = GENERATE(as<std::string>(), "gzip", "deflate", "br");
    const auto step_bytes = GENERATE(as<std::size_t>(), 1, 1000);
    CAPTURE(coding, step_bytes);

    CHECK_FALSE(decode(coding, encode(coding, "text") + "trailing garbage", step_bytes).sound);
}

TEST_CASE("BodyDecoder: gzip members follow each other", "[upstream][decoder]") {
    const auto input = encode("gzip", "one ") + encode("gzip", "") + encode("gzip", "two");
    const auto step_bytes = GENERATE(as<std::size_t>(), 1, 1000);

    const auto out = decode("gzip", input, step_bytes);

    CHECK(out.sound);
    CHECK(out.may_end);
    CHECK(out.text == "one two");
}

TEST_CASE("BodyDecoder: what was flushed comes out before the rest came", "[upstream][decoder]") {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string event = "data: {}\n\n";
    std::string out(1000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(event.data());
    stream.avail_in = static_cast<uInt>(event.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_SYNC_FLUSH) == Z_OK);
    out.resize(stream.total_out);
    deflateEnd(&stream);

    const auto decoded = decode("gzip", out, 1000);

    CHECK(decoded.text == event);
    CHECK_FALSE(decoded.may_end);
}

}  // namespace
}  // namespace refrain::upstream
