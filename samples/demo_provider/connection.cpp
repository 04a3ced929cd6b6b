#include "samples/demo_provider/connection.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace refrain::demo {
namespace {

constexpr std::chrono::milliseconds kTick{50};  // how soon a wait sees that it should end
constexpr std::chrono::milliseconds kPeerTimeout{30'000};

thread_local Connection* current_connection = nullptr;

void describe(int (*which)(int, sockaddr*, socklen_t*), int socket, std::string& ip, int& port) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (which(socket, generic, &length) != 0) return;
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> service{};
    if (::getnameinfo(generic,
                      length,
                      host.data(),
                      host.size(),
                      service.data(),
                      service.size(),
                      NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        return;
    }
    ip = host.data();
    port = std::stoi(service.data());
}

}  // namespace

Connection::Connection(int socket, const std::atomic<bool>& stopping)
    : socket_(socket), stopping_(stopping) {
    current_connection = this;
}

Connection::~Connection() {
    current_connection = nullptr;
    if (resets_) {
        const linger at_once{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else {
        close_in_order();
    }
    ::close(socket_);
}

Connection& Connection::current() {
    return *current_connection;
}

bool Connection::wait_for_request(std::chrono::milliseconds timeout) {
    return begin_ < end_ || poll_for(POLLIN, timeout);
}

bool Connection::sleep_until(std::chrono::steady_clock::time_point time) const {
    while (!stopping_) {
        const auto left = time - std::chrono::steady_clock::now();
        if (left <= std::chrono::steady_clock::duration::zero()) return true;
        const auto tick = std::min<std::chrono::nanoseconds>(left, kTick);
        pollfd state{socket_, POLLRDHUP, 0};
        const timespec wait{0, static_cast<long>(tick.count())};
        if (::ppoll(&state, 1, &wait, nullptr) > 0) return false;
    }
    return false;
}

bool Connection::poll_for(short events, std::chrono::milliseconds timeout) const {
    for (auto left = timeout; left.count() > 0 && !stopping_; left -= kTick) {
        pollfd state{socket_, events, 0};
        if (::poll(&state, 1, static_cast<int>(std::min(left, kTick).count())) > 0) return true;
    }
    return false;
}

bool Connection::is_readable() const {
    return begin_ < end_ || poll_for(POLLIN, kPeerTimeout);
}

bool Connection::is_writable() const {
    return poll_for(POLLOUT, kPeerTimeout);
}

ssize_t Connection::read(char* into, std::size_t size) {
    if (begin_ == end_) {
        if (!poll_for(POLLIN, kPeerTimeout)) return -1;
        const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
        if (count <= 0) return count;
        begin_ = 0;
        end_ = static_cast<std::size_t>(count);
    }
    const std::size_t count = std::min(size, end_ - begin_);
    std::memcpy(into, buffer_.data() + begin_, count);
    begin_ += count;
    return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* from, std::size_t size) {
    if (!poll_for(POLLOUT, kPeerTimeout)) return -1;
    return ::send(socket_, from, size, MSG_NOSIGNAL);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
    describe(::getpeername, socket_, ip, port);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
    describe(::getsockname, socket_, ip, port);
}

void Connection::close_in_order() const {
    // Closing with unread bytes would send RST and could take the answer with it (RFC 9112 9.6).
    ::shutdown(socket_, SHUT_WR);
    std::array<char, 4096> ignored{};
    while (poll_for(POLLIN, std::chrono::seconds(1)) &&
           ::recv(socket_, ignored.data(), ignored.size(), 0) > 0) {
    }
}

}  // namespace refrain::demo
