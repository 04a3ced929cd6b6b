// Stage 6, the asking: one call to an upstream, within what its settings allow. It waits for a
// place (turnstile.hpp), asks, and asks again after a failure that may pass (retry.hpp). Used by
// fetches and by what passes through. On the loop of the client.
#pragma once

#include "base/error.hpp"
#include "gateway/services.hpp"
#include "gateway/turnstile.hpp"
#include "gateway/upstreams.hpp"
#include "net/loop.hpp"
#include "upstream/client.hpp"

#include <memory>

namespace refrain::gateway {

// What answers, and the place it takes up until it is gone.
struct Answering {
    Turnstile::Place place;
    std::unique_ptr<upstream::Exchange> exchange;
};

// A place for one call, empty if the upstream has no limit. Fails with unavailable when none came
// free in time.
net::Task<Result<Turnstile::Place>> take_place(Services& services,
                                               net::Loop& loop,
                                               const Upstream& upstream);

// Sends the request, whose body is whole, and reads the head of the answer. Counts the failures it
// got over. The views in `request` live until this returns.
net::Task<Result<Answering>> call_upstream(Services& services,
                                           net::Loop& loop,
                                           const Upstream& upstream,
                                           upstream::Client& client,
                                           const upstream::Request& request);

}  // namespace refrain::gateway
