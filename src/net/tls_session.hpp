// TLS on one non-blocking socket: OpenSSL reads and writes the stream itself, without a buffer
// between. Every call is one try; Connection waits between tries. Belongs to one loop.
#pragma once

#include "base/error.hpp"
#include "net/stream.hpp"

#include <sys/uio.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;

namespace refrain::net {

class TlsContext;

class TlsSession {
  public:
    // `stream` must outlive the session. The certificate must be one for `host`, a name (sent as
    // SNI) or an IP address.
    static Result<std::unique_ptr<TlsSession>> connect(const TlsContext& context,
                                                       Stream& stream,
                                                       const std::string& host);
    // The same for whoever is called.
    static Result<std::unique_ptr<TlsSession>> accept(const TlsContext& context, Stream& stream);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    Attempt handshake();
    // `end` only after the peer's close_notify: a cut connection is `failed`.
    Attempt read(char* to, std::size_t room);
    // What fits in one record goes out as one, from however many pieces. After `want_write`, the
    // next write must begin with the same bytes.
    Attempt write(std::span<const iovec> pieces);
    // As read() of one byte, which stays unread.
    Attempt peek();
    // Sends our close_notify, once, if the socket takes it.
    void shutdown() noexcept;

    // Whether bytes from the socket wait inside OpenSSL, so that the socket may never turn
    // readable for them; they may be less than what a read needs.
    bool has_pending() const noexcept;
    // Whether a read finds bytes without asking the socket.
    bool has_plain() const noexcept;
    // Whether the peer began with a request in the clear. REQUIRES: the handshake failed.
    bool heard_http() const noexcept { return heard_http_; }
    // Why the last attempt failed: one clause.
    const std::string& fault() const noexcept { return fault_; }

  private:
    explicit TlsSession(ssl_st* ssl) : ssl_(ssl) {}
    static ssl_st* make(const TlsContext& context, Stream& stream);
    Attempt write_record(std::string_view bytes);
    Attempt conclude(int answer, std::size_t bytes);
    std::string describe(int kind) const;

    ssl_st* ssl_;
    bool open_ = false;  // the handshake succeeded, nothing failed or ended since
    bool heard_http_ = false;
    std::string fault_;
};

}  // namespace refrain::net
