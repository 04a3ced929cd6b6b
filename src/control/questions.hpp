// What a report's query string asks for. Pure.
#pragma once

#include "base/error.hpp"
#include "ledger/query.hpp"

#include <chrono>
#include <string_view>

namespace refrain::control {

struct SeriesQuestion {
    ledger::Filter filter;
    std::chrono::hours step{1};
};

// since=24h&tenant=&model=&operation=&tag=. Fails with a sentence that names the parameter.
Result<ledger::Filter> read_filter(std::string_view query, WallTime now);
// window=24h&step=1h and the filters above, but for since.
Result<SeriesQuestion> read_series(std::string_view query, WallTime now);

}  // namespace refrain::control
