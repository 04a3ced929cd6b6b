// Stage 7, for what is still arriving: one caller follows a flight, from its first piece to its
// end, in the form the caller wants. The caller who caused the flight follows it like any other.
#pragma once

#include "base/outcome.hpp"
#include "cache/flight.hpp"
#include "gateway/asked.hpp"
#include "gateway/services.hpp"
#include "net/loop.hpp"
#include "server/exchange.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace refrain::gateway {

struct Following {
    AskedPtr asked;
    std::shared_ptr<cache::Flight> flight;
    cache::Key key;
    std::string form;            // wanted
    bool leads = false;          // caused the flight
    bool wants_link = false;     // not the answer, but a link to its sound
    bool by_request = false;     // went past the cache because the caller said so
    bool may_fall_back = false;  // another upstream can be asked if this one fails
    std::string_view detail;     // for Cache-Status, where something is known beforehand
};

// The outcome for the books: miss or coalesced, or failed where the upstream could not be asked or
// broke off. Absent, and nothing was answered: the flight's start is gone (somebody came too late),
// or its answer cannot be had in the form wanted, or its upstream failed and there is another.
net::Task<std::optional<Outcome>> follow(Services& services,
                                         server::Exchange& exchange,
                                         Following following);

// Whether the flight's answer, as far as it is known, cannot be had in the form wanted.
bool is_of_no_use(const Following& following);

// Whether the flight's upstream has failed it and this caller may be answered by another.
bool falls_back(const Following& following);

}  // namespace refrain::gateway
