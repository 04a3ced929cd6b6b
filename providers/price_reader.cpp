#include "providers/price_reader.hpp"

#include <algorithm>
#include <array>

namespace refrain::providers {

namespace {

tl::unexpected<Error> wrong(std::string sentence) {
    return failure(ErrorCode::malformed, Origin::gateway, std::move(sentence));
}

std::string shown(std::string_view text) {
    return "\"" + std::string(text.substr(0, 100)) + "\"";
}

// Dollars, as text or as a number that is written plainly.
std::optional<Money> money_of(const Json& value) {
    std::optional<Money> money;
    if (value.is_string()) money = Money::parse(value.get_ref<const std::string&>());
    if (value.is_number()) money = Money::parse(canonical_json(value));
    if (!money || *money < Money()) return std::nullopt;
    return money;
}

// The price of one, of a price for `quantity`. Absent if that is finer than a pico-dollar.
std::optional<Money> for_one(Money price, std::int64_t quantity) {
    if (price.pico() % quantity != 0) return std::nullopt;
    return Money::pico(price.pico() / quantity);
}

Result<void> read_rates(const Json& json, Rates& rates) {
    if (!json.is_object()) return wrong("rates must be an object of unit and dollars");
    for (const auto& [key, value] : json.items()) {
        const auto unit = unit_named(key);
        if (!unit) return wrong(shown(key) + " is no unit");
        const auto price = money_of(value);
        const auto each = price ? for_one(*price, price_quantity(*unit)) : std::nullopt;
        if (!each) {
            return wrong("the price of " + shown(key) +
                         " must be dollars such as \"2.5\", no finer than six decimals for a "
                         "million");
        }
        rates[*unit] = *each;
    }
    return {};
}

Result<void> read_images(const Json& json, ImagePrices& images) {
    if (!json.is_object()) return wrong("images must be an object of kind and dollars");
    for (const auto& [kind, value] : json.items()) {
        const auto price = money_of(value);
        if (!price) return wrong("the price of " + shown(kind) + " must be dollars");
        images[kind] = *price;
    }
    return {};
}

// Midnight UTC of "2027-01-01". Absent if it is none.
std::optional<WallTime> day_of(const Json& json) {
    if (!json.is_string()) return std::nullopt;
    const auto& text = json.get_ref<const std::string&>();
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t length) {
        unsigned value = 0;
        for (const char c : text.substr(at, length)) {
            if (c < '0' || c > '9') return 0U;
            value = value * 10 + static_cast<unsigned>(c - '0');
        }
        return value;
    };
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(0, 4))),
                                          std::chrono::month(number(5, 2)),
                                          std::chrono::day(number(8, 2))};
    if (!day.ok()) return std::nullopt;
    const auto since = std::chrono::sys_days(day).time_since_epoch();
    return WallTime{std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

Result<void> read_changes(const Json& json, PriceEntry& entry) {
    if (!json.is_array()) return wrong("changes must be a list");
    for (const Json& one : json) {
        const auto from =
            one.is_object() && one.contains("from") ? day_of(one["from"]) : std::nullopt;
        if (!from || !one.contains("rates")) return wrong("a change needs from (a date) and rates");
        PriceChange change{*from, {}};
        if (auto read = read_rates(one["rates"], change.rates); !read) return read;
        entry.changes.push_back(change);
    }
    std::stable_sort(entry.changes.begin(),
                     entry.changes.end(),
                     [](const PriceChange& a, const PriceChange& b) { return a.from < b.from; });
    return {};
}

Result<void> read_long(const Json& json, PriceEntry& entry) {
    const bool fits = json.is_object() && json.contains("rates") &&
                      json.contains("above_input_tokens") &&
                      json["above_input_tokens"].is_number_unsigned();
    if (!fits) return wrong("long needs above_input_tokens and rates");
    entry.long_above = json["above_input_tokens"].get<std::int64_t>();
    return read_rates(json["rates"], entry.long_rates);
}

Result<void> read_entry_tiers(const Json& json, PriceEntry& entry) {
    if (!json.is_object()) return wrong("tiers must be an object of tier and rates");
    for (const auto& [tier, rates] : json.items()) {
        if (auto read = read_rates(rates, entry.tiers[tier]); !read) return read;
    }
    return {};
}

Result<void> read_speed(const Json& json, PriceEntry& entry) {
    const auto speed = money_of(json);
    const auto each = speed ? for_one(*speed, 1'000'000'000) : std::nullopt;
    if (!each) return wrong("audio_tokens_per_second must be a number, no finer than 0.001");
    entry.audio_tokens_per_1000_seconds = each->pico64();
    return {};
}

Result<void> read_flag(const Json& json, bool& flag) {
    if (!json.is_boolean()) return wrong("must be true or false");
    flag = json.get<bool>();
    return {};
}

Result<void> read_percent(const Json& json, PriceEntry& entry) {
    if (!json.is_number_unsigned() || json.get<std::uint64_t>() > 1000) {
        return wrong("regional_percent must be a whole number");
    }
    entry.regional_percent = json.get<std::int64_t>();
    return {};
}

Result<void> read_estimated_second(const Json& json, PriceEntry& entry) {
    entry.estimated_second = money_of(json);
    if (!entry.estimated_second) return wrong("estimated_second must be dollars");
    return {};
}

Result<void> read_since(const Json& json, PriceEntry& entry) {
    if (!day_of(json)) return wrong("since must be a date");
    entry.since = json.get<std::string>();
    return {};
}

struct Member {
    std::string_view name;
    Result<void> (*read)(const Json& json, PriceEntry& entry);
};

constexpr std::array kMembers{
    Member{"rates", [](const Json& j, PriceEntry& e) { return read_rates(j, e.rates); }},
    Member{"images", [](const Json& j, PriceEntry& e) { return read_images(j, e.images); }},
    Member{"estimated_images",
           [](const Json& j, PriceEntry& e) { return read_images(j, e.estimated_images); }},
    Member{"tiers", read_entry_tiers},
    Member{"long", read_long},
    Member{"changes", read_changes},
    Member{"since", read_since},
    Member{"regional_percent", read_percent},
    Member{"whole_seconds",
           [](const Json& j, PriceEntry& e) { return read_flag(j, e.whole_seconds); }},
    Member{"audio_tokens_per_second", read_speed},
    Member{"estimated_second", read_estimated_second},
    Member{"moving_alias",
           [](const Json& j, PriceEntry& e) { return read_flag(j, e.moving_alias); }},
};

}  // namespace

Result<void> PriceReader::read_overrides(const std::vector<std::string>& overrides) {
    Prices::Layer layer;
    for (const std::string& text : overrides) {
        const auto bad = [&](const std::string& why) {
            return wrong("pricing.overrides has " + shown(text) + ": " + why +
                         "; write \"MODEL unit=USD ...\", such as \"gpt-4o input=2.5 output=10\"");
        };
        std::vector<std::string> words;
        for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string::npos;) {
            const auto end = std::min(text.find(' ', at), text.size());
            words.push_back(text.substr(at, end - at));
            at = end;
        }
        if (words.size() < 2) return bad("it names no price");
        PriceEntry entry;
        entry.source = "pricing.overrides";
        Json rates = Json::object();
        for (std::size_t i = 1; i < words.size(); ++i) {
            const auto equal = words[i].find('=');
            if (words[i] == "free") {
                rates["input"] = rates["output"] = "0";
            } else if (equal == std::string::npos) {
                return bad(shown(words[i]) + " has no =");
            } else {
                rates[words[i].substr(0, equal)] = words[i].substr(equal + 1);
            }
        }
        if (auto read = read_rates(rates, entry.rates); !read) return bad(read.error().message);
        layer.entries.push_back(std::move(entry));
        const auto slash = words[0].find('/');
        const bool pattern = words[0].find('*') != std::string::npos;
        if (pattern && slash != std::string::npos) {
            add_name(words[0].substr(0, slash), words[0].substr(slash + 1), layer);
        } else {
            add_name("", words[0], layer);
        }
    }
    prices_.layers_.push_back(std::move(layer));
    return {};
}

