// The idle connections of one Client, per address, and what making new ones takes. Kept alive by
// the client and by every exchange, so that no order of destruction hurts. Belongs to one loop.
#pragma once

#include "net/deadline.hpp"
#include "upstream/connection.hpp"
#include "upstream/options.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace refrain::net {
class TlsContext;
}

namespace refrain::upstream {

class ConnectionPool {
  public:
    ConnectionPool(net::Loop& loop, std::shared_ptr<net::TlsContext> tls, Options options);

    // The one used last of those that are still open, or null.
    std::unique_ptr<Connection> take_idle(const Address& to);
    // Not connected yet: see connect().
    std::unique_ptr<Connection> make(const Address& to);
    net::Task<Result<void>> connect(Connection& connection);

    // Keeps a connection whose last message ended cleanly; after close() it only closes it.
    void put(std::unique_ptr<Connection> connection);
    void close();

    const Options& options() const noexcept { return options_; }
    std::size_t idle() const noexcept;
    std::size_t opened() const noexcept { return opened_; }
    std::size_t reused() const noexcept { return reused_; }

  private:
    // Few: one for each upstream that is configured.
    struct Shelf {
        Address to;
        std::vector<std::unique_ptr<Connection>> idle;  // oldest first
    };
    Shelf* find(const Address& to) noexcept;
    bool is_fresh(const Connection& connection) const noexcept;
    void sweep();

    net::Loop& loop_;
    std::shared_ptr<net::TlsContext> tls_;
    Options options_;
    std::vector<Shelf> shelves_;
    net::Deadline sweep_;
    bool sweep_is_set_ = false;
    bool closed_ = false;
    std::size_t opened_ = 0;
    std::size_t reused_ = 0;
};

}  // namespace refrain::upstream
