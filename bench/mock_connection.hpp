// One connection of the mock upstream, plain or TLS: whole requests out of it, bytes into it. Owned
// and called by one thread's loop in mock_upstream.cpp.
#pragma once

#include "mock_answers.hpp"

#include <openssl/ssl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

struct Request {
    std::string target;
    std::string body;
};

class Connection {
  public:
    // Takes over the descriptor; `tls` may be null.
    Connection(int fd, SSL_CTX* tls);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int fd() const { return fd_; }

    // Reads what there is; false once the peer has closed or broken off.
    bool read();

    // The next complete request that has been read.
    std::optional<Request> next_request();

    // Sends, or keeps what the socket does not take yet; false once the connection is broken.
    bool send(std::string_view bytes);
    bool flush();
    bool has_unsent() const { return !out_.empty(); }

    bool awaits_writable = false;  // what the loop waits for; the loop's own note

    // The answer under way, kept here by the loop.
    bool answering = false;
    Manner manner;
    int events_sent = 0;
    std::int64_t next_due_ns = 0;

  private:
    long receive(char* into, std::size_t size);
    long transmit(const char* from, std::size_t size);

    int fd_;
    SSL* ssl_ = nullptr;
    std::string in_;
    std::string out_;
};

}  // namespace bench
