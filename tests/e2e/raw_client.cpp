#include "e2e/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>

namespace refrain::tests {

using Clock = std::chrono::steady_clock;

RawClient::RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("cannot connect to the gateway");
    }
}

RawClient::~RawClient() {
    close();
}

void RawClient::close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

void RawClient::shut_down_sending() {
    ::shutdown(socket_, SHUT_WR);
}

void RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;  // the peer hung up: what it said is what the test looks at
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void RawClient::post(const std::string& path, const std::string& body, const std::string& fields) {
    send("POST " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer sk-test\r\n" +
         "Content-Type: application/json\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

bool RawClient::read_more(Clock::time_point deadline) {
    if (ended_) return false;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0))) <= 0) return false;
    std::array<char, 65536> bytes{};
    const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got <= 0) {
        ended_ = true;
        reset_ = got < 0 && errno == ECONNRESET;
        return false;
    }
    received_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
}

bool RawClient::read_until(std::string_view text, std::chrono::milliseconds timeout) {
    const auto deadline = Clock::now() + timeout;
    while (received_.find(text) == std::string::npos) {
        if (!read_more(deadline)) return false;
    }
    return true;
}

bool RawClient::read_answer() {
    if (!read_until("\r\n\r\n")) return false;
    const auto body = received_.find("\r\n\r\n") + 4;
    const std::string length = "\r\nContent-Length: ";
    const auto told = received_.find(length);
    if (told > body) return read_until("\r\n0\r\n\r\n");
    const auto deadline = Clock::now() + kPatience;
    while (received_.size() < body + std::stoull(received_.substr(told + length.size()))) {
        if (!read_more(deadline)) return false;
    }
    return true;
}

bool RawClient::read_to_end(std::chrono::milliseconds timeout) {
    const auto deadline = Clock::now() + timeout;
    while (read_more(deadline)) {
    }
    return ended_;
}

}  // namespace refrain::tests
