#include "cache/entry.hpp"

#include "cache/entry_layout.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <random>

using namespace refrain;
using namespace refrain::cache;

namespace {

Entry full_entry() {
    auto entry = sample_entry(1, "hello");
    entry.voice = "alloy";
    entry.tenant = std::string("a\0b", 3);
    entry.tags = {"one", "", "three"};
    entry.names = {"response:resp_123"};
    entry.status = 599;
    entry.headers = {{"openai-version", "2020-10-01"}, {"x", ""}};
    entry.usage = R"({"input_tokens":3})";
    entry.price = R"({"usd":"0.01"})";
    entry.envelope = "{\"audioContent\":\"\"}";
    entry.sound = R"({"extension":"mp3"})";
    entry.expires = {123'456'789'012};
    entry.latency = std::chrono::milliseconds(4321);
    entry.pace = {{5, 0}, {70'000, 250}};
    return entry;
}

void check_same(const Entry& a, const Entry& b) {
    CHECK(a.key == b.key);
    CHECK(a.operation == b.operation);
    CHECK(a.provider == b.provider);
    CHECK(a.model == b.model);
    CHECK(a.voice == b.voice);
    CHECK(a.tenant == b.tenant);
    CHECK(a.tags == b.tags);
    CHECK(a.names == b.names);
    CHECK(a.status == b.status);
    CHECK(a.content_type == b.content_type);
    CHECK(a.form == b.form);
    CHECK(a.headers == b.headers);
    CHECK(a.usage == b.usage);
    CHECK(a.price == b.price);
    CHECK(a.envelope == b.envelope);
    CHECK(a.sound == b.sound);
    CHECK(a.created == b.created);
    CHECK(a.expires == b.expires);
    CHECK(a.latency == b.latency);
    CHECK(a.pace == b.pace);
    CHECK(a.body_digest == b.body_digest);
}

}  // namespace

TEST_CASE("An entry comes back from its stored form as it was, without its body",
          "[cache][entry]") {
    const auto entry = full_entry();

    const auto decoded = decode_entry(encode_entry(entry));

    REQUIRE(decoded);
    check_same(entry, *decoded);
    CHECK(decoded->body == nullptr);
}

TEST_CASE("An entry without anything survives, and forever stays forever", "[cache][entry]") {
    const auto decoded = decode_entry(encode_entry(Entry{}));

    REQUIRE(decoded);
    check_same(Entry{}, *decoded);
    CHECK(decoded->expires.is_forever());
}

TEST_CASE("Any single flipped bit of a stored entry is noticed", "[cache][entry]") {
    const auto bytes = encode_entry(full_entry());

    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        if (decode_entry(damaged)) FAIL("bit " << bit << " went unnoticed");
    }
    SUCCEED();
}

TEST_CASE("A stored entry cut anywhere, or with something behind it, is refused",
          "[cache][entry]") {
    const auto bytes = encode_entry(full_entry());

    for (std::size_t size = 0; size < bytes.size(); ++size) {
        if (decode_entry(bytes.substr(0, size))) FAIL("cut to " << size << " went unnoticed");
    }
    CHECK_FALSE(decode_entry(bytes + '\0'));
    CHECK_FALSE(decode_entry(bytes + bytes));
}

TEST_CASE("The head of a stored entry can be read without the rest", "[cache][entry]") {
    const auto entry = full_entry();

    const auto facts = peek_entry(encode_entry(entry));

    REQUIRE(facts);
    CHECK(facts->expires == entry.expires);
    CHECK(facts->created == entry.created);
    CHECK_FALSE(peek_entry(""));
    CHECK_FALSE(peek_entry("RfEn"));
    CHECK_FALSE(peek_entry(std::string(200, 'x')));
}

TEST_CASE("What an entry takes in memory includes its body and every list", "[cache][entry]") {
    auto entry = sample_entry(1, std::string(10'000, 'x'));
    const auto before = entry.size_bytes();
    CHECK(before > 10'000);
    CHECK(before < 12'000);

    entry.usage = std::string(5'000, 'u');
    entry.pace.resize(1'000);
    entry.tags.emplace_back(3'000, 't');

    CHECK(entry.size_bytes() >= before + 5'000 + 8'000 + 3'000);
}

TEST_CASE("Freshness ends at the moment of expiry", "[cache][entry]") {
    Entry entry;
    entry.expires = {1'000};

    CHECK(entry.is_fresh({999}));
    CHECK_FALSE(entry.is_fresh({1'000}));
    entry.expires = WallTime::forever();
    CHECK(entry.is_fresh({std::numeric_limits<std::int64_t>::max() - 1}));
}

TEST_CASE("A body comes back from its stored form byte for byte", "[cache][body]") {
    const auto body = GENERATE(std::string(),
                               std::string("x"),
                               std::string(1024, 'a'),
                               std::string(1025, 'a'),
                               noise(5'000),
                               noise(200'000) + std::string(200'000, '\0'));

    const auto decoded = decode_body(encode_body(body), body.size());

    REQUIRE(decoded);
    CHECK((*decoded)->view() == body);
}

TEST_CASE("A body is compressed only above 1 KiB and only where it helps", "[cache][body]") {
    CHECK(encode_body(std::string(1024, 'a')).size() > 1024);
    CHECK(encode_body(std::string(100'000, 'a')).size() < 200);
    CHECK(encode_body(noise(100'000)).size() <= 100'000 + 24);
}

TEST_CASE("A body that is to stay plain stays plain, and is read all the same", "[cache][body]") {
    const std::string body(100'000, 'a');

    const auto bytes = encode_body(body, BodyCoding::plain);

    CHECK(bytes.size() > body.size());
    const auto decoded = decode_body(bytes, body.size());
    REQUIRE(decoded);
    CHECK((*decoded)->view() == body);
}

TEST_CASE("A body over the reader's limit is refused before memory is taken for it",
          "[cache][body]") {
    const auto bytes = encode_body(std::string(1'000'000, 'a'));

    const auto decoded = decode_body(bytes, 999'999);

    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().code == ErrorCode::too_large);
    CHECK(decode_body(bytes, 1'000'000));
}

TEST_CASE("A damaged body is refused: flipped bits and cuts", "[cache][body]") {
    const auto bytes = encode_body(GENERATE(std::string("short"), std::string(3'000, 'b')));

    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        if (decode_body(damaged, 1 << 20)) FAIL("bit " << bit << " went unnoticed");
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        if (decode_body(bytes.substr(0, size), 1 << 20)) FAIL("cut to " << size);
    }
    CHECK_FALSE(decode_body(bytes + "x", 1 << 20));
}
