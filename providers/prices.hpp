// What models cost: prices as data, looked up by name. The built-in table is providers/prices.json;
// a file of the same form (docs/prices.md) and single overrides go over it. Immutable once made;
// any thread may look.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/money.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers {

// What is counted on a bill. Tokens and characters are priced by the million, the rest each.
enum class Unit {
    input,
    cached_input,
    cache_write,
    cache_write_12h,
    audio_input,
    cached_audio_input,
    image_input,
    cached_image_input,
    video_input,
    output,
    audio_output,
    image_output,
    character,
    second,
    image,
};
inline constexpr std::size_t kUnits = 15;

std::string_view name(Unit unit) noexcept;  // "cached_input"
std::optional<Unit> unit_named(std::string_view name) noexcept;
// How many of a unit its price in a table is for: a million, or one.
std::int64_t price_quantity(Unit unit) noexcept;

// Prices of one unit each: a token, a character, a second, an image.
class Rates {
  public:
    const std::optional<Money>& operator[](Unit unit) const noexcept {
        return each_[static_cast<std::size_t>(unit)];
    }
    std::optional<Money>& operator[](Unit unit) noexcept {
        return each_[static_cast<std::size_t>(unit)];
    }
    bool has_any(std::initializer_list<Unit> units) const noexcept;
    bool is_free() const noexcept;  // all that are known are zero, and one is

  private:
    std::array<std::optional<Money>, kUnits> each_{};
};

struct PriceChange {
    WallTime from;  // midnight UTC
    Rates rates;    // those that change
};

using ImagePrices = std::map<std::string, Money, std::less<>>;  // by "hd/1024x1024" or "1024x1024"

struct PriceEntry {
    std::string source;       // where the price is from, for people
    std::string source_date;  // when it was read there; "" if that is not known
    std::string since;        // the date it has been in force, where that is known
    Rates rates;
    std::map<std::string, Rates, std::less<>> tiers;  // "flex", "batch", "priority"
    std::optional<std::int64_t> long_above;           // input tokens; beyond, `long_rates` hold
    Rates long_rates;
    std::vector<PriceChange> changes;                // in the order of their dates
    std::int64_t regional_percent = 0;               // more on regional hosts
    bool whole_seconds = false;                      // a begun second counts
    std::int64_t audio_tokens_per_1000_seconds = 0;  // to estimate those an answer does not report
    std::optional<Money> estimated_second;           // likewise for sound taken in
    ImagePrices images;
    ImagePrices estimated_images;
    bool moving_alias = false;  // the model that answered is another one
};

// Whose price is asked for.
struct PriceQuestion {
    std::string_view provider;  // the upstream's name
    std::string_view vendor;    // whose API it speaks: "openai", "gemini", "google_tts"…
    std::string_view model;
    std::string_view voice;
};

struct PriceMatch {
    const PriceEntry* entry = nullptr;  // null: no price is known
    std::string name;                   // the name or pattern that was found
    std::string how;  // "" for the very name, else "snapshot of", "fine-tune of", …
};

class Prices {
  public:
    static const Prices& built_in();
    // The built-in prices with a file's content (may be empty) and overrides over them. Fails with
    // a sentence for the operator.
    static Result<Prices> with(std::string_view file_name,
                               std::string_view file_text,
                               const std::vector<std::string>& overrides);

    // The same, of a file that is read here; "" is none.
    static Result<Prices> load(const std::string& file, const std::vector<std::string>& overrides);

    PriceMatch find(const PriceQuestion& question) const;
    // What a tier costs of the normal price where an entry does not say: "flex" is 1/2.
    std::optional<Money> tier_factor(std::string_view tier) const;  // in units of one dollar
    bool is_free_operation(std::string_view operation) const;
    // Every model that has a price of its own, sorted.
    std::vector<std::string> models() const;

  private:
    friend class PriceReader;

    struct Pattern {
        std::string provider;  // "" is any
        std::string pattern;   // with "*"
        bool of_voice = false;
        std::size_t entry = 0;
    };
    // One table; its entries stand before those of the tables after it.
    struct Layer {
        std::vector<PriceEntry> entries;
        std::map<std::string, std::size_t, std::less<>> by_model;
        std::vector<Pattern> patterns;
    };

    const PriceEntry* find_exactly(const PriceQuestion& question,
                                   std::string_view model,
                                   std::string& name) const;

    std::vector<Layer> layers_;
    std::map<std::string, Money, std::less<>> tier_factors_;
    std::vector<std::string> free_operations_;
};

}  // namespace refrain::providers
