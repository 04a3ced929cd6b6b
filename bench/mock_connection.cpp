#include "mock_connection.hpp"

#include <openssl/err.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace bench {
namespace {

constexpr long kWouldBlock = -1;
constexpr long kBroken = -2;

// The value of a header in `head`, by a search good enough for well-behaved peers.
std::string_view header(std::string_view head, std::string_view name) {
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
         at = head.find("\r\n", at)) {
        at += 2;
        if (head.size() - at > name.size() && head[at + name.size()] == ':' &&
            strncasecmp(head.data() + at, name.data(), name.size()) == 0) {
            const auto start = head.find_first_not_of(' ', at + name.size() + 1);
            return head.substr(start, head.find("\r\n", start) - start);
        }
    }
    return {};
}

}  // namespace

Connection::Connection(int fd, SSL_CTX* tls) : fd_(fd) {
    if (tls == nullptr) return;
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, fd);
    SSL_set_accept_state(ssl_);
}

Connection::~Connection() {
    SSL_free(ssl_);
    close(fd_);
}

long Connection::receive(char* into, std::size_t size) {
    if (ssl_ != nullptr) {
        ERR_clear_error();  // SSL_get_error looks at the thread's queue, whoever filled it
        const int got = SSL_read(ssl_, into, static_cast<int>(size));
        if (got > 0) return got;
        const int why = SSL_get_error(ssl_, got);
        return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? kWouldBlock : kBroken;
    }
    const ssize_t got = recv(fd_, into, size, 0);
    if (got > 0) return got;
    return got < 0 && errno == EAGAIN ? kWouldBlock : kBroken;
}

long Connection::transmit(const char* from, std::size_t size) {
    if (ssl_ != nullptr) {
        ERR_clear_error();
        const int sent = SSL_write(ssl_, from, static_cast<int>(size));
        if (sent > 0) return sent;
        const int why = SSL_get_error(ssl_, sent);
        return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? kWouldBlock : kBroken;
    }
    const ssize_t sent = ::send(fd_, from, size, MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    return errno == EAGAIN ? kWouldBlock : kBroken;
}

bool Connection::read() {
    std::array<char, 65536> buffer;  // NOLINT: filled before it is read
    for (;;) {
        const long got = receive(buffer.data(), buffer.size());
        if (got == kBroken) return false;
        if (got == kWouldBlock) return true;
        in_.append(buffer.data(), static_cast<std::size_t>(got));
        if (ssl_ == nullptr && static_cast<std::size_t>(got) < buffer.size()) return true;
    }
}

std::optional<Request> Connection::next_request() {
    const auto head_end = in_.find("\r\n\r\n");
    if (head_end == std::string::npos) return std::nullopt;
    const std::string_view head = std::string_view(in_).substr(0, head_end + 2);
    const std::size_t body_start = head_end + 4;

    std::size_t end = body_start;
    if (!header(head, "Transfer-Encoding").empty()) {
        // The bodies of the benchmark are JSON on one line: the last chunk is found by its look.
        const auto last = in_.find("\r\n0\r\n\r\n", body_start);
        if (last == std::string::npos) return std::nullopt;
        end = last + 7;
    } else {
        const std::string length(header(head, "Content-Length"));
        end += static_cast<std::size_t>(std::atoll(length.c_str()));
        if (in_.size() < end) return std::nullopt;
    }

    const auto target_start = head.find(' ') + 1;
    Request request;
    request.target = head.substr(target_start, head.find(' ', target_start) - target_start);
    request.body = in_.substr(body_start, end - body_start);
    in_.erase(0, end);
    return request;
}

bool Connection::send(std::string_view bytes) {
    out_ += bytes;
    return flush();
}

bool Connection::flush() {
    while (!out_.empty()) {
        const long sent = transmit(out_.data(), out_.size());
        if (sent == kBroken) return false;
        if (sent == kWouldBlock) return true;
        out_.erase(0, static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace bench
