#include "providers/bill.hpp"

#include "providers/json.hpp"
#include "providers/object_text.hpp"
#include "providers/rate_card.hpp"

#include <algorithm>

namespace refrain::providers {

namespace {

using Quantities = std::array<std::int64_t, kUnits>;

std::int64_t& of(Quantities& quantities, Unit unit) {
    return quantities[static_cast<std::size_t>(unit)];
}

// At most what is left of `rest`, which it is taken from: parts never exceed their whole.
std::int64_t take(std::int64_t& rest, std::int64_t wanted) {
    const auto taken = std::clamp<std::int64_t>(wanted, 0, rest);
    rest -= taken;
    return taken;
}

// Every token once, under the unit it is billed by.
Quantities tokens_of(const Usage& usage, const Rates& rates) {
    Quantities out{};
    std::int64_t text = std::max<std::int64_t>(usage.input_tokens, 0);
    std::int64_t audio = rates[Unit::audio_input] ? take(text, usage.audio_input_tokens) : 0;
    std::int64_t image = rates[Unit::image_input] ? take(text, usage.image_input_tokens) : 0;
    of(out, Unit::video_input) =
        rates[Unit::video_input] ? take(text, usage.video_input_tokens) : 0;
    std::int64_t cached = std::max<std::int64_t>(usage.cached_input_tokens, 0);
    of(out, Unit::cached_audio_input) =
        take(audio, take(cached, std::min(audio, usage.cached_audio_input_tokens)));
    of(out, Unit::cached_image_input) =
        take(image, take(cached, std::min(image, usage.cached_image_input_tokens)));
    // What is not said to be of sound or images is of text, as far as there is any.
    of(out, Unit::cached_input) = take(text, take(cached, text));
    of(out, Unit::cached_audio_input) += take(audio, take(cached, audio));
    of(out, Unit::cached_image_input) += take(image, cached);
    std::int64_t written = take(text, usage.cache_write_tokens);
    of(out, Unit::cache_write_12h) = take(written, usage.cache_write_12h_tokens);
    of(out, Unit::cache_write) = written;
    of(out, Unit::audio_input) = audio;
    of(out, Unit::image_input) = image;
    of(out, Unit::input) = text;
    std::int64_t written_out = std::max<std::int64_t>(usage.output_tokens, 0);
    const bool audio_out = rates[Unit::audio_output].has_value();
    const bool image_out = rates[Unit::image_output].has_value();
    of(out, Unit::audio_output) = audio_out ? take(written_out, usage.audio_output_tokens) : 0;
    of(out, Unit::image_output) = image_out ? take(written_out, usage.image_output_tokens) : 0;
    // A model that writes nothing but sound, or nothing but images.
    const Unit rest = rates[Unit::output] ? Unit::output
                      : audio_out         ? Unit::audio_output
                      : image_out         ? Unit::image_output
                                          : Unit::output;
    of(out, rest) += written_out;
    return out;
}

// The rate for a unit, or that of the unit it counts as where it has none of its own.
std::optional<Money> rate_of(const Rates& rates, Unit unit) {
    if (rates[unit]) return rates[unit];
    switch (unit) {
        case Unit::cached_input:
        case Unit::cache_write: return rates[Unit::input];
        case Unit::cache_write_12h: return rate_of(rates, Unit::cache_write);
        case Unit::cached_audio_input: return rates[Unit::audio_input];
        case Unit::cached_image_input: return rates[Unit::image_input];
        default: return std::nullopt;
    }
}

Money amount_of(Unit unit, std::int64_t quantity, Money rate) {
    return unit == Unit::second ? rate.scaled(quantity, 1000) : rate.times(quantity);
}

struct Basis {
    Quantities quantities{};
    Rates rates;
    bool estimated = false;
};

constexpr std::int64_t kCharactersPerToken = 4;

struct ImagePrice {
    Money price;
    bool is_sure = true;
};

// By quality and size, or by size alone where the quality makes no difference. Where nobody said
// which quality it was, the standard one is likely.
std::optional<ImagePrice> image_price(const ImagePrices& prices, std::string_view kind) {
    auto found = prices.find(kind);
    if (found == prices.end()) found = prices.find(kind.substr(kind.find('/') + 1));
    if (found != prices.end()) return ImagePrice{found->second, true};
    found = prices.find("standard/" + std::string(kind));
    if (found == prices.end()) return std::nullopt;
    return ImagePrice{found->second, false};
}

// The price of one image, from the rates or by its kind; unknown kinds leave the rate out.
void add_image_rate(const PriceEntry& entry, std::string_view kind, Basis& basis) {
    auto& rate = basis.rates[Unit::image];
    if (rate) return;
    auto price = image_price(entry.images, kind);
    basis.estimated = !price || !price->is_sure;
    if (!price) price = image_price(entry.estimated_images, kind);
    if (price) rate = price->price;
}

// What is counted, and by which rates; absent if the usage has nothing this model is billed by.
std::optional<Basis> basis_of(const PriceEntry& entry, const Usage& usage, const Rates& rates) {
    Basis basis{{}, rates, false};
    const auto milliseconds = entry.whole_seconds ? (usage.audio_milliseconds + 999) / 1000 * 1000
                                                  : usage.audio_milliseconds;
    const bool tokens = usage.input_tokens > 0 || usage.output_tokens > 0;
    if (tokens && rates.has_any({Unit::input,
                                 Unit::output,
                                 Unit::audio_input,
                                 Unit::audio_output,
                                 Unit::image_output})) {
        basis.quantities = tokens_of(usage, rates);
        return basis;
    }
    if (rates[Unit::character] && usage.characters > 0) {
        of(basis.quantities, Unit::character) = usage.characters;
        return basis;
    }
    if (rates[Unit::second] && milliseconds > 0) {
        of(basis.quantities, Unit::second) = milliseconds;
        return basis;
    }
    if (rates[Unit::audio_output] && entry.audio_tokens_per_1000_seconds > 0 && milliseconds > 0) {
        basis.estimated = true;
        of(basis.quantities, Unit::input) =
            (usage.characters + kCharactersPerToken - 1) / kCharactersPerToken;
        of(basis.quantities, Unit::audio_output) = static_cast<std::int64_t>(
            (Int128{milliseconds} * entry.audio_tokens_per_1000_seconds + 500'000) / 1'000'000);
        return basis;
    }
    if (entry.estimated_second && milliseconds > 0) {
        basis.estimated = true;
        basis.rates[Unit::second] = entry.estimated_second;
        of(basis.quantities, Unit::second) = milliseconds;
        return basis;
    }
    if (usage.images > 0) {
        add_image_rate(entry, usage.image_kind, basis);
        of(basis.quantities, Unit::image) = usage.images;
        return basis;
    }
    if (rates.is_free()) return basis;
    return std::nullopt;
}

// Adds the lines; the name of a unit that has no rate, "" if all have one.
std::string_view add_lines(const Basis& basis, Bill& bill) {
    for (std::size_t i = 0; i < kUnits; ++i) {
        const auto unit = static_cast<Unit>(i);
        const std::int64_t quantity = basis.quantities[i];
        if (quantity == 0) continue;
        const auto rate = rate_of(basis.rates, unit);
        if (!rate) return name(unit);
        const Money amount = amount_of(unit, quantity, *rate);
        bill.lines.push_back({name(unit), quantity, *rate, amount});
        bill.cost += amount;
    }
    return {};
}

// The same without prompt caching, at rates that may be the normal ones.
Money undiscounted(const Basis& basis, const Rates& rates) {
    Money sum;
    for (std::size_t i = 0; i < kUnits; ++i) {
        auto unit = static_cast<Unit>(i);
        if (basis.quantities[i] == 0) continue;
        const std::int64_t quantity = basis.quantities[i];
        if (unit == Unit::cached_input || unit == Unit::cache_write ||
            unit == Unit::cache_write_12h) {
            unit = Unit::input;
        }
        if (unit == Unit::cached_audio_input) unit = Unit::audio_input;
        if (unit == Unit::cached_image_input) unit = Unit::image_input;
        auto rate = rate_of(rates, unit);
        if (!rate) rate = rate_of(basis.rates, unit);
        if (rate) sum += amount_of(unit, quantity, *rate);
    }
    return sum;
}

Money uplift(Money amount, const Purchase& purchase, const PriceEntry& entry) {
    return purchase.regional ? amount.scaled(entry.regional_percent, 100) : Money();
}

void charge(const Prices& prices, const Purchase& purchase, Bill& bill) {
    const PriceEntry& entry = *bill.match.entry;
    bill.tier = tier_of(purchase.usage.service_tier);
    bill.is_long = entry.long_above && purchase.usage.input_tokens > *entry.long_above;
    const auto card = rate_card(prices, entry, bill.tier, bill.is_long, purchase.at);
    if (!card) {
        bill.unpriced = "nothing is known of the service tier " + bill.tier;
        return;
    }
    const auto basis = basis_of(entry, purchase.usage, card->rates);
    if (!basis) {
        bill.unpriced = "the answer reports nothing that this model is billed by";
        return;
    }
    bill.estimated = basis->estimated || card->estimated;
    const auto missing = add_lines(*basis, bill);
    if (!missing.empty()) {
        bill.unpriced = "no price is known for " + std::string(missing) + " of this model";
        return;
    }
    const bool cheaper = bill.tier == "flex" || bill.tier == "batch";
    const auto normal = rate_card(prices, entry, "", bill.is_long, purchase.at);
    Money list = undiscounted(*basis, cheaper ? normal->rates : card->rates);
    list += uplift(list, purchase, entry);
    if (const Money more = uplift(bill.cost, purchase, entry); !more.is_zero()) {
        bill.lines.push_back({"regional", entry.regional_percent, Money(), more});
        bill.cost += more;
    }
    bill.discount = std::max(list - bill.cost, Money());
}

// [["input",20,"0.00000015","0.000003"], …]
std::string text_of(const std::vector<BillLine>& lines) {
    std::string text = "[";
    for (const BillLine& line : lines) {
        if (text.size() > 1) text += ',';
        text.append("[\"").append(line.what).append("\",");
        text.append(std::to_string(line.quantity));
        text.append(",\"").append(line.rate.decimal());
        text.append("\",\"").append(line.amount.decimal()).append("\"]");
    }
    text += ']';
    return text;
}

}  // namespace

Bill make_bill(const Prices& prices, const Purchase& purchase) {
    Bill bill;
    if (prices.is_free_operation(purchase.operation)) return bill;
    bill.match = prices.find(purchase.what);
    if (bill.match.entry != nullptr && bill.match.entry->moving_alias &&
        !purchase.usage.model.empty()) {
        PriceQuestion answered = purchase.what;
        answered.model = purchase.usage.model;
        if (auto found = prices.find(answered); found.entry != nullptr) {
            bill.match = std::move(found);
        }
    }
    if (bill.match.entry == nullptr) {
        bill.unpriced = "no price is known for this model";
        return bill;
    }
    charge(prices, purchase, bill);
    if (!bill.is_priced()) {
        bill.cost = bill.discount = Money();
        bill.lines.clear();
    }
    return bill;
}

std::string Bill::to_json() const {
    ObjectText text;
    if (!is_priced()) {
        text.add("unpriced", unpriced);
        return text.take();
    }
    text.add("usd", cost.decimal());
    if (!discount.is_zero()) text.add("discount_usd", discount.decimal());
    if (estimated) text.add_true("estimated");
    if (!tier.empty()) text.add("tier", tier);
    if (is_long) text.add_true("long");
    if (match.entry != nullptr) {
        text.add("price_of", match.name);
        if (!match.entry->source_date.empty()) text.add("price_date", match.entry->source_date);
    }
    text.add_json("lines", text_of(lines));
    return text.take();
}

std::optional<KeptPrice> read_kept_price(std::string_view text) {
    const auto json = parse_json(text);
    if (!json || !json->is_object()) return std::nullopt;
    const auto usd = json->find("usd");
    if (usd == json->end() || !usd->is_string()) return std::nullopt;
    const auto cost = Money::parse(usd->get_ref<const std::string&>());
    if (!cost || *cost < Money()) return std::nullopt;
    return KeptPrice{*cost, json->contains("estimated")};
}

}  // namespace refrain::providers
