// How a connection moves bytes: in the clear, or through TLS where the service has a certificate.
#include "server/connection.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace refrain::server {

using net::Task;
using Outcome = net::Attempt::Outcome;

// False: there is nobody to serve. Who asked in the clear was told that this does not work here.
Task<bool> Connection::begin_tls() {
    if (!service_.tls) co_return true;
    auto session = net::TlsSession::accept(*service_.tls, stream_);
    if (!session) co_return false;
    tls_ = std::move(*session);
    arm(service_.limits.header_timeout);
    Outcome outcome = Outcome::want_read;
    while (stream_.is_open() && !timed_out_) {
        outcome = tls_->handshake().outcome;
        if (outcome == Outcome::want_read) {
            stream_.found_nothing();
            co_await stream_.wait_readable();
        } else if (outcome == Outcome::want_write) {
            co_await stream_.wait_writable();
        } else {
            break;
        }
    }
    deadline_.clear();
    if (outcome == Outcome::done) co_return true;
    const bool in_the_clear = outcome == Outcome::failed && tls_->heard_http();
    tls_.reset();
    if (in_the_clear) co_await refuse(400, "this port speaks TLS: ask it with https://");
    co_return false;
}

bool Connection::has_input() const noexcept {
    return stream_.has_input() || (tls_ && tls_->has_plain());
}

net::Attempt Connection::read_now(char* to, std::size_t room) {
    if (!tls_) return stream_.read(to, room);
    const auto attempt = tls_->read(to, room);
    if (attempt.outcome == Outcome::want_read) stream_.found_nothing();
    return attempt;
}

net::Attempt Connection::write_now(std::span<const iovec> pieces) {
    return tls_ ? tls_->write(pieces) : stream_.write_soon(pieces);
}

// Whether the peer sends no more, and no byte is left before its end.
bool Connection::peer_has_left() {
    if (tls_) {
        const auto outcome = tls_->peek().outcome;
        return outcome == Outcome::end || outcome == Outcome::failed;
    }
    char byte = 0;
    const auto peeked = ::recv(stream_.descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EINTR);
}

void Connection::shut_down(int how) noexcept {
    if (tls_ && stream_.is_open()) tls_->shutdown();
    stream_.shut_down(how);
}

}  // namespace refrain::server
