// A port of 127.0.0.1 on which nobody listens, and which nobody else is given while this object
// lives: it is bound, so that a connection to it is refused. A server that sets SO_REUSEADDR, as
// ScriptedUpstream does, may still come to listen on it.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace refrain::tests {

class HeldPort {
  public:
    HeldPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int on = 1;
        ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const name = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket_, name, size) != 0 || ::getsockname(socket_, name, &size) != 0) {
            ::close(socket_);
            throw std::runtime_error("no port to hold");
        }
        port_ = ntohs(address.sin_port);
    }
    ~HeldPort() { ::close(socket_); }
    HeldPort(const HeldPort&) = delete;
    HeldPort& operator=(const HeldPort&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    int socket_;
    std::uint16_t port_ = 0;
};

}  // namespace refrain::tests
