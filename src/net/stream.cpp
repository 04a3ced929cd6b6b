#include "net/stream.hpp"

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <new>
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
    flush();
    std::string().swap(unsent_);
    loop_.readiness().remove(descriptor_, *this);
    ::close(std::exchange(descriptor_, -1));
    interrupt();
}

void Stream::shut_down(int how) noexcept {
    if (!is_open()) return;
    if (how != SHUT_RD) flush();
    ::shutdown(descriptor_, how);
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

Attempt Stream::write(std::span<const iovec> pieces) noexcept {
    if (!flush()) return {Outcome::want_write};
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    const ssize_t sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return {Outcome::done, static_cast<std::size_t>(sent)};
    if (is_temporary(errno)) return {Outcome::want_write};
    return {Outcome::failed, 0, errno};
}

Attempt Stream::write_soon(std::span<const iovec> pieces) noexcept {
    if (!unsent_.empty() || !loop_.outbox().hold(*this, pieces)) return write(pieces);
    held_ = true;
    std::size_t bytes = 0;
    for (const iovec& piece : pieces)
        bytes += piece.iov_len;
    return {Outcome::done, bytes};
}

bool Stream::flush() noexcept {
    if (held_) loop_.outbox().flush();
    if (unsent_.empty()) return true;
    unsent_.erase(0, send_some(unsent_));
    if (!unsent_.empty()) return false;
    std::string().swap(unsent_);
    return true;
}

void Stream::send_held(std::string_view bytes) noexcept {
    held_ = false;
    if (unsent_.empty()) bytes.remove_prefix(send_some(bytes));
    if (bytes.empty()) return;
    try {
        unsent_.append(bytes);
    } catch (const std::bad_alloc&) {
        give_up();
    }
}

// How many the socket took. None of those that it never will are left to send.
std::size_t Stream::send_some(std::string_view bytes) noexcept {
    const ssize_t sent =
        ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (is_temporary(errno)) return 0;
    give_up();
    return bytes.size();
}

// Bytes that counted as sent are lost: neither side may go on as if nothing was.
void Stream::give_up() noexcept {
    ::shutdown(descriptor_, SHUT_RDWR);
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
    const bool has_room = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    const bool wakes_writer = has_room && (unsent_.empty() || flush());
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
