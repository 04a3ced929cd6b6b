// TLS on one non-blocking socket: OpenSSL reads and writes the stream itself, without a buffer
// between. Every call is one try; Connection waits between tries. Belongs to one loop.
#pragma once

#include "base/error.hpp"
#include "net/stream.hpp"

#include <memory>
#include <string>
#include <string_view>

struct ssl_st;

namespace refrain::upstream {

class TlsContext;
using net::Attempt;

class TlsSession {
  public:
    // `stream` must outlive the session. The certificate must be one for `host`, a name (sent as
    // SNI) or an IP address.
    static Result<std::unique_ptr<TlsSession>> create(const TlsContext& context,
                                                      net::Stream& stream,
                                                      const std::string& host);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    Attempt handshake();
    // `end` only after the peer's close_notify: a cut connection is `failed`.
    Attempt read(char* to, std::size_t room);
    Attempt write(std::string_view bytes);
    // As read() of one byte, which stays unread.
    Attempt peek();
    // Sends our close_notify, if the socket takes it.
    void shutdown() noexcept;

    // Whether bytes from the socket wait inside OpenSSL, so that the socket may never turn
    // readable for them.
    bool has_pending() const noexcept;
    // Why the last attempt failed: one clause.
    const std::string& fault() const noexcept { return fault_; }

  private:
    explicit TlsSession(ssl_st* ssl) : ssl_(ssl) {}
    Attempt conclude(int answer, std::size_t bytes);
    std::string describe(int kind) const;

    ssl_st* ssl_;
    bool open_ = false;  // the handshake succeeded, nothing failed since
    std::string fault_;
};

}  // namespace refrain::upstream
