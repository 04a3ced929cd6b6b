// Splicing any bytes stays inside them; splicing an object does what it says.
#include "base/check.hpp"
#include "providers/json.hpp"
#include "providers/json_splice.hpp"

#include <cstddef>
#include <cstdint>

using namespace refrain;
using namespace refrain::providers;

namespace {

constexpr std::string_view kName = "stream_options";
constexpr std::string_view kValue = R"({"include_usage":true})";

Json parsed(std::string_view text) {
    auto value = parse_json(text);
    REFRAIN_CHECK(value.has_value(), "a spliced object is JSON");
    return std::move(*value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto found = member_text(text, kName);
    const std::string with = with_member(text, kName, kValue);
    const std::string without = without_member(text, kName);

    const auto object = parse_json(text);
    if (!object || !object->is_object()) return 0;
    const bool has = object->contains(kName);
    REFRAIN_CHECK(found.has_value() == has, "a member is found if it is there");
    if (has) REFRAIN_CHECK(parsed(*found) == object->at(kName), "and has its value");

    Json expected = *object;
    expected[std::string(kName)] = parsed(kValue);
    REFRAIN_CHECK(canonical_json(parsed(with)) == canonical_json(expected), "with_member");
    expected.erase(std::string(kName));
    REFRAIN_CHECK(canonical_json(parsed(without)) == canonical_json(expected), "without_member");
    return 0;
}
