#include "providers/prices.hpp"

#include "base/check.hpp"
#include "base/embedded.hpp"
#include "providers/price_reader.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <span>
#include <sstream>

namespace refrain::providers {

std::span<const EmbeddedFile> embedded_files();  // prices.json alone

namespace {

constexpr std::array<std::string_view, kUnits> kNames{
    "input",
    "cached_input",
    "cache_write",
    "cache_write_12h",
    "audio_input",
    "cached_audio_input",
    "image_input",
    "cached_image_input",
    "video_input",
    "output",
    "audio_output",
    "image_output",
    "character",
    "second",
    "image",
};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

// "*" stands for any letters.
bool matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

// The letters a snapshot's suffix has: "-2024-08-06", "-08-06", "-0613", "-001".
std::string_view without_snapshot(std::string_view model) {
    for (const std::string_view shape : {"-dddd-dd-dd", "-dd-dd", "-dddd", "-ddd"}) {
        if (model.size() <= shape.size()) continue;
        const auto tail = model.substr(model.size() - shape.size());
        const bool fits =
            std::equal(tail.begin(), tail.end(), shape.begin(), [](char c, char want) {
                return want == 'd' ? c >= '0' && c <= '9' : c == want;
            });
        if (fits) return model.substr(0, model.size() - shape.size());
    }
    return {};
}

}  // namespace

std::string_view name(Unit unit) noexcept {
    return kNames[static_cast<std::size_t>(unit)];
}

std::optional<Unit> unit_named(std::string_view name) noexcept {
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<Unit>(found - kNames.begin());
}

std::int64_t price_quantity(Unit unit) noexcept {
    return unit == Unit::second || unit == Unit::image ? 1 : 1'000'000;
}

bool Rates::has_any(std::initializer_list<Unit> units) const noexcept {
    return std::any_of(
        units.begin(), units.end(), [this](Unit unit) { return (*this)[unit].has_value(); });
}

bool Rates::is_free() const noexcept {
    bool known = false;
    for (const auto& rate : each_) {
        if (rate && !rate->is_zero()) return false;
        known = known || rate.has_value();
    }
    return known;
}

const Prices& Prices::built_in() {
    static const Prices kPrices = [] {
        auto read = Prices::with("", "", {});
        REFRAIN_CHECK(read, "the built-in prices can be read");
        return std::move(*read);
    }();
    return kPrices;
}

Result<Prices> Prices::with(std::string_view file_name,
                            std::string_view file_text,
                            const std::vector<std::string>& overrides) {
    PriceReader reader;
    const auto overridden = reader.read_overrides(overrides);
    if (!overridden) return failure(overridden.error());
    if (!file_text.empty()) {
        const auto read = reader.read_table(file_text, file_name);
        if (!read) return failure(read.error());
    }
    if (!reader.replaces_built_in()) {
        const auto read = reader.read_table(embedded_files().front().bytes, "the built-in prices");
        if (!read) return failure(read.error());
    }
    return std::move(reader).finish();
}

Result<Prices> Prices::load(const std::string& file, const std::vector<std::string>& overrides) {
    if (file.empty()) return with("", "", overrides);
    std::ifstream stream(file, std::ios::binary);
    std::stringstream content;
    content << stream.rdbuf();
    if (!stream || content.str().empty()) {
        return failure(ErrorCode::unavailable,
                       Origin::gateway,
                       "pricing.file = \"" + file + "\" cannot be read, or is empty");
    }
    return with(file, content.str(), overrides);
}

const PriceEntry* Prices::find_exactly(const PriceQuestion& question,
                                       std::string_view model,
                                       std::string& name) const {
    const std::string voice = lower(question.voice);
    for (const Layer& layer : layers_) {
        for (const auto& wanted :
             {std::string(question.provider) + "/" + std::string(model), std::string(model)}) {
            const auto found = layer.by_model.find(wanted);
            if (found == layer.by_model.end()) continue;
            name = found->first;
            return &layer.entries[found->second];
        }
        for (const Pattern& pattern : layer.patterns) {
            const bool theirs = pattern.provider.empty() || pattern.provider == question.provider ||
                                pattern.provider == question.vendor;
            const std::string_view text = pattern.of_voice ? std::string_view(voice) : model;
            // A voice counts only where no model is named: Google's newer models have voices too.
            if (!theirs || (pattern.of_voice && !model.empty())) continue;
            if (!matches(pattern.pattern, text)) continue;
            name = pattern.pattern.empty() ? "no voice named" : pattern.pattern;
            return &layer.entries[pattern.entry];
        }
    }
    return nullptr;
}

PriceMatch Prices::find(const PriceQuestion& question) const {
    PriceMatch match;
    std::string_view model = question.model;
    if (model.starts_with("models/")) model.remove_prefix(7);
    if ((match.entry = find_exactly(question, model, match.name)) != nullptr) return match;
    // ft:<base>:<organization>:<name>:<id>
    if (model.starts_with("ft:")) {
        for (auto end = model.rfind(':'); end > 2; end = model.rfind(':', end - 1)) {
            match.entry = find_exactly(question, model.substr(0, end), match.name);
            if (match.entry == nullptr) continue;
            match.how = "fine-tune of";
            return match;
        }
        return match;
    }
    const auto base = without_snapshot(model);
    if (base.empty()) return match;
    match.entry = find_exactly(question, base, match.name);
    if (match.entry != nullptr) match.how = "snapshot of";
    return match;
}

std::optional<Money> Prices::tier_factor(std::string_view tier) const {
    const auto found = tier_factors_.find(tier);
    if (found == tier_factors_.end()) return std::nullopt;
    return found->second;
}

bool Prices::is_free_operation(std::string_view operation) const {
    return std::find(free_operations_.begin(), free_operations_.end(), operation) !=
           free_operations_.end();
}

std::vector<std::string> Prices::models() const {
    std::set<std::string> all;
    for (const Layer& layer : layers_) {
        for (const auto& [model, entry] : layer.by_model)
            all.insert(model);
    }
    return {all.begin(), all.end()};
}

}  // namespace refrain::providers
