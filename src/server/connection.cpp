#include "server/connection.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

namespace refrain::server {

using net::Task;

namespace {

constexpr std::size_t kKeptBody = 256 * 1024;  // capacity a connection may hold between requests
constexpr int kLingerReads = 64;
constexpr std::size_t kLingerBytes = 4 * 1024;
constexpr std::chrono::milliseconds kLinger{1'000};

}  // namespace

Connection::Connection(net::Loop& loop, Service& service, int descriptor)
    : loop_(loop),
      service_(service),
      stream_(loop),
      deadline_(loop.deadlines(),
                [this] {
                    timed_out_ = true;
                    stream_.interrupt();
                }),
      parser_(service.limits.head),
      held_(service.under_way) {
    service_.connections.fetch_add(1, std::memory_order_relaxed);
    stream_.on_input([this] { return on_input(); });
    stream_.open(descriptor);  // one that fails reads as a client who left
}

Connection::~Connection() {
    service_.connections.fetch_sub(1, std::memory_order_relaxed);
}

Task<void> Connection::serve(std::shared_ptr<Connection> self) {
    bool again = co_await self->begin_tls();
    while (again) {
        const bool asked = co_await self->read_head();
        if (!asked) break;
        self->start_request();
        bool threw = false;
        try {
            co_await self->service_.handler(*self);
        } catch (const std::exception&) {
            threw = true;  // the last barrier: out of memory, most likely
        }
        if (threw && self->answer_ == Answer::none) {
            co_await self->refuse(500, "the gateway failed while it answered; try again");
            break;
        }
        again = co_await self->finish_exchange();
    }
    if (!self->must_reset_) co_await self->send_held();
    self->close();
}

Task<void> Connection::turn_away(std::shared_ptr<Connection> self) {
    // Shaking hands with those who are too many would cost what is short.
    if (!self->service_.tls) {
        co_await self->refuse(503, "the gateway is full; try again in a moment");
    }
    self->close();
}

void Connection::drain() noexcept {
    draining_ = true;
    if (!in_exchange_ && in_end_ == 0 && stream_.flush()) close();
}

void Connection::close() noexcept {
    if (on_gone_) loop_.post(std::exchange(on_gone_, nullptr));  // whoever waits for something else
    // A reset, so that a body without a length cannot pass for whole.
    if (tls_ && stream_.is_open() && !must_reset_) tls_->shutdown();
    stream_.close(must_reset_);
}

std::string_view Connection::head_bytes() const noexcept {
    return std::string_view(in_).substr(in_start_, head_.size_bytes);
}

bool Connection::peer_is_loopback() const {
    sockaddr_in6 peer{};
    socklen_t size = sizeof peer;
    auto* const generic = reinterpret_cast<sockaddr*>(&peer);
    if (::getpeername(stream_.descriptor(), generic, &size) != 0) return false;
    const auto* v4 = reinterpret_cast<const std::uint8_t*>(
        &reinterpret_cast<const sockaddr_in*>(&peer)->sin_addr);
    if (generic->sa_family == AF_INET) return v4[0] == 127;
    if (IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr)) return peer.sin6_addr.s6_addr[12] == 127;
    return IN6_IS_ADDR_LOOPBACK(&peer.sin6_addr) != 0;
}

void Connection::arm(std::chrono::milliseconds from_now) noexcept {
    timed_out_ = false;
    deadline_.set(from_now);
}

std::string& Connection::scratch() noexcept {
    thread_local std::string shared;  // one that a thousand connections use stays in the caches
    shared.clear();
    return shared;
}

std::string_view Connection::unread() const noexcept {
    return std::string_view(in_).substr(in_next_, in_end_ - in_next_);
}

Error Connection::peer_error(std::string_view doing) const {
    if (timed_out_) {
        return {ErrorCode::timeout, Origin::client, std::string(doing) + ": the client stalled"};
    }
    return {ErrorCode::broken, Origin::client, std::string(doing) + ": the client left"};
}

// ---- heads

// Lets go of the last request; what came behind it is now at the front.
void Connection::drop_request() {
    in_exchange_ = false;
    if (in_next_ > 0) {
        std::memmove(in_.data(), in_.data() + in_next_, in_end_ - in_next_);
        in_end_ -= in_next_;
        in_next_ = 0;
    }
    parser_.reset();
    looked_ = http::HeadStatus::incomplete;
    arm(in_end_ > 0 ? service_.limits.header_timeout : service_.limits.idle_timeout);
}

// The same again for the same bytes. A client that asks again mostly sends the same head.
http::HeadStatus Connection::look_for_head() {
    if (!is_last_head()) {
        if (looked_ != http::HeadStatus::incomplete) parser_.reset();
        last_head_at_ = nullptr;  // head_ is another one from here on, and may stay unfinished
        looked_ = parser_.parse_request({in_.data(), in_end_}, head_);
        if (looked_ != http::HeadStatus::complete) return looked_;
        if (needs_room() && in_.size() - head_.size_bytes < kBodyRoom) {
            in_.resize(in_.size() + kBodyRoom);  // before anyone looks at the views
            parser_.reset();
            parser_.parse_request({in_.data(), in_end_}, head_);
        }
        note_head();
    }
    looked_ = http::HeadStatus::complete;
    in_start_ = 0;
    in_next_ = head_.size_bytes;
    return looked_;
}

// Whether what follows the head is read into the input, piece by piece.
bool Connection::needs_room() const noexcept {
    return head_.chunked || head_.wants_upgrade;
}

// Whether the input begins with the head that head_ was read from, at the very place its views
// point to.
bool Connection::is_last_head() const noexcept {
    if (last_head_.empty() || last_head_at_ != in_.data() || in_end_ < last_head_.size())
        return false;
    if (needs_room() && in_.size() - last_head_.size() < kBodyRoom) return false;
    return std::memcmp(in_.data(), last_head_.data(), last_head_.size()) == 0;
}

void Connection::note_head() {
    const std::string_view bytes(in_.data(), head_.size_bytes);
    if (bytes != last_head_) last_head_.assign(bytes);
    last_head_at_ = in_.data();
}

// The next request that needs the handler; those that do not are served on the way.
Task<bool> Connection::read_head() {
    drop_request();
    for (;;) {
        if (in_end_ > 0) {
            const auto status = look_for_head();
            if (status == http::HeadStatus::complete) break;
            if (status == http::HeadStatus::invalid) {
                deadline_.clear();
                co_await refuse(parser_.fault().status, parser_.fault().sentence);
                co_return false;
            }
        }
        if (draining_ && in_end_ == 0) co_return false;
        if (in_end_ == in_.size() && in_end_ > 0) in_.resize(in_.size() * 2);
        if (in_end_ == 0 || !has_input()) {
            if (in_end_ == 0) std::string().swap(in_);
            left_ = AtOnce::nothing_left;
            between_requests_ = true;
            if (!has_input() || on_input()) co_await stream_.wait_readable();
            between_requests_ = false;
            if (left_ == AtOnce::over) co_return false;
            if (left_ == AtOnce::unfinished) {
                const bool again = co_await finish_at_once();
                if (!again) co_return false;
            }
            if (stream_.is_open() && !timed_out_) continue;  // on_input() may have read some
        }
        if (!stream_.is_open()) co_return false;
        if (timed_out_) {
            timed_out_ = false;
            if (in_end_ > 0) co_await refuse(408, "the request's head did not arrive in time");
            co_return false;
        }
        const auto attempt = read_now(in_.data() + in_end_, in_.size() - in_end_);
        if (attempt.outcome == net::Attempt::Outcome::want_read) continue;
        if (attempt.outcome != net::Attempt::Outcome::done) co_return false;
        in_end_ += attempt.bytes;
    }
    deadline_.clear();
    co_return true;
}

void Connection::start_request() {
    in_exchange_ = true;
    answer_ = Answer::none;
    framing_ = Framing::nothing;
    out_.clear();
    chunks_.reset();
    body_left_ = head_.content_length.value_or(0);
    body_done_ = !head_.chunked && body_left_ == 0;
    body_whole_ = false;
    body_broken_ = false;
    invited_ = false;
    whole_body_ = {};
    timed_out_ = false;
}

// After the handler: whether another request may follow.
Task<bool> Connection::finish_exchange() {
    unwatch();
    deadline_.clear();
    if (raw_) co_return false;
    if (answer_ != Answer::complete) {
        must_reset_ = answer_ == Answer::begun;
        co_return false;
    }
    std::size_t drained = 0;
    while (!must_close_ && !body_done_) {
        const auto piece = co_await read_some();
        if (!piece) must_close_ = true;
        if (piece) drained += piece->size();
        if (drained > service_.limits.drain_bytes) must_close_ = true;
    }
    if (body_.capacity() > kKeptBody) std::string().swap(body_);
    held_.set(0);
    if (!must_close_) co_return true;
    // Closing with unread bytes would send a reset that can overtake our answer (RFC 9112 9.6).
    const auto sent = co_await send_held();
    if (!sent) co_return false;
    shut_down(SHUT_WR);
    if (body_done_ && !body_broken_) co_return false;
    arm(kLinger);
    in_.resize(std::max(in_.size(), kLingerBytes));
    for (int i = 0; i < kLingerReads; ++i) {
        const auto got = co_await receive(in_.data(), in_.size());
        if (!got) break;
    }
    co_return false;
}

// ---- a peer that leaves

void Connection::watch_peer(std::function<void()> gone) {
    on_gone_ = std::move(gone);
    if (stream_.has_ended()) loop_.post([self = shared_from_this()] { self->look_for_end(); });
}

bool Connection::on_input() {
    if (on_gone_ && stream_.has_ended()) look_for_end();
    if (!between_requests_) return false;
    left_ = serve_at_once();
    return left_ == AtOnce::nothing_left;
}

// The peer's end counts once no byte is left before it: bytes are the next request, pipelined.
void Connection::look_for_end() {
    if (!on_gone_ || !stream_.is_open()) return;
    if (!peer_has_left()) return;
    const auto on_gone = std::exchange(on_gone_, nullptr);
    on_gone();
}

// ---- another protocol

Task<Result<void>> Connection::switch_protocols(std::string_view head) {
    raw_ = true;
    out_.assign(head);
    out_.append("\r\n");
    answer_ = Answer::complete;
    const Pieces pieces{out_};
    auto sent = co_await send(pieces);
    co_return sent;
}

Task<Result<std::string_view>> Connection::read_raw() {
    if (unread().empty()) {
        in_next_ = in_end_ = in_start_ + head_.size_bytes;
        const auto got = co_await receive(in_.data() + in_end_, in_.size() - in_end_, End::fine);
        if (!got) co_return failure(got.error());
        in_end_ += *got;
    }
    const std::string_view bytes = unread();
    in_next_ = in_end_;
    co_return bytes;
}

Task<Result<void>> Connection::write_raw(std::string_view bytes) {
    const Pieces pieces{bytes};
    auto sent = co_await send(pieces);
    co_return sent;
}

void Connection::shutdown_raw() noexcept {
    shut_down(SHUT_RDWR);
}

}  // namespace refrain::server
