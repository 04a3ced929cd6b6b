#include "unit/upstream/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace refrain::upstream::testing {

namespace {

std::size_t content_length(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

}  // namespace

Peer::Peer(int descriptor, int number, SSL_CTX* tls)
    : descriptor_(descriptor), number_(number), context_(tls) {
    const timeval limit{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    // Otherwise what was written last may be dropped by a close that resets.
    const int yes = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

Peer::~Peer() {
    close();
    SSL_free(ssl_);
}

bool Peer::begin_tls() {
    ssl_ = SSL_new(context_);
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL's own way to a socket would raise it
    return SSL_set_fd(ssl_, descriptor_) == 1 && SSL_accept(ssl_) == 1;
}

std::string Peer::sni() const {
    const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
}

std::size_t Peer::receive() {
    std::array<char, 16 * 1024> block;
    const auto got = ssl_ != nullptr
                         ? static_cast<ssize_t>(SSL_read(ssl_, block.data(), block.size()))
                         : ::recv(descriptor_, block.data(), block.size(), 0);
    if (got <= 0) return 0;
    pending_.append(block.data(), static_cast<std::size_t>(got));
    return static_cast<std::size_t>(got);
}

std::string Peer::read_head() {
    std::size_t end = std::string::npos;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
        if (receive() == 0) return {};
    }
    std::string head = pending_.substr(0, end + 4);
    pending_.erase(0, end + 4);
    return head;
}

std::string Peer::read_bytes(std::size_t count) {
    while (pending_.size() < count && receive() > 0) {
    }
    std::string bytes = pending_.substr(0, count);
    pending_.erase(0, bytes.size());
    return bytes;
}

std::string Peer::read_request() {
    std::string head = read_head();
    if (head.find("Transfer-Encoding: chunked") == std::string::npos) {
        return head + read_bytes(content_length(head));
    }
    std::size_t end = std::string::npos;
    while ((end = pending_.find("0\r\n\r\n")) == std::string::npos) {
        if (receive() == 0) return {};
    }
    head += pending_.substr(0, end + 5);
    pending_.erase(0, end + 5);
    return head;
}

std::string Peer::read_to_end() {
    while (receive() > 0) {
    }
    return std::exchange(pending_, {});
}

bool Peer::sees_close() {
    std::array<char, 4096> block;
    ssize_t got = 0;
    while ((got = ::recv(descriptor_, block.data(), block.size(), 0)) > 0) {
    }
    return got == 0 || errno == ECONNRESET;
}

bool Peer::is_closed() const {
    pollfd entry{descriptor_, POLLRDHUP, 0};
    return ::poll(&entry, 1, 0) > 0;
}

void Peer::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ssl_ != nullptr
                              ? static_cast<ssize_t>(
                                    SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())))
                              : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Peer::write_in_pieces(std::string_view bytes, std::size_t piece_bytes) {
    while (!bytes.empty()) {
        const auto piece = bytes.substr(0, piece_bytes);
        write(piece);
        bytes.remove_prefix(piece.size());
    }
}

std::size_t Peer::write_until_stalled(std::string_view bytes) {
    constexpr int kStallMs = 300;
    std::size_t taken = 0;
    pollfd entry{descriptor_, POLLOUT, 0};
    while (taken < bytes.size() && ::poll(&entry, 1, kStallMs) > 0) {
        const auto sent = ::send(
            descriptor_, bytes.data() + taken, bytes.size() - taken, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0) break;
        taken += static_cast<std::size_t>(sent);
    }
    return taken;
}

void Peer::close() {
    if (descriptor_ < 0) return;
    if (ssl_ != nullptr) SSL_shutdown(ssl_);
    ::close(descriptor_);
    descriptor_ = -1;
}

void Peer::reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(descriptor_);
    descriptor_ = -1;
}

void Peer::shutdown_write() {
    ::shutdown(descriptor_, SHUT_WR);
}

ScriptedServer::ScriptedServer(Script script, SSL_CTX* tls)
    : script_(std::move(script)), tls_(tls), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const name = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, name, size) != 0 || ::listen(listener_, 128) != 0 ||
        ::getsockname(listener_, name, &size) != 0) {
        std::abort();
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    for (auto& peer : peers_)
        peer.join();
}

void ScriptedServer::accept_all() {
    while (!stopping_) {
        const int descriptor = ::accept(listener_, nullptr, nullptr);
        if (descriptor < 0) continue;
        const int number = connections_++;
        peers_.emplace_back([this, descriptor, number] {
            Peer peer(descriptor, number, tls_);
            script_(peer);
        });
    }
}

void Flag::raise() {
    const std::lock_guard lock(mutex_);
    raised_ = true;
    changed_.notify_all();
}

bool Flag::wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return raised_; });
}

void Note::operator=(std::string text) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
}

std::string Note::text() const {
    const std::lock_guard lock(mutex_);
    return text_;
}

}  // namespace refrain::upstream::testing