Result<void> PriceReader::read_table(std::string_view text, std::string_view origin) {
    const auto bad = [&](const std::string& why) {
        return wrong(std::string(origin) + ": " + why);
    };
    const auto parsed = parse_json(text);
    if (!parsed) return bad("no valid JSON (" + parsed.error().message + ")");
    if (!parsed->is_object() || !parsed->contains("format") || (*parsed)["format"] != 1) {
        return bad("no table of prices of format 1");
    }
    if (const auto read = read_sources(*parsed); !read) return bad(read.error().message);
    if (const auto read = read_tiers(*parsed); !read) return bad(read.error().message);
    if (parsed->contains("replaces_built_in")) {
        const auto read = read_flag((*parsed)["replaces_built_in"], alone_);
        if (!read) return bad("replaces_built_in " + read.error().message);
    }
    const auto entries = parsed->find("entries");
    if (entries == parsed->end() || !entries->is_array()) return bad("entries must be a list");
    Prices::Layer layer;
    std::size_t count = 0;
    for (const Json& entry : *entries) {
        ++count;
        const auto read = read_entry(entry, layer);
        if (!read) return bad("entry " + std::to_string(count) + ": " + read.error().message);
    }
    prices_.layers_.push_back(std::move(layer));
    return {};
}

Result<void> PriceReader::read_sources(const Json& table) {
    const auto sources = table.find("sources");
    if (sources == table.end()) return {};
    if (!sources->is_object()) return wrong("sources must be an object");
    for (const auto& [name, source] : sources->items()) {
        const bool fits = source.is_object() && source.contains("what") &&
                          source.contains("date") && source["what"].is_string() &&
                          day_of(source["date"]);
        if (!fits) return wrong("source " + shown(name) + " needs what and date");
        sources_[name] = {source["what"].get<std::string>(), source["date"].get<std::string>()};
    }
    return {};
}

