#include "upstream/connection.hpp"

#include "base/check.hpp"
#include "base/duration.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace refrain::upstream {

namespace asio = boost::asio;

namespace {

using net::Attempt;
using Outcome = Attempt::Outcome;

std::string_view describe(Phase phase) noexcept {
    switch (phase) {
        case Phase::resolve: return "resolving its name";
        case Phase::connect: return "connect";
        case Phase::proxy: return "opening a tunnel through the proxy";
        case Phase::tls: return "TLS handshake";
        case Phase::first_byte: return "first byte of the answer";
        case Phase::between_bytes: return "between bytes";
    }
    return "waiting";
}

// Far enough to be for ever, near enough not to overflow a clock.
constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);

void advance(Parts& parts, std::size_t bytes) noexcept {
    for (auto& part : parts) {
        const std::size_t taken = std::min(bytes, part.size());
        part.remove_prefix(taken);
        bytes -= taken;
    }
}

bool is_empty(const Parts& parts) noexcept {
    return std::all_of(parts.begin(), parts.end(), [](auto part) { return part.empty(); });
}

}  // namespace

Connection::Connection(net::Loop& loop, Address to)
    : loop_(loop),
      peer_(std::move(to)),
      socket_(loop.executor()),
      stream_(loop),
      deadline_(loop.deadlines(), [this] {
          const std::string after = format_duration(timeout_);
          stop(Error{ErrorCode::timeout,
                     Origin::upstream,
                     peer_.authority() + ": timed out after " + after + " (" +
                         std::string(describe(phase_)) + ")",
                     Retry::never});
      }) {
    stream_.on_input([this] { return on_input(); });
}

Connection::~Connection() {
    if (tls_ && stream_.is_open()) tls_->shutdown();
}

void Connection::stop(Error why) noexcept {
    if (stopped_) return;
    stopped_ = std::move(why);
    boost::system::error_code ignored;
    socket_.close(ignored);
    stream_.close();
    if (awaited_ != nullptr) awaited_->notify();
}

tl::unexpected<Error> Connection::fail(ErrorCode code, std::string_view what) const {
    if (stopped_) return failure(*stopped_);
    return failure(code, Origin::upstream, peer_.authority() + ": " + std::string(what));
}

void Connection::arm(Phase phase, std::chrono::milliseconds timeout) noexcept {
    phase_ = phase;
    timeout_ = timeout;
    deadline_.set(std::min(timeout, kLongest));
}

net::Task<void> Connection::wait_for(net::Signal& signal) {
    awaited_ = &signal;
    co_await signal.wait();
    awaited_ = nullptr;
}

Result<void> Connection::begin() {
    boost::system::error_code error;
    socket_.set_option(asio::socket_base::keep_alive(true), error);  // without it goes as well
    const int descriptor = socket_.release(error);
    if (error || !stream_.open(descriptor)) {
        return fail(ErrorCode::unreachable, "the connected socket cannot be watched");
    }
    return {};
}

net::Task<Result<void>> Connection::begin_tls(const net::TlsContext& context) {
    auto session = net::TlsSession::connect(context, stream_, peer_.host);
    if (!session) co_return failure(std::move(session).error());
    tls_ = std::move(*session);
    while (true) {
        const Attempt attempt = tls_->handshake();
        if (attempt.outcome == Outcome::done) co_return Result<void>();
        if (attempt.outcome == Outcome::end) {
            co_return fail(ErrorCode::unreachable, "closed during the TLS handshake");
        }
        if (attempt.outcome == Outcome::failed) {
            co_return fail(ErrorCode::unreachable, tls_->fault());
        }
        co_await wait_until(attempt.outcome);
        if (stopped_) co_return failure(*stopped_);  // the descriptor may be another's by now
    }
}

// The attempt that follows tells what there is.
net::Task<void> Connection::wait_until(Outcome wanted) {
    if (wanted == Outcome::want_write) return stream_.wait_writable();
    if (tls_) stream_.found_nothing();
    return stream_.wait_readable();
}

