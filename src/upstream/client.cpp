#include "upstream/client.hpp"

#include "upstream/connection_pool.hpp"
#include "upstream/pooled_exchange.hpp"

#include <utility>

namespace refrain::upstream {

void Cancellation::cancel() noexcept {
    cancelled_ = true;
    if (under_way_ != nullptr) under_way_->cancel();
}

struct Client::Pool {
    std::shared_ptr<ConnectionPool> connections;
};

Client::Client(net::Loop& loop, std::shared_ptr<net::TlsContext> tls, Options options)
    : pool_(std::make_unique<Pool>()) {
    pool_->connections = std::make_shared<ConnectionPool>(loop, std::move(tls), std::move(options));
}

Client::~Client() {
    pool_->connections->close();
}

net::Task<Result<std::unique_ptr<Exchange>>> Client::exchange(const Address& to,
                                                              const Request& request) {
    auto exchange = std::make_unique<PooledExchange>(pool_->connections, to, request);
    auto begun = co_await exchange->begin_whole();
    if (!begun) co_return failure(std::move(begun).error());
    auto read = co_await exchange->read_head();
    if (!read) co_return failure(std::move(read).error());
    co_return std::unique_ptr<Exchange>(std::move(exchange));
}

net::Task<Result<std::unique_ptr<Exchange>>> Client::open(
    const Address& to, const Request& request, std::optional<std::uint64_t> length_bytes) {
    auto exchange = std::make_unique<PooledExchange>(pool_->connections, to, request);
    auto begun = co_await exchange->begin_in_pieces(length_bytes);
    if (!begun) co_return failure(std::move(begun).error());
    exchange->forget_cancellation();
    co_return std::unique_ptr<Exchange>(std::move(exchange));
}

Client::Stats Client::stats() const noexcept {
    const auto& connections = *pool_->connections;
    return {connections.idle(), connections.opened(), connections.reused()};
}

}  // namespace refrain::upstream
