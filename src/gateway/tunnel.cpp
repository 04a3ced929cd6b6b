#include "gateway/tunnel.hpp"

#include "net/signal.hpp"

#include <exception>

namespace refrain::gateway {

namespace {

using net::Task;

// From the client to the upstream; `done` is told at the end, whatever it was.
Task<void> pump_up(server::Exchange& client, upstream::Exchange& upstream, net::Signal& done) {
    for (;;) {
        const auto bytes = co_await client.read_raw();
        if (!bytes || bytes->empty()) break;
        const auto written = co_await upstream.write_raw(*bytes);
        if (!written) break;
    }
    upstream.shutdown_raw();
    done.notify();
}

}  // namespace

Task<void> tunnel(server::Exchange& client, upstream::Exchange& upstream) {
    net::Signal up_ended(client.loop());
    client.loop().spawn(pump_up(client, upstream, up_ended));
    for (;;) {
        const auto bytes = co_await upstream.read_raw();
        if (!bytes || bytes->empty()) break;
        const auto written = co_await client.write_raw(*bytes);
        if (!written) break;
    }
    client.shutdown_raw();
    upstream.shutdown_raw();
    co_await up_ended.wait();
}

}  // namespace refrain::gateway