// What came since the last read was told by the stream, so unlike above it is not forgotten.
net::Task<void> Connection::wait_for_input() {
    return wanted_ == Outcome::want_write ? stream_.wait_writable() : stream_.wait_readable();
}

Attempt Connection::read_now(char* to, std::size_t room) {
    return tls_ ? tls_->read(to, room) : noted(stream_.read(to, room));
}

Attempt Connection::noted(Attempt attempt) noexcept {
    if (attempt.outcome == Outcome::failed) last_errno_ = attempt.error;
    return attempt;
}

Attempt Connection::write_now(const Parts& parts) {
    std::array<iovec, std::tuple_size_v<Parts>> pieces;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        pieces[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
    }
    return tls_ ? tls_->write(pieces) : noted(stream_.write_soon(pieces));
}

tl::unexpected<Error> Connection::fail_io(std::string_view what) const {
    const std::string why = tls_ ? tls_->fault() : std::strerror(last_errno_);
    return fail(ErrorCode::broken, std::string(what) + ": " + why);
}

net::Task<Result<std::size_t>> Connection::fill() {
    for (;;) {
        auto got = fill_now();
        if (got) co_return std::move(*got);
        co_await wait_for_input();
    }
}

std::optional<Result<std::size_t>> Connection::fill_now() {
    if (stopped_) return failure(*stopped_);
    wanted_ = Outcome::want_read;
    if (!stream_.has_input() && !(tls_ && tls_->has_pending())) return std::nullopt;
    const auto room = buffer_.room();
    REFRAIN_CHECK(room.bytes > 0, "a read needs room");
    const Attempt attempt = read_now(room.data, room.bytes);
    switch (attempt.outcome) {
        case Outcome::done: buffer_.commit(attempt.bytes); return attempt.bytes;
        case Outcome::end: return std::size_t{0};
        case Outcome::failed: return fail_io("read");
        case Outcome::want_read:
        case Outcome::want_write: break;
    }
    wanted_ = attempt.outcome;
    if (tls_ && wanted_ == Outcome::want_read) stream_.found_nothing();
    return std::nullopt;
}

net::Task<Result<void>> Connection::write_all(Parts parts,
                                              std::chrono::milliseconds stall_timeout,
                                              bool listen) {
    while (!is_empty(parts)) {
        if (stopped_) co_return failure(*stopped_);
        const Attempt attempt = write_now(parts);
        if (attempt.outcome == Outcome::done) {
            advance(parts, attempt.bytes);
            continue;
        }
        if (attempt.outcome == Outcome::failed || attempt.outcome == Outcome::end) {
            co_return fail_io("write");
        }
        arm(Phase::between_bytes, stall_timeout);
        listening_ = listen;
        if (!listen || !stream_.has_input()) co_await wait_until(attempt.outcome);
        listening_ = false;
        disarm();
        if (listen && stream_.has_input() && !stopped_) listen_now();
        if (heard_) break;
    }
    co_return Result<void>();
}

// A writer that waits is to look at what came.
bool Connection::on_input() {
    if (listening_) stream_.interrupt();
    return listening_;
}

// Readable need not mean an answer: TLS has messages of its own.
void Connection::listen_now() {
    const auto room = buffer_.room();
    const Attempt attempt = read_now(room.data, room.bytes);
    if (attempt.outcome == Outcome::want_read) stream_.found_nothing();
    if (attempt.outcome == Outcome::done) buffer_.commit(attempt.bytes);
    heard_ = attempt.outcome != Outcome::want_read && attempt.outcome != Outcome::want_write;
}

void Connection::shut_down() noexcept {
    if (stopped_) return;
    if (tls_) tls_->shutdown();
    if (!tls_) stream_.shut_down(SHUT_WR);
}

bool Connection::is_quiet() {
    if (stopped_) return false;
    char byte = 0;
    const ssize_t got = ::recv(stream_.descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    const bool silent = got < 0 && (errno == EAGAIN || errno == EINTR);
    if (!tls_ || (silent && !tls_->has_pending())) return silent;
    // TLS has messages of its own that say nothing: session tickets.
    return (silent || got > 0) && tls_->peek().outcome == Outcome::want_read;
}

}  // namespace refrain::upstream
