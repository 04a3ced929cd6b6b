#include "base/money.hpp"

#include <algorithm>
#include <array>

namespace refrain {

namespace {

constexpr std::size_t kDecimals = 12;
constexpr std::uint64_t kPicoPerDollar = 1'000'000'000'000;
constexpr std::size_t kShownDecimals = 6;
constexpr std::size_t kMaxWholeDigits = 12;

bool are_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<Money> Money::parse(std::string_view dollars) {
    const bool negative = dollars.starts_with('-');
    if (negative) dollars.remove_prefix(1);
    const auto point = dollars.find('.');
    const auto whole = dollars.substr(0, point);
    auto part = point == std::string_view::npos ? std::string_view{} : dollars.substr(point + 1);
    if (whole.empty() || (point != std::string_view::npos && part.empty())) return std::nullopt;
    if (!are_digits(whole) || !are_digits(part)) return std::nullopt;
    while (part.size() > kDecimals && part.ends_with('0'))
        part.remove_suffix(1);
    if (whole.size() > kMaxWholeDigits || part.size() > kDecimals) return std::nullopt;
    Int128 amount = 0;
    for (const char c : whole)
        amount = amount * 10 + (c - '0');
    for (std::size_t i = 0; i < kDecimals; ++i)
        amount = amount * 10 + (i < part.size() ? part[i] - '0' : 0);
    return pico(negative ? -amount : amount);
}

std::int64_t Money::pico64() const noexcept {
    constexpr Int128 kMax = INT64_MAX;
    return static_cast<std::int64_t>(std::clamp<Int128>(pico_, -kMax, kMax));
}

std::string Money::decimal() const {
    const bool negative = pico_ < 0;
    const Int128 amount = negative ? -pico_ : pico_;
    // Of a bounded amount, neither part is longer than 64 bits.
    auto part = static_cast<std::uint64_t>(amount % kPicoPerDollar);
    const auto whole = static_cast<std::uint64_t>(amount / kPicoPerDollar);
    std::array<char, kDecimals> digits{};
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, part /= 10)
        *digit = static_cast<char>('0' + part % 10);
    std::size_t shown = kDecimals;
    while (shown > kShownDecimals && digits[shown - 1] == '0')
        --shown;
    std::string text = negative ? "-" : "";
    text.append(std::to_string(whole)).append(1, '.').append(digits.data(), shown);
    return text;
}

Money Money::times(std::int64_t count) const noexcept {
    Int128 product = 0;
    if (__builtin_mul_overflow(pico_, Int128{count}, &product)) {
        return pico((pico_ < 0) == (count < 0) ? kBound : -kBound);
    }
    return pico(product);
}

Money Money::scaled(std::int64_t numerator, std::int64_t denominator) const noexcept {
    Int128 product = 0;
    if (__builtin_mul_overflow(pico_, Int128{numerator}, &product)) {
        return pico(pico_ < 0 ? -kBound : kBound);
    }
    const Int128 half = denominator / 2;
    return pico((product < 0 ? product - half : product + half) / denominator);
}

}  // namespace refrain
