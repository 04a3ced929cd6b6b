// Reads tables of prices (docs/prices.md) and overrides into Prices, first come first. Fails with a
// sentence that names the entry.
#pragma once

#include "base/error.hpp"
#include "providers/json.hpp"
#include "providers/prices.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::providers {

class PriceReader {
  public:
    // Each "MODEL unit=USD …" or "MODEL free"; MODEL may be "PROVIDER/MODEL" and have "*".
    Result<void> read_overrides(const std::vector<std::string>& overrides);
    Result<void> read_table(std::string_view text, std::string_view origin);
    // Whether a table said that it stands alone.
    bool replaces_built_in() const noexcept { return alone_; }
    Prices finish() && { return std::move(prices_); }

  private:
    struct Source {
        std::string what;
        std::string date;
    };

    Result<void> read_sources(const Json& table);
    Result<void> read_tiers(const Json& table);
    Result<void> read_entry(const Json& json, Prices::Layer& layer);
    Result<void> add_names(const Json& json, Prices::Layer& layer);
    void add_name(std::string_view provider, std::string_view model, Prices::Layer& layer);

    Prices prices_;
    std::map<std::string, Source, std::less<>> sources_;
    bool alone_ = false;
};

}  // namespace refrain::providers
