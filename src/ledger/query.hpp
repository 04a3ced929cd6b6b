// Questions to the ledger and their answers, as plain values.
#pragma once

#include "base/clock.hpp"
#include "ledger/figures.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace refrain::ledger {

// What counts. Empty words are no condition.
struct Filter {
    WallTime from;  // whole hours, and whole days where hours are no longer kept
    std::string operation;
    std::string model;
    std::string tenant;
    std::string tag;
};

using Sums = std::map<std::string, Sum>;  // by name, without the nameless

struct Report {
    WallTime since;
    Sum totals;
    Sums by_operation;
    Sums by_model;
    Sums by_provider;
    Sums by_tenant;
    Sums by_tag;  // a request with two tags counts under both
    Sums by_voice;
    std::map<std::string, std::int64_t> unpriced;  // requests by model
};

struct Point {
    WallTime from;
    Sum sum;
};

// Requests by what the metrics tell apart.
struct RequestCount {
    std::string operation;
    std::string provider;
    Sum sum;
};

}  // namespace refrain::ledger
