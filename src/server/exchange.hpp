// One request and the way to answer it, as a handler sees them. Belongs to its connection and its
// loop; alive until the handler's coroutine ends.
//
// Framing is done here: a handler gives the head's fields and the bytes of the body. An exchange
// that is left without an answer, or half way through one, closes the connection: a peer never sees
// a broken transfer as a clean end.
#pragma once

#include "base/error.hpp"
#include "http/head.hpp"
#include "net/loop.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::server {

// Bytes that also stand in a file, at `offset`. Both stay as they are until the answer is sent.
struct FileSlice {
    std::string_view bytes;
    int descriptor = -1;  // there is no file: the bytes alone
    std::uint64_t offset = 0;
};

class Exchange {
  public:
    virtual ~Exchange() = default;

    // ---- the request. Views live as long as the exchange.
    virtual const http::RequestHead& head() const noexcept = 0;
    virtual std::string_view head_bytes() const noexcept = 0;  // the head as it came
    virtual bool peer_is_loopback() const = 0;

    // The whole body. Fails with too_large (nothing more is read), timeout, malformed, unavailable
    // (no memory), or broken when the peer left.
    virtual net::Task<Result<std::string_view>> read_body(std::size_t limit_bytes) = 0;
    // The same without waiting, where all of it is here already.
    virtual std::optional<std::string_view> body_if_here() = 0;
    // The next piece, valid until the next call; empty at the end.
    virtual net::Task<Result<std::string_view>> read_some() = 0;

    // ---- the answer
    // A whole answer. `head` is the status line and fields, each with its CRLF, without framing
    // fields, Connection, Date and the empty line. To HEAD requests the body is not sent.
    virtual net::Task<Result<void>> reply(std::string_view head, std::string_view body) = 0;
    // The same within an AtOnce, without waiting. What the socket does not take now is sent later:
    // `owner` keeps the body until then.
    virtual void reply_at_once(std::string_view head,
                               FileSlice body,
                               std::shared_ptr<const void> owner) = 0;

    // The same, without copying the body where the kernel can send it from its file.
    virtual net::Task<Result<void>> reply_file(std::string_view head, FileSlice slice) = 0;

    // An answer in pieces: of a known length, or chunked (HTTP/1.0: until close).
    virtual void begin(std::string_view head, std::optional<std::uint64_t> length_bytes) = 0;
    virtual net::Task<Result<void>> write(std::string_view piece) = 0;  // empty: just what waits
    // The same without waiting, and without a coroutine. False: some of it waits, and goes out with
    // the next write(), which must come before another of these.
    virtual Result<bool> write_at_once(std::string_view piece) = 0;
    virtual net::Task<Result<void>> end() = 0;
    virtual bool has_begun() const noexcept = 0;

    // The answer cannot be finished: the connection will be closed, by a reset once it has begun.
    virtual void abort() noexcept = 0;

    // Calls `gone` once, on the loop, if the peer leaves while the handler is doing something else.
    // Until unwatch() or the end of the exchange.
    virtual void watch_peer(std::function<void()> gone) = 0;
    virtual void unwatch() noexcept = 0;

    // ---- after an answer of 101: bytes both ways, no framing. An empty read is the peer's end.
    virtual net::Task<Result<void>> switch_protocols(std::string_view head) = 0;
    virtual net::Task<Result<std::string_view>> read_raw() = 0;
    virtual net::Task<Result<void>> write_raw(std::string_view bytes) = 0;
    virtual void shutdown_raw() noexcept = 0;

    // ---- around it
    virtual net::Loop& loop() noexcept = 0;
    // A buffer for building heads, empty. It is the loop's: use it up before the next co_await of
    // anything but reply(), reply_file() or write() with it.
    virtual std::string& scratch() noexcept = 0;
};

using Handler = std::function<net::Task<void>(Exchange&)>;
// Asked before the handler about requests that came whole: answers by reply_at_once(), or returns
// false and leaves the exchange as it was. No coroutine is made, so it costs a fraction.
using AtOnce = std::function<bool(Exchange&)>;

}  // namespace refrain::server
