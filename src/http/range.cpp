#include "http/range.hpp"

#include "http/characters.hpp"
#include "http/fields.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace refrain::http {

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

// Digits only; what is too large to count is larger than any file.
std::optional<std::uint64_t> read_number(std::string_view digits) {
    if (digits.empty() || !all_in(digits, Characters::digit)) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : digits) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (number > (kMost - digit) / 10) return kMost;
        number = number * 10 + digit;
    }
    return number;
}

// One range-spec (RFC 9110 14.1.2), as it was written.
struct Spec {
    std::optional<std::uint64_t> first;  // absent: the last `last` bytes
    std::optional<std::uint64_t> last;

    std::optional<ByteRange> within(std::uint64_t size) const {
        if (!first) {
            if (*last == 0 || size == 0) return std::nullopt;
            return ByteRange{size - std::min(*last, size), size - 1};
        }
        if (*first >= size) return std::nullopt;
        return ByteRange{*first, std::min(last.value_or(kMost), size - 1)};
    }
};

// Absent if it is malformed.
std::optional<Spec> read_spec(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == text.npos) return std::nullopt;
    const auto before = text.substr(0, dash);
    const auto after = text.substr(dash + 1);
    Spec spec{read_number(before), read_number(after)};
    if (!spec.first && (!before.empty() || !spec.last)) return std::nullopt;
    if (!spec.last && !after.empty()) return std::nullopt;
    if (spec.first && spec.last && *spec.last < *spec.first) return std::nullopt;
    return spec;
}

// Absent if the field is malformed or asks for more ranges than are given out.
std::optional<std::vector<Spec>> read_specs(std::string_view set) {
    std::vector<Spec> specs;
    for (bool more = true; more;) {
        const auto comma = set.find(',');
        more = comma != set.npos;
        const auto member = trim(set.substr(0, comma));
        set.remove_prefix(more ? comma + 1 : set.size());
        if (member.empty()) continue;  // RFC 9110 5.6.1.2
        const auto spec = read_spec(member);
        if (!spec || specs.size() == kMostRanges) return std::nullopt;
        specs.push_back(*spec);
    }
    return specs;
}

bool overlap(const std::vector<ByteRange>& sorted) {
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        if (sorted[i].first <= sorted[i - 1].last) return true;
    }
    return false;
}

// Overlapping ranges would send bytes twice (RFC 9110 14.2).
void join_overlapping(std::vector<ByteRange>& parts) {
    auto sorted = parts;
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    if (!overlap(sorted)) return;
    parts.clear();
    for (const auto& range : sorted) {
        if (!parts.empty() && range.first <= parts.back().last) {
            parts.back().last = std::max(parts.back().last, range.last);
        } else {
            parts.push_back(range);
        }
    }
}

}  // namespace

RangeAnswer resolve_range(std::string_view field, std::uint64_t size) {
    RangeAnswer answer;
    const auto equals = field.find('=');
    if (equals == field.npos || !equal_ignoring_case(field.substr(0, equals), "bytes")) {
        return answer;
    }
    const auto specs = read_specs(field.substr(equals + 1));
    if (!specs || specs->empty()) return answer;
    for (const auto& spec : *specs) {
        if (const auto range = spec.within(size)) answer.parts.push_back(*range);
    }
    join_overlapping(answer.parts);
    answer.kind =
        answer.parts.empty() ? RangeAnswer::Kind::unsatisfiable : RangeAnswer::Kind::parts;
    return answer;
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
    return "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" +
           std::to_string(size);
}

std::string unsatisfied_range(std::uint64_t size) {
    return "bytes */" + std::to_string(size);
}

}  // namespace refrain::http
