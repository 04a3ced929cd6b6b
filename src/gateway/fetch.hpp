// Stage 6: asking the upstream. A fetch outlives the caller who caused it: it fills a flight that
// any number of callers follow, judges the answer when it ended, and keeps it.
#pragma once

#include "cache/flight.hpp"
#include "gateway/asked.hpp"
#include "gateway/services.hpp"
#include "net/loop.hpp"
#include "providers/endpoint.hpp"
#include "upstream/client.hpp"

#include <memory>
#include <string>

namespace refrain::gateway {

// All of it owned, for nothing of the caller's connection may be needed any more.
struct Fetch {
    AskedPtr asked;
    std::shared_ptr<const providers::Plan> plan;
    cache::Key key;
    std::string method;
    // To send; let go when the answer begins.
    std::string body;  // the caller's own bytes, where the plan has no others
    std::shared_ptr<upstream::Client> client;
    std::shared_ptr<cache::Flight> flight;
    ledger::Till* till = nullptr;  // of the loop
    bool in_table = true;          // others may find the flight: it must be landed
    bool may_keep = true;
};

// Runs to the end whatever happens: the flight is done or failed after it, and off the table.
// REQUIRES: called on `loop`, to which fetch->client belongs.
net::Task<void> run_fetch(Services& services, net::Loop& loop, std::shared_ptr<Fetch> fetch);

}  // namespace refrain::gateway
