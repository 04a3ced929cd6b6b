#include "e2e/tls_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <stdexcept>

namespace refrain::tests {

TlsClient::TlsClient(int port, const std::string& ca_file, const TlsWish& wish)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to peers that left
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("cannot connect to the gateway");
    }
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_load_verify_file(context_.get(), ca_file.c_str());
    if (wish.version != 0) {
        SSL_CTX_set_min_proto_version(context_.get(), wish.version);
        SSL_CTX_set_max_proto_version(context_.get(), wish.version);
        SSL_CTX_set_security_level(context_.get(), 0);  // old versions are wanted, if at all, here
    }
    ssl_ = SSL_new(context_.get());
    SSL_set1_host(ssl_, wish.server.c_str());
    if (!wish.protocols.empty()) {
        SSL_set_alpn_protos(ssl_,
                            reinterpret_cast<const unsigned char*>(wish.protocols.data()),
                            static_cast<unsigned>(wish.protocols.size()));
    }
    SSL_set_fd(ssl_, socket_);
    secure_ = SSL_connect(ssl_) == 1;
}

TlsClient::~TlsClient() {
    close();
}

void TlsClient::close() {
    if (secure_) SSL_shutdown(ssl_);
    SSL_free(ssl_);
    ssl_ = nullptr;
    secure_ = false;
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

std::string TlsClient::protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

void TlsClient::send(std::string_view bytes) {
    std::size_t sent = 0;
    SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent);
}

void TlsClient::post(const std::string& path, const std::string& body) {
    send("POST " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer sk-test\r\n" +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body);
}

int TlsClient::read_more() {
    std::array<char, 16'384> bytes{};
    const int got = SSL_read(ssl_, bytes.data(), bytes.size());
    if (got > 0) received_.append(bytes.data(), static_cast<std::size_t>(got));
    return got;
}

bool TlsClient::read_until(std::string_view text) {
    while (received_.find(text) == std::string::npos) {
        if (read_more() <= 0) return false;
    }
    return true;
}

bool TlsClient::read_to_orderly_end() {
    int got = 0;
    while ((got = read_more()) > 0) {
    }
    return SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN;
}

}  // namespace refrain::tests
