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
    std::string form;         // wanted
    bool leads = false;       // caused the flight
    bool by_request = false;  // went past the cache because the caller said so
    std::string_view detail;  // why it is not kept, where that is known beforehand
};

// The outcome for the books: miss or coalesced, or failed where the upstream could not be asked or
// broke off. Null flight start (somebody came too late): absent.
net::Task<std::optional<Outcome>> follow(Services& services,
                                         server::Exchange& exchange,
                                         Following following);

}  // namespace refrain::gateway
