#include "upstream/connection_pool.hpp"

#include "upstream/connector.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace refrain::upstream {

namespace {

// How often connections that aged, or that the peer closed, are thrown away.
constexpr std::chrono::milliseconds kSweepInterval{1'000};

// The base path is no matter of the connection.
bool same_peer(const Address& a, const Address& b) noexcept {
    return a.port == b.port && a.tls == b.tls && a.host == b.host;
}

}  // namespace

ConnectionPool::ConnectionPool(net::Loop& loop,
                               std::shared_ptr<net::TlsContext> tls,
                               Options options)
    : loop_(loop),
      tls_(std::move(tls)),
      options_(std::move(options)),
      sweep_(loop.deadlines(), [this] { sweep(); }) {}

std::unique_ptr<Connection> ConnectionPool::take_idle(const Address& to) {
    Shelf* const shelf = find(to);
    if (shelf == nullptr) return nullptr;
    while (!shelf->idle.empty()) {
        auto connection = std::move(shelf->idle.back());
        shelf->idle.pop_back();
        if (!is_fresh(*connection) || !connection->is_quiet()) continue;
        connection->reused = true;
        ++reused_;
        return connection;
    }
    return nullptr;
}

std::unique_ptr<Connection> ConnectionPool::make(const Address& to) {
    ++opened_;
    return std::make_unique<Connection>(loop_, to);
}

net::Task<Result<void>> ConnectionPool::connect(Connection& connection) {
    return open_connection(connection, tls_.get(), options_);
}

void ConnectionPool::put(std::unique_ptr<Connection> connection) {
    if (closed_ || options_.max_idle_per_address == 0) return;
    Shelf* shelf = find(connection->peer());
    if (shelf == nullptr) {
        shelf = &shelves_.emplace_back(Shelf{connection->peer(), {}});
    }
    if (shelf->idle.size() >= options_.max_idle_per_address) {
        shelf->idle.erase(shelf->idle.begin());
    }
    connection->idle_since = loop_.deadlines().now();
    shelf->idle.push_back(std::move(connection));
    if (!sweep_is_set_) {
        sweep_.set(std::min(kSweepInterval, options_.idle_timeout));
        sweep_is_set_ = true;
    }
}

void ConnectionPool::close() {
    closed_ = true;
    shelves_.clear();
}

std::size_t ConnectionPool::idle() const noexcept {
    std::size_t count = 0;
    for (const Shelf& shelf : shelves_)
        count += shelf.idle.size();
    return count;
}

ConnectionPool::Shelf* ConnectionPool::find(const Address& to) noexcept {
    const auto at = std::find_if(shelves_.begin(), shelves_.end(), [&to](const Shelf& shelf) {
        return same_peer(shelf.to, to);
    });
    return at == shelves_.end() ? nullptr : &*at;
}

bool ConnectionPool::is_fresh(const Connection& connection) const noexcept {
    return loop_.deadlines().now() - connection.idle_since < options_.idle_timeout;
}

void ConnectionPool::sweep() {
    for (Shelf& shelf : shelves_) {
        std::erase_if(shelf.idle, [this](const auto& connection) {
            return !is_fresh(*connection) || !connection->is_quiet();
        });
    }
    sweep_is_set_ = idle() > 0;
    if (sweep_is_set_) sweep_.set(std::min(kSweepInterval, options_.idle_timeout));
}

}  // namespace refrain::upstream
