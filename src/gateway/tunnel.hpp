// After 101 Switching Protocols: bytes both ways until one side has had enough.
#pragma once

#include "net/loop.hpp"
#include "server/exchange.hpp"
#include "upstream/client.hpp"

namespace refrain::gateway {

net::Task<void> tunnel(server::Exchange& client, upstream::Exchange& upstream);

}  // namespace refrain::gateway
