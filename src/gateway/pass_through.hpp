// For what is not memoized: the request goes upstream and the answer comes back untouched, both as
// they arrive, uploads and WebSocket upgrades included.
#pragma once

#include "base/outcome.hpp"
#include "gateway/asked.hpp"
#include "gateway/services.hpp"
#include "net/loop.hpp"
#include "server/exchange.hpp"
#include "upstream/client.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::gateway {

struct Passing {
    AskedPtr asked;
    std::shared_ptr<upstream::Client> client;
    std::string_view detail;               // why, for Cache-Status
    std::optional<std::string_view> body;  // where it was read already
    // The name of a stored answer that is gone once the upstream agreed; "" for none. It is removed
    // before the caller hears of it.
    std::string forgets;
    bool may_fall_back = false;             // another upstream can be asked if this one fails
    const providers::Plan* plan = nullptr;  // of a call that is known, so that it can be priced
    ledger::Till* till = nullptr;           // of the loop
};

// What came of it. `status` is the upstream's, 0 if there was none.
struct Passed {
    Outcome outcome = Outcome::bypass;
    int status = 0;
    bool falls_back = false;  // the upstream failed, and nothing was answered
};

net::Task<Passed> pass_through(Services& services, server::Exchange& exchange, Passing passing);

}  // namespace refrain::gateway
