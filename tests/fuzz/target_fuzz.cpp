// Any bytes as a request target: what is accepted has no control byte and no dot segment in its
// path, and all escapes come back; queries and Cache-Control values are read without a fault.
#include "http/cache_control.hpp"
#include "http/target.hpp"
#include "tests/fuzz/invariant.hpp"

#include <cstdint>

using namespace refrain::http;

namespace {

void check_accepted(const Target& target, const std::string& text) {
    std::string again(target.raw_path);
    if (again.size() < text.size()) again.append("?").append(target.query);
    FUZZ_REQUIRE(again == text);
    FUZZ_REQUIRE(target.path.starts_with('/'));
    FUZZ_REQUIRE((target.path + "/").find("/../") == std::string::npos);
    FUZZ_REQUIRE((target.path + "/").find("/./") == std::string::npos);
    for (const char c : target.path) {
        const auto byte = static_cast<std::uint8_t>(c);
        FUZZ_REQUIRE(byte >= 0x20 && byte != 0x7f);
    }
    FUZZ_REQUIRE(percent_decode(target.raw_path) == target.path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    if (const auto target = parse_target(text)) check_accepted(*target, text);

    FUZZ_REQUIRE(percent_decode(percent_encode(text)) == text);
    std::string query;
    const auto pairs = parse_query(text);
    for (const auto& [name, value] : pairs) {
        query.append(percent_encode(name)).append("=").append(percent_encode(value)).append("&");
    }
    FUZZ_REQUIRE(parse_query(query) == pairs);

    CacheControl directives;
    directives.read(text);
    constexpr std::chrono::seconds kMost(std::int64_t{1} << 31);
    FUZZ_REQUIRE(!directives.max_age ||
                 (directives.max_age->count() >= 0 && *directives.max_age <= kMost));
    FUZZ_REQUIRE(!directives.max_stale || directives.accepts_stale);
    return 0;
}
