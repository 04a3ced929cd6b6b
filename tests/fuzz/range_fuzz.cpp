// Any bytes as Range, If-Range, If-None-Match and dates, of files of any size: every part lies
// within the file, none overlap, and there are never more than are given out.
#include "http/conditional.hpp"
#include "http/date.hpp"
#include "http/range.hpp"
#include "tests/fuzz/invariant.hpp"

#include <cstdint>
#include <cstring>

using namespace refrain;
using namespace refrain::http;

namespace {

void check(const RangeAnswer& answer, std::uint64_t size) {
    const bool has_parts = answer.kind == RangeAnswer::Kind::parts;
    FUZZ_REQUIRE(has_parts == !answer.parts.empty());
    FUZZ_REQUIRE(answer.parts.size() <= kMostRanges);
    for (const auto& part : answer.parts) {
        FUZZ_REQUIRE(part.first <= part.last && part.last < size);
        for (const auto& other : answer.parts) {
            FUZZ_REQUIRE(&other == &part || other.last < part.first || part.last < other.first);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    std::uint64_t size = 0;
    if (length < sizeof size) return 0;
    std::memcpy(&size, data, sizeof size);
    const std::string text(data + sizeof size, data + length);
    check(resolve_range(text, size), size);
    check(resolve_range("bytes=" + text, size), size);
    check(resolve_range("bytes=" + text, size % 1000), size % 1000);

    const Validators validators{"\"abc\"", WallTime{784'111'777'000}};
    for (const std::string_view name :
         {"if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"}) {
        Fields fields;
        fields.add(name, text);
        static_cast<void>(evaluate(fields, validators));
        static_cast<void>(range_counts(fields, validators));
    }
    if (const auto date = parse_http_date(text)) {
        FUZZ_REQUIRE(http_date(*date).view().substr(4, 12) == text.substr(4, 12));
    }
    return 0;
}
