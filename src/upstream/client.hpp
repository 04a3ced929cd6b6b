// HTTP/1.1 to the providers: one Client per loop keeps connections alive and lends them, one
// exchange at a time. Knows TLS, proxies and timeouts; knows nothing of AI. All calls on its loop.
#pragma once

#include "base/error.hpp"
#include "http/head.hpp"
#include "net/loop.hpp"
#include "upstream/address.hpp"
#include "upstream/options.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace refrain::net {
class TlsContext;
}

namespace refrain::upstream {

class Exchange;

// Ends a call of Client::exchange or Client::open that has not returned yet, or that begins after
// cancel(): it then fails with ErrorCode::cancelled. On the loop of the call, one call at a time.
class Cancellation {
  public:
    void cancel() noexcept;
    bool is_cancelled() const noexcept { return cancelled_; }

  private:
    friend class PooledExchange;
    Exchange* under_way_ = nullptr;
    bool cancelled_ = false;
};

// What to send. Host, Content-Length / Transfer-Encoding and Connection are written by the client;
// hop-by-hop fields among `fields` are left out. All views must live until the head was read.
struct Request {
    std::string_view method;
    std::string_view target;  // appended to the address's base path
    std::span<const http::Field> fields;
    std::string_view body;  // whole; for a body in pieces see Client::open
    bool upgrade = false;   // keep Connection: upgrade and Upgrade among the fields
    Cancellation* cancellation = nullptr;
};

// One request and its answer on one connection. Destroying it early closes the connection; after a
// clean end the connection goes back to the pool.
class Exchange {
  public:
    virtual ~Exchange() = default;

    // For an exchange begun with Client::open: pieces of the body, then its end, then the head.
    virtual net::Task<Result<void>> write_body(std::string_view piece) = 0;
    virtual net::Task<Result<void>> finish_body() = 0;
    // Interim 1xx heads are skipped, but for 101. Views in head() live as long as the exchange.
    virtual net::Task<Result<void>> read_head() = 0;

    virtual const http::ResponseHead& head() const = 0;

    // The next piece of the body as the transfer coding framed it (never more than 64 KiB), empty
    // at its clean end. An Error means it was cut, stalled or malformed: never a clean end. The
    // view is valid until the next call. With `Options::decode`, a gzip or br content coding was
    // undone, and head() has no Content-Encoding.
    virtual net::Task<Result<std::string_view>> read_some() = 0;
    // The same without waiting, and without a coroutine; absent if nothing more is here yet. Then
    // wait_for_more() returns when another try is worth it.
    virtual std::optional<Result<std::string_view>> read_here() = 0;
    virtual net::Task<void> wait_for_more() = 0;

    // After a 101: bytes both ways, no framing. An empty read is the peer's end.
    virtual net::Task<Result<void>> write_raw(std::string_view bytes) = 0;
    virtual net::Task<Result<std::string_view>> read_raw() = 0;
    virtual void shutdown_raw() = 0;  // our end

    // Ends whatever is under way on this exchange with ErrorCode::cancelled. Never throws.
    virtual void cancel() noexcept = 0;
};

class Client {
  public:
    // `tls` may be shared by the clients of all loops, and null if no address is https. Exchanges
    // may outlive the client: their connections then close instead of being kept.
    Client(net::Loop& loop, std::shared_ptr<net::TlsContext> tls, Options options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Sends the request and reads the head of the answer. A reused connection that died before any
    // byte of the answer came is replaced once (RFC 9112 9.3.1); nothing else is retried.
    net::Task<Result<std::unique_ptr<Exchange>>> exchange(const Address& to,
                                                          const Request& request);

    // Sends the head alone, for a body that comes in pieces: chunked, or `length_bytes` of it.
    net::Task<Result<std::unique_ptr<Exchange>>> open(const Address& to,
                                                      const Request& request,
                                                      std::optional<std::uint64_t> length_bytes);

    struct Stats {
        std::size_t idle = 0;
        std::size_t opened = 0;  // connections ever made
        std::size_t reused = 0;
    };
    Stats stats() const noexcept;

  private:
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace refrain::upstream
