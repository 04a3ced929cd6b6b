// Whatever parses has one canonical form, and that form is its own. An independent parser agrees on
// what is JSON.
#include "base/check.hpp"
#include "providers/json.hpp"

#include <cstddef>
#include <cstdint>

using namespace refrain;
using namespace refrain::providers;

namespace {

// nlohmann's parser takes a NUL for the end, skips a BOM, knows no depth, lets names repeat and
// refuses numbers beyond a double.
void compare_verdicts(std::string_view text, const Result<Json>& value) {
    constexpr int kNumberOverflow = 406;
    if (text.find('\0') != std::string_view::npos || text.starts_with("\xEF\xBB\xBF")) return;
    const std::string_view problem = value ? "" : std::string_view(value.error().message);
    if (problem == "duplicate-names" || problem == "too-deep") return;
    try {
        (void)Json::parse(text);
        REFRAIN_CHECK(value.has_value(), "what nlohmann reads is read");
    } catch (const Json::exception& error) {
        const bool may_read = error.id == kNumberOverflow;
        REFRAIN_CHECK(may_read || !value.has_value(), "what nlohmann refuses is refused");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = parse_json(text);
    const auto written = parse_json_as_written(text);
    REFRAIN_CHECK(value.has_value() == written.has_value(), "both parsers agree on what is JSON");
    compare_verdicts(text, value);
    if (!value) return 0;

    const std::string canonical = canonical_json(*value);
    REFRAIN_CHECK(canonical_json(*written) == canonical, "spelling does not reach the key");
    const auto again = parse_json(canonical);
    REFRAIN_CHECK(again.has_value(), "the canonical form is JSON");
    REFRAIN_CHECK(canonical_json(*again) == canonical, "the canonical form is a fixpoint");

    const std::string ordered = ordered_json_text(*written);
    const auto reread = parse_json_as_written(ordered);
    REFRAIN_CHECK(reread.has_value(), "the ordered text is JSON");
    REFRAIN_CHECK(ordered_json_text(*reread) == ordered, "the ordered text is a fixpoint");
    REFRAIN_CHECK(canonical_json(*reread) == canonical, "the ordered text means the same");
    return 0;
}
