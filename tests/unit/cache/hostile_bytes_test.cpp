// Stored forms whose checksum is right and whose content lies: what a bug or a forger would write.
#include "cache/bytes.hpp"
#include "cache/entry.hpp"
#include "cache/entry_layout.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>
#include <zstd.h>

#include <random>

using namespace refrain;
using namespace refrain::cache;

namespace {

ByteWriter body_head(std::uint16_t version, std::uint16_t coding, std::uint64_t size) {
    ByteWriter out;
    out.raw("RfBo");
    out.u16(version);
    out.u16(coding);
    out.u64(size);
    return out;
}

std::string zstd(const std::string& text) {
    std::string frame(ZSTD_compressBound(text.size()), '\0');
    frame.resize(ZSTD_compress(frame.data(), frame.size(), text.data(), text.size(), 3));
    return frame;
}

std::string sealed_body(std::uint16_t version,
                        std::uint16_t coding,
                        std::uint64_t size,
                        const std::string& payload) {
    auto out = body_head(version, coding, size);
    out.raw(payload);
    return std::move(out).sealed();
}

}  // namespace

TEST_CASE("A body whose header lies is refused", "[cache][body][hostile]") {
    const std::string text(5'000, 'z');
    const auto frame = zstd(text);
    constexpr std::size_t kLimit = 1 << 20;

    REQUIRE(decode_body(sealed_body(1, 1, 5'000, frame), kLimit));
    CHECK_FALSE(decode_body(sealed_body(1, 1, 4'999, frame), kLimit));
    CHECK_FALSE(decode_body(sealed_body(1, 1, 5'001, frame), kLimit));
    CHECK_FALSE(decode_body(sealed_body(1, 1, 5'000, frame + frame), kLimit));
    CHECK_FALSE(decode_body(sealed_body(1, 1, 5'000, frame.substr(0, frame.size() - 1)), kLimit));
    CHECK_FALSE(decode_body(sealed_body(1, 1, 0, ""), kLimit));
    CHECK_FALSE(decode_body(sealed_body(1, 1, ~0ULL, frame), kLimit));
    CHECK_FALSE(decode_body(sealed_body(1, 0, 4, "abc"), kLimit));
    CHECK_FALSE(decode_body(sealed_body(1, 0, 2, "abc"), kLimit));
    CHECK_FALSE(decode_body(sealed_body(2, 0, 3, "abc"), kLimit));
    CHECK_FALSE(decode_body(sealed_body(1, 2, 3, "abc"), kLimit));
    CHECK(decode_body(sealed_body(1, 0, 3, "abc"), kLimit));
}

TEST_CASE("An entry whose counts and lengths lie is refused without taking memory for them",
          "[cache][entry][hostile]") {
    const auto honest = encode_entry(sample_entry(1, "x"));
    const auto content = honest.substr(0, honest.size() - kSealBytes);

    // Every 32-bit field in turn claims four billion items or bytes.
    for (std::size_t at = 96; at + 4 <= content.size(); ++at) {
        auto lying = content;
        lying.replace(at, 4, "\xff\xff\xff\xff");
        ByteWriter out;
        out.raw(lying);
        const auto decoded = decode_entry(std::move(out).sealed());
        // Inside a text it is only another text.
        if (decoded) CHECK(encode_entry(*decoded).size() == honest.size());
    }
}

TEST_CASE("Random content under a right checksum never decodes into something else",
          "[cache][entry][hostile]") {
    std::mt19937 random(42);
    const auto honest = encode_entry(sample_entry(1, "x"));

    for (int round = 0; round < 20'000; ++round) {
        auto content = honest.substr(0, honest.size() - kSealBytes);
        for (unsigned changes = random() % 4 + 1; changes > 0; --changes) {
            content[8 + random() % (content.size() - 8)] = static_cast<char>(random());
        }
        if (random() % 4 == 0) content.resize(random() % content.size());
        ByteWriter out;
        out.raw(content);
        const auto bytes = std::move(out).sealed();
        const auto decoded = decode_entry(bytes);
        // One form for one entry: what decodes encodes to the same bytes.
        if (decoded && encode_entry(*decoded) != bytes) FAIL("round " << round);
    }
    SUCCEED();
}

TEST_CASE("A byte reader stops at its end and stays stopped", "[cache][bytes]") {
    ByteReader in("abc");

    CHECK(in.u16() == 0x6261);
    CHECK(in.u32() == 0);
    CHECK_FALSE(in.ok());
    CHECK(in.u8() == 0);
    CHECK(in.raw(0).empty());
    CHECK_FALSE(in.at_end());
}
