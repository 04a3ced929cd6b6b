// Reads HTTP/1.1 requests off a socket with the simplest code that can be right, so that tests have
// a judge that shares nothing with the gateway's own parser. One per connection, one thread.
#pragma once

#include "support/scripted_reply.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

namespace refrain::tests {

// A request as it arrived.
struct Seen {
    std::string method;
    std::string target;  // path and query, as sent
    std::string head;    // the exact bytes up to and with the empty line
    HeaderList headers;  // names as sent
    std::string body;    // without chunked framing
    bool was_chunked = false;

    std::string path() const;
    // The first value, names compared without case; empty if there is none.
    std::string header(std::string_view name) const;
    bool has_header(std::string_view name) const;
    std::size_t count_header(std::string_view name) const;
};

class RequestReader {
  public:
    // `on_bytes` hears how many bytes arrived. REQUIRES: a receive timeout on the socket, which is
    // how often `stopping` is looked at.
    RequestReader(int socket,
                  const std::atomic<bool>& stopping,
                  std::function<void(std::size_t)> on_bytes);

    // Both are false at the end of the connection, at bytes that are no request, and when stopping.
    bool read_head(Seen& seen);
    bool read_body(Seen& seen);

  private:
    bool fill();
    bool read_line(std::string& line);
    bool read_exactly(std::size_t count, std::string& into);
    bool read_chunks(std::string& into);

    int socket_;
    const std::atomic<bool>& stopping_;
    std::function<void(std::size_t)> on_bytes_;
    std::string buffer_;
};

// Whether all of it could be sent. Never raises SIGPIPE. REQUIRES: a send timeout on the socket.
bool send_all(int socket, std::string_view bytes, const std::atomic<bool>& stopping);

}  // namespace refrain::tests
