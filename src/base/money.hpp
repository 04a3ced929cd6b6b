// Exact US dollars: whole pico-dollars (10^-12), so that a price per million tokens and its sums
// lose nothing. Arithmetic saturates at a bound far beyond any bill. Pure values.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrain {

__extension__ typedef __int128 Int128;

class Money {
  public:
    constexpr Money() = default;
    static constexpr Money pico(Int128 amount) noexcept {
        Money money;
        money.pico_ = amount > kBound ? kBound : amount < -kBound ? -kBound : amount;
        return money;
    }
    // Decimal dollars: "2.5", "0.000266667", "-1". Absent if malformed, finer than a pico-dollar or
    // of a trillion dollars or more.
    static std::optional<Money> parse(std::string_view dollars);

    constexpr Int128 pico() const noexcept { return pico_; }
    // The same as 64 bits hold it, saturating: up to nine million dollars.
    std::int64_t pico64() const noexcept;
    constexpr bool is_zero() const noexcept { return pico_ == 0; }

    // All that is to be said, and at least six decimals: "0.000000", "1.250000", "0.0000000375".
    std::string decimal() const;

    // This much for each of `count`.
    Money times(std::int64_t count) const noexcept;
    // This much, times a fraction; half a pico-dollar and more is rounded away from zero.
    // REQUIRES: numerator >= 0, denominator > 0.
    Money scaled(std::int64_t numerator, std::int64_t denominator) const noexcept;

    Money& operator+=(Money other) noexcept { return *this = pico(pico_ + other.pico_); }
    Money& operator-=(Money other) noexcept { return *this = pico(pico_ - other.pico_); }
    friend Money operator+(Money a, Money b) noexcept { return a += b; }
    friend Money operator-(Money a, Money b) noexcept { return a -= b; }
    constexpr auto operator<=>(const Money&) const = default;

  private:
    static constexpr Int128 kBound = Int128{1'000'000'000'000'000} * 1'000'000'000'000'000;
    Int128 pico_ = 0;
};

}  // namespace refrain
