// Accepts connections on one loop and serves them. One Listener per loop, all on the same port with
// SO_REUSEPORT, so that a connection lives and dies on its loop.
#pragma once

#include "base/byte_budget.hpp"
#include "base/error.hpp"
#include "net/loop.hpp"
#include "net/tls_context.hpp"
#include "server/exchange.hpp"
#include "server/limits.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace refrain::server {

// Turns a refusal of ours (a status and a sentence) into the head and body to send. The head is as
// Exchange::reply wants it. `target` is what was asked for, "" if that was not understood.
struct Refusal {
    std::string head;
    std::string body;
};
using RefusalWriter =
    std::function<Refusal(int status, std::string_view sentence, std::string_view target)>;

// What a listener serves. One for each; the counts are the whole process's.
struct Service {
    Service(std::atomic<std::size_t>& all_connections, ByteBudget& all_bytes)
        : connections(all_connections), under_way(all_bytes) {}

    Handler handler;
    AtOnce at_once = [](Exchange&) { return false; };
    RefusalWriter refuse;
    std::shared_ptr<net::TlsContext> tls;  // null: connections are in the clear
    Limits limits;
    std::atomic<std::size_t>& connections;
    // Counts the bodies of requests. Once it is spent, newcomers get 503, and so do bodies that
    // grow.
    ByteBudget& under_way;
};

class Listener {
  public:
    // Binds and listens; port 0 picks one. `host` is an address, or "localhost".
    static Result<std::unique_ptr<Listener>> open(net::Loop& loop,
                                                  Service& service,
                                                  const std::string& host,
                                                  std::uint16_t port);
    ~Listener();

    std::uint16_t port() const noexcept;
    bool is_loopback() const noexcept;

    // Begins to accept. From any thread.
    void start();
    // Stops accepting, closes idle connections, lets the others finish with Connection: close.
    // From any thread; Service::connections falls to 0 in time.
    void drain();
    // Closes every connection now. From any thread.
    void close_all();

  private:
    struct State;
    explicit Listener(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace refrain::server
