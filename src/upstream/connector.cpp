#include "upstream/connector.hpp"

#include "http/head.hpp"
#include "http/writer.hpp"
#include "upstream/proxy.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace refrain::upstream {

namespace asio = boost::asio;

namespace {

using Endpoint = asio::ip::tcp::endpoint;

// Outlives a caller that gave up: the system's resolver cannot be interrupted.
struct Lookup {
    explicit Lookup(net::Loop& loop) : resolver(loop.executor()), done(loop) {}

    net::Resolver resolver;
    net::Signal done;
    boost::system::error_code error;
    std::vector<Endpoint> found;
};

tl::unexpected<Error> unreachable(const Connection& connection, std::string_view what) {
    auto error = connection.fail(ErrorCode::unreachable, what);
    // Nothing of a request was sent yet.
    if (!connection.is_stopped()) error.value().retry = Retry::always;
    return error;
}

net::Task<Result<std::vector<Endpoint>>> resolve(Connection& connection,
                                                 const std::string& host,
                                                 std::uint16_t port,
                                                 std::chrono::milliseconds timeout) {
    boost::system::error_code not_numeric;
    const auto address = asio::ip::make_address(host, not_numeric);
    if (!not_numeric) co_return std::vector<Endpoint>{Endpoint(address, port)};

    const auto lookup = std::make_shared<Lookup>(connection.loop());
    lookup->resolver.async_resolve(host,
                                   std::to_string(port),
                                   asio::ip::resolver_base::numeric_service,
                                   [lookup](boost::system::error_code error,
                                            const asio::ip::tcp::resolver::results_type& results) {
                                       lookup->error = error;
                                       for (const auto& one : results) {
                                           lookup->found.push_back(one.endpoint());
                                       }
                                       lookup->done.notify();
                                   });
    connection.arm(Phase::resolve, timeout);
    co_await connection.wait_for(lookup->done);
    connection.disarm();
    if (connection.is_stopped()) co_return failure(connection.stop_reason());
    if (lookup->error)
        co_return unreachable(connection, "resolve " + host + ": " + lookup->error.message());
    co_return std::move(lookup->found);
}

// One address. `expired` is set if it took too long.
net::Task<boost::system::error_code> try_endpoint(Connection& connection,
                                                  Endpoint endpoint,
                                                  std::chrono::milliseconds timeout) {
    bool expired = false;
    net::Deadline deadline(connection.loop().deadlines(), [&connection, &expired] {
        expired = true;
        boost::system::error_code ignored;
        connection.socket().close(ignored);
    });
    deadline.set(timeout);
    boost::system::error_code error;
    co_await connection.socket().async_connect(endpoint,
                                               asio::redirect_error(net::use_task, error));
    if (expired) error = asio::error::timed_out;
    co_return error;
}

// The time-out is for all addresses together, so each has its share: one that swallows packets
// must not use up the time of the next.
net::Task<Result<void>> connect_any(Connection& connection,
                                    std::vector<Endpoint> endpoints,
                                    std::chrono::milliseconds timeout) {
    const auto share = timeout / std::max<std::size_t>(endpoints.size(), 1);
    boost::system::error_code error = asio::error::host_not_found;
    for (const Endpoint& endpoint : endpoints) {
        error = co_await try_endpoint(connection, endpoint, share);
        if (connection.is_stopped()) co_return failure(connection.stop_reason());
        if (!error) co_return connection.begin();
        boost::system::error_code ignored;
        connection.socket().close(ignored);
    }
    if (error == asio::error::timed_out) {
        connection.stop(Error{ErrorCode::timeout,
                              Origin::upstream,
                              connection.peer().authority() + ": timed out (connect)",
                              Retry::always});
    }
    co_return unreachable(connection, "connect: " + error.message());
}

std::string tunnel_request(const Address& to, const Proxy& proxy) {
    // RFC 9110 9.3.6: CONNECT always names the port.
    Address target = to;
    target.tls = false;
    std::string authority = target.authority();
    if (target.port == 80) authority += ":80";
    std::string text;
    http::HeadWriter writer(text);
    writer.request("CONNECT", authority).field("Host", authority);
    if (!proxy.authorization.empty()) writer.field("Proxy-Authorization", proxy.authorization);
    writer.end();
    return text;
}

net::Task<Result<void>> open_tunnel(Connection& connection,
                                    const Proxy& proxy,
                                    std::chrono::milliseconds timeout) {
    connection.arm(Phase::proxy, timeout);
    const std::string request = tunnel_request(connection.peer(), proxy);
    const Parts parts{request};
    auto sent = co_await connection.write_all(parts, timeout, false);
    if (!sent) co_return sent;
    connection.arm(Phase::proxy, timeout);

    auto& buffer = connection.buffer();
    http::HeadParser parser;
    http::ResponseHead head;
    while (true) {
        const auto status = parser.parse_response(buffer.unread(), true, head);
        if (status == http::HeadStatus::complete && head.status >= 200) break;
        if (status == http::HeadStatus::complete) {
            buffer.consume(head.size_bytes);
            continue;
        }
        if (status == http::HeadStatus::invalid) {
            co_return unreachable(connection,
                                  "the proxy " + proxy.authority() + " does not speak HTTP");
        }
        if (buffer.room().bytes == 0) buffer.grow();
        auto got = co_await connection.fill();
        if (!got) co_return failure(std::move(got).error());
        if (*got == 0) {
            co_return unreachable(connection,
                                  "the proxy " + proxy.authority() + " closed the connection");
        }
    }
    connection.disarm();
    if (head.status > 299) {
        co_return unreachable(connection,
                              "the proxy " + proxy.authority() +
                                  " refused the tunnel with status " + std::to_string(head.status));
    }
    // In TLS the client speaks first: more bytes would be somebody else's.
    if (buffer.unread().size() != head.size_bytes) {
        co_return unreachable(
            connection,
            "the proxy " + proxy.authority() + " sent bytes of its own into the tunnel");
    }
    buffer.reset();
    co_return Result<void>();
}

net::Task<Result<void>> encrypt(Connection& connection,
                                const net::TlsContext* tls,
                                std::chrono::milliseconds timeout) {
    if (tls == nullptr) co_return unreachable(connection, "there is no TLS context");
    connection.arm(Phase::tls, timeout);
    auto encrypted = co_await connection.begin_tls(*tls);
    connection.disarm();
    co_return encrypted;
}

}  // namespace

net::Task<Result<void>> open_connection(Connection& connection,
                                        const net::TlsContext* tls,
                                        const Options& options) {
    const Address& to = connection.peer();
    const auto proxy = proxy_for(to, options);
    if (!proxy) co_return failure(proxy.error());
    const std::string host = *proxy ? (*proxy)->host : to.host;
    const std::uint16_t port = *proxy ? (*proxy)->port : to.port;

    auto endpoints = co_await resolve(connection, host, port, options.connect_timeout);
    if (!endpoints) co_return failure(std::move(endpoints).error());
    auto connected = co_await connect_any(connection, *endpoints, options.connect_timeout);
    if (!connected) co_return connected;

    if (*proxy && !to.tls) {
        connection.forwarding() = {true, (*proxy)->authorization};
    }
    if (*proxy && to.tls) {
        auto opened = co_await open_tunnel(connection, **proxy, options.connect_timeout);
        if (!opened) co_return opened;
    }
    if (to.tls) {
        auto encrypted = co_await encrypt(connection, tls, options.connect_timeout);
        if (!encrypted) co_return encrypted;
    }
    co_return Result<void>();
}

}  // namespace refrain::upstream
