// `refrain prices [MODEL]`: what would be charged, and why. Needs no gateway.
#include "providers/prices.hpp"

#include "cli/commands.hpp"
#include "cli/printable.hpp"
#include "cli/text_table.hpp"
#include "providers/rate_card.hpp"

namespace refrain::cli {

namespace {

using providers::PriceEntry;
using providers::PriceMatch;
using providers::Prices;
using providers::Unit;

// For the quantity that prices are written for: "2.5", "0.0001".
std::string price_of(const std::optional<Money>& rate, Unit unit) {
    if (!rate) return "-";
    std::string text = rate->times(providers::price_quantity(unit)).decimal();
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string_view quantity_of(Unit unit) {
    return providers::price_quantity(unit) == 1 ? "each" : "a million";
}

struct Column {
    std::string title;
    providers::Rates rates;
};

// Every set of rates that can hold today, and those that are known to come.
std::vector<Column> columns_of(const Prices& prices, const PriceEntry& entry) {
    std::vector<Column> columns;
    const auto add = [&](std::string title, std::string_view tier, bool is_long, WallTime at) {
        const auto card = providers::rate_card(prices, entry, tier, is_long, at);
        if (card) columns.push_back({std::move(title), card->rates});
    };
    const WallTime now = wall_now();
    add("USD", "", false, now);
    if (entry.long_above) {
        add("above " + std::to_string(*entry.long_above) + " tokens", "", true, now);
    }
    for (const auto& [tier, rates] : entry.tiers)
        add(tier, tier, false, now);
    for (const auto& change : entry.changes) {
        if (now < change.from) {
            add("from " + change.from.rfc3339().substr(0, 10), "", false, change.from);
        }
    }
    return columns;
}

std::string rates_table(const Prices& prices, const PriceEntry& entry) {
    const auto columns = columns_of(prices, entry);
    std::vector<TableRow> rows{{"unit", "for"}};
    for (const Column& column : columns)
        rows[0].push_back(column.title);
    for (std::size_t i = 0; i < providers::kUnits; ++i) {
        const auto unit = static_cast<Unit>(i);
        if (!entry.rates[unit]) continue;
        TableRow row{std::string(providers::name(unit)), std::string(quantity_of(unit))};
        for (const Column& column : columns)
            row.push_back(price_of(column.rates[unit], unit));
        rows.push_back(std::move(row));
    }
    for (const auto& [images, kind] : {std::pair(&entry.images, "image "),
                                       std::pair(&entry.estimated_images, "image, estimated ")}) {
        for (const auto& [name, price] : *images) {
            TableRow row{kind + name, "each", price_of(price, Unit::image)};
            row.resize(rows[0].size(), "-");
            rows.push_back(std::move(row));
        }
    }
    return text_table(rows);
}

std::string reasons(const PriceMatch& match, const std::string& asked) {
    const PriceEntry& entry = *match.entry;
    std::string out = printable(asked.empty() ? match.name : asked);
    if (match.name != asked) {
        out += ", priced as " + (match.how.empty() ? "" : match.how + " ") + printable(match.name);
    }
    out += "\nsource: " + printable(entry.source);
    if (!entry.source_date.empty()) out += ", read " + entry.source_date;
    if (!entry.since.empty()) out += ", in force since " + entry.since;
    out += "\n";
    if (entry.regional_percent > 0) {
        out += std::to_string(entry.regional_percent) + " % more on regional hosts\n";
    }
    if (entry.whole_seconds) out += "a begun second counts whole\n";
    if (entry.audio_tokens_per_1000_seconds > 0) {
        out += "without reported usage, sound is estimated by its length\n";
    }
    if (entry.moving_alias) out += "a moving alias: the model that answered is charged\n";
    return out;
}

void print_all(const Prices& prices, Console& console) {
    std::vector<TableRow> rows{{"model", "input", "cached", "output", "other"}};
    for (const std::string& model : prices.models()) {
        const auto match = prices.find({"", "", model, ""});
        if (match.entry == nullptr) continue;
        const auto card = providers::rate_card(prices, *match.entry, "", false, wall_now());
        const providers::Rates& rates = card->rates;
        std::string other;
        for (const Unit unit : {Unit::audio_input,
                                Unit::audio_output,
                                Unit::image_output,
                                Unit::character,
                                Unit::second,
                                Unit::image}) {
            if (!rates[unit]) continue;
            other += (other.empty() ? "" : " ") + std::string(providers::name(unit)) + "=" +
                     price_of(rates[unit], unit);
        }
        rows.push_back({printable(model),
                        price_of(rates[Unit::input], Unit::input),
                        price_of(rates[Unit::cached_input], Unit::cached_input),
                        price_of(rates[Unit::output], Unit::output),
                        other.empty() ? "-" : other});
    }
    console.out << text_table(rows)
                << "\nUSD for a million tokens or characters, for one second or image.\n";
}

}  // namespace

int prices(const PricesOptions& options, Console& console) {
    const auto loaded = config::load({options.config_file, console.environment, {}});
    if (!loaded) {
        for (const config::Problem& problem : loaded.error())
            console.complain(problem.sentence);
        return kFailed;
    }
    const config::Pricing& pricing = loaded->config.pricing;
    const auto prices = Prices::load(pricing.file, pricing.overrides);
    if (!prices) {
        console.complain(prices.error().message);
        return kFailed;
    }
    if (options.model.empty() && options.voice.empty()) {
        print_all(*prices, console);
        return kDone;
    }
    const auto match =
        prices->find({options.provider, options.provider, options.model, options.voice});
    if (match.entry == nullptr) {
        console.complain("no price is known for " +
                         printable(options.model.empty() ? options.voice : options.model) +
                         ": its requests are counted as unpriced; add one to pricing.overrides");
        return kFailed;
    }
    console.out << reasons(match, options.model.empty() ? options.voice : options.model) << "\n"
                << rates_table(*prices, *match.entry);
    return kDone;
}

}  // namespace refrain::cli