Result<void> PriceReader::read_tiers(const Json& table) {
    if (const auto tiers = table.find("tiers"); tiers != table.end()) {
        if (!tiers->is_object()) return wrong("tiers must be an object");
        for (const auto& [tier, factor] : tiers->items()) {
            const auto value = money_of(factor);
            if (!value) return wrong("tier " + shown(tier) + " must be a factor");
            prices_.tier_factors_.emplace(tier, *value);
        }
    }
    if (const auto free = table.find("free_operations"); free != table.end()) {
        if (!free->is_array()) return wrong("free_operations must be a list");
        for (const Json& operation : *free) {
            if (!operation.is_string()) return wrong("free_operations must be names");
            prices_.free_operations_.push_back(operation.get<std::string>());
        }
    }
    return {};
}

Result<void> PriceReader::read_entry(const Json& json, Prices::Layer& layer) {
    if (!json.is_object()) return wrong("must be an object");
    PriceEntry entry;
    for (const auto& [name, value] : json.items()) {
        if (name == "models" || name == "voices" || name == "provider") continue;
        if (name == "source") {
            if (!value.is_string()) return wrong("source must be text");
            const auto known = sources_.find(value.get_ref<const std::string&>());
            entry.source = value.get<std::string>();
            if (known != sources_.end()) {
                entry.source = known->second.what;
                entry.source_date = known->second.date;
            }
            continue;
        }
        // clang 14 captures no structured binding by its name alone.
        const auto is_it = [&wanted = name](const Member& row) { return row.name == wanted; };
        const auto member = std::find_if(kMembers.begin(), kMembers.end(), is_it);
        if (member == kMembers.end()) return wrong(shown(name) + " is not known");
        if (auto read = member->read(value, entry); !read) {
            return wrong(shown(name) + ": " + read.error().message);
        }
    }
    layer.entries.push_back(std::move(entry));
    return add_names(json, layer);
}

Result<void> PriceReader::add_names(const Json& json, Prices::Layer& layer) {
    const std::string provider = json.contains("provider") && json["provider"].is_string()
                                     ? json["provider"].get<std::string>()
                                     : "";
    bool named = false;
    for (const char* list : {"models", "voices"}) {
        const auto names = json.find(list);
        if (names == json.end()) continue;
        if (!names->is_array()) return wrong(shown(list) + " must be a list");
        for (const Json& name : *names) {
            if (!name.is_string()) return wrong(shown(list) + " must be a list of names");
            const auto& text = name.get_ref<const std::string&>();
            named = true;
            if (std::string_view(list) == "voices") {
                layer.patterns.push_back({provider, text, true, layer.entries.size() - 1});
            } else {
                add_name(provider, text, layer);
            }
        }
    }
    if (!named) return wrong("needs models or voices");
    return {};
}

void PriceReader::add_name(std::string_view provider,
                           std::string_view model,
                           Prices::Layer& layer) {
    const std::size_t entry = layer.entries.size() - 1;
    if (model.find('*') != std::string_view::npos) {
        layer.patterns.push_back({std::string(provider), std::string(model), false, entry});
        return;
    }
    const std::string key =
        provider.empty() ? std::string(model) : std::string(provider) + "/" + std::string(model);
    layer.by_model.emplace(key, entry);
}

}  // namespace refrain::providers
