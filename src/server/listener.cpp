#include "server/listener.hpp"

#include "server/connection.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace refrain::server {

namespace asio = boost::asio;
using boost::system::error_code;
using net::Task;

struct Listener::State : std::enable_shared_from_this<Listener::State> {
    State(net::Loop& on, Service& for_service)
        : loop(on), service(for_service), acceptor(on.context()) {}

    static Task<void> accept_all(std::shared_ptr<State> self);

    net::Loop& loop;
    Service& service;
    net::Acceptor acceptor;
    asio::ip::tcp::endpoint endpoint;
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>> connections;
};

namespace {

Result<asio::ip::address> listen_address(const std::string& host) {
    if (host == "localhost") return asio::ip::address(asio::ip::address_v4::loopback());
    error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (error) {
        return failure(ErrorCode::malformed,
                       Origin::gateway,
                       "cannot listen on \"" + host + "\": it is not an IP address");
    }
    return address;
}

// Only the first error counts.
struct Steps {
    error_code error;
    const char* step = "";
    template <class Action>
    void run(const char* what, Action action) {
        if (error) return;
        step = what;
        action(error);
    }
};

}  // namespace

Listener::Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}

Listener::~Listener() = default;

Result<std::unique_ptr<Listener>> Listener::open(net::Loop& loop,
                                                 Service& service,
                                                 const std::string& host,
                                                 std::uint16_t port) {
    const auto address = listen_address(host);
    if (!address) return failure(address.error());
    auto state = std::make_shared<State>(loop, service);
    const asio::ip::tcp::endpoint endpoint(*address, port);
    using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    auto& acceptor = state->acceptor;
    Steps steps;
    steps.run("open", [&](error_code& e) { acceptor.open(endpoint.protocol(), e); });
    steps.run("reuse", [&](error_code& e) {
        acceptor.set_option(asio::socket_base::reuse_address(true), e);
    });
    steps.run("share", [&](error_code& e) { acceptor.set_option(ReusePort(true), e); });
    steps.run("bind", [&](error_code& e) { acceptor.bind(endpoint, e); });
    steps.run("listen", [&](error_code& e) { acceptor.listen(4096, e); });
    steps.run("name", [&](error_code& e) { state->endpoint = acceptor.local_endpoint(e); });
    if (steps.error) {
        return failure(ErrorCode::unavailable,
                       Origin::gateway,
                       "cannot listen on " + host + ":" + std::to_string(port) + " (" + steps.step +
                           "): " + steps.error.message());
    }
    return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

std::uint16_t Listener::port() const noexcept {
    return state_->endpoint.port();
}

bool Listener::is_loopback() const noexcept {
    return state_->endpoint.address().is_loopback();
}

void Listener::start() {
    state_->loop.spawn(State::accept_all(state_));
}

Task<void> Listener::State::accept_all(std::shared_ptr<State> self) {
    while (self->acceptor.is_open()) {
        error_code error;
        auto token = asio::redirect_error(net::use_task, error);
        co_await self->acceptor.async_wait(net::Acceptor::wait_read, token);
        if (error == asio::error::operation_aborted) co_return;
        const int descriptor = ::accept4(
            self->acceptor.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0 && errno == EAGAIN) continue;
        if (error || descriptor < 0) {
            // Out of descriptors, or the peer left already: neither ends the service.
            const std::chrono::milliseconds pause(20);
            co_await net::sleep_for(pause);
            continue;
        }
        const bool full = self->service.under_way.is_spent() ||
                          self->service.connections.load(std::memory_order_relaxed) >=
                              self->service.limits.max_connections;
        auto connection = std::make_shared<Connection>(self->loop, self->service, descriptor);
        self->connections.push_back(*connection);
        self->loop.spawn(full ? Connection::turn_away(connection) : Connection::serve(connection));
    }
}

void Listener::drain() {
    state_->loop.post([state = state_] {
        error_code ignored;
        state->acceptor.close(ignored);
        for (auto it = state->connections.begin(); it != state->connections.end();) {
            (it++)->drain();
        }
    });
}

void Listener::close_all() {
    state_->loop.post([state = state_] {
        error_code ignored;
        state->acceptor.close(ignored);
        for (auto it = state->connections.begin(); it != state->connections.end();) {
            (it++)->close();
        }
    });
}

}  // namespace refrain::server
