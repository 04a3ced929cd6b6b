#include "net/stream.hpp"

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace refrain::net {

using Outcome = Attempt::Outcome;

namespace {

bool is_temporary(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

Stream::~Stream() {
    close();
}

bool Stream::open(int descriptor) noexcept {
    const int flags = ::fcntl(descriptor, F_GETFL);
    const int on = 1;  // what this does is a matter of speed, not of truth
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    descriptor_ = descriptor;
    readable_ = true;  // it may have come before we watched
    ended_ = false;
    if (::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 &&
        loop_.readiness().add(descriptor, *this)) {
        return true;
    }
    ::close(std::exchange(descriptor_, -1));
    return false;
}

void Stream::close(bool reset) noexcept {
    if (!is_open()) return;
    if (reset) {
        const linger at_once{1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    loop_.readiness().remove(descriptor_, *this);
    ::close(std::exchange(descriptor_, -1));
    interrupt();
}

void Stream::shut_down(int how) noexcept {
    if (is_open()) ::shutdown(descriptor_, how);
}

Attempt Stream::read(char* to, std::size_t room) noexcept {
    const ssize_t got = ::recv(descriptor_, to, room, MSG_DONTWAIT);
    if (got > 0) {
        const auto bytes = static_cast<std::size_t>(got);
        // Less than there was room for: more is a new event. The end is none, once it was told.
        if (bytes < room && !ended_) readable_ = false;
        return {Outcome::done, bytes};
    }
    if (got == 0) return {Outcome::end};
    if (is_temporary(errno)) {
        if (errno != EINTR) readable_ = false;
        return {Outcome::want_read};
    }
    return {Outcome::failed, 0, errno};
}

Attempt Stream::write(std::span<const iovec> pieces, bool more) noexcept {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0);
    const ssize_t sent = ::sendmsg(descriptor_, &message, flags);
    if (sent >= 0) return {Outcome::done, static_cast<std::size_t>(sent)};
    if (is_temporary(errno)) return {Outcome::want_write};
    return {Outcome::failed, 0, errno};
}

Task<void> Stream::wait_readable() {
    return wait_as(reader_);
}

Task<void> Stream::wait_writable() {
    return wait_as(writer_);
}

Task<void> Stream::wait_as(std::optional<Waiter>& place) {
    auto keep = [this, &place](auto handler) {
        place.emplace(std::move(handler));
        if (!is_open() || (&place == &reader_ && readable_)) wake_later(place);
    };
    return asio::async_initiate<const UseTask, void()>(keep, use_task);
}

void Stream::wake_later(std::optional<Waiter>& place) noexcept {
    auto waiter = std::exchange(place, std::nullopt);
    if (waiter) asio::post(loop_.executor(), std::move(*waiter));
}

void Stream::interrupt() noexcept {
    wake_later(reader_);
    wake_later(writer_);
}

// Waiters run inside this call: it stands at the bottom of the loop, and a trip through the loop's
// queue would cost more than most of what they do.
void Stream::on_ready(std::uint32_t events) {
    constexpr std::uint32_t kOver = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    if ((events & kOver) != 0) ended_ = true;
    bool wakes_reader = false;
    if ((events & (EPOLLIN | kOver)) != 0) {
        readable_ = true;
        wakes_reader = !(on_input_ && on_input_());
    }
    const bool wakes_writer = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    // Taken before either runs: the first may destroy this stream.
    auto reader = wakes_reader ? std::exchange(reader_, std::nullopt) : std::nullopt;
    auto writer = wakes_writer ? std::exchange(writer_, std::nullopt) : std::nullopt;
    if (reader) std::move (*reader)();
    if (writer) std::move (*writer)();
}

void Stream::abandon() noexcept {
    // Destroying a waiter destroys the coroutine that waits, and with it, most likely, this stream.
    auto reader = std::exchange(reader_, std::nullopt);
    auto writer = std::exchange(writer_, std::nullopt);
    on_input_ = nullptr;
}

}  // namespace refrain::net
