// A client that speaks TLS byte by byte, as RawClient does in the clear. OpenSSL on a blocking
// socket, no code of the gateway's.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

namespace refrain::tests {

struct TlsWish {
    int version = 0;                   // the only one it speaks; 0 for any
    std::string protocols = "";        // offered by ALPN, each with its length before it
    std::string server = "localhost";  // whose certificate is expected
};

class TlsClient {
  public:
    // Connects to 127.0.0.1 and shakes hands; see is_secure() for how that went.
    TlsClient(int port, const std::string& ca_file, const TlsWish& wish = {});
    ~TlsClient();
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    bool is_secure() const noexcept { return secure_; }
    std::string protocol() const;  // chosen by ALPN

    void send(std::string_view bytes);
    void post(const std::string& path, const std::string& body);
    // False if it does not come within some seconds, or the peer ended first.
    bool read_until(std::string_view text);
    // Whether the peer said by close_notify that this is all.
    bool read_to_orderly_end();
    const std::string& received() const noexcept { return received_; }
    void close();  // close_notify, then the socket

  private:
    int read_more();

    int socket_ = -1;
    std::shared_ptr<SSL_CTX> context_;
    SSL* ssl_ = nullptr;
    bool secure_ = false;
    std::string received_;
};

}  // namespace refrain::tests
