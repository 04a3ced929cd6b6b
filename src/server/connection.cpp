#include "server/connection.hpp"

#include <boost/asio/redirect_error.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

namespace refrain::server {

namespace asio = boost::asio;
using boost::system::error_code;
using net::Task;

namespace {

constexpr std::size_t kInputBytes = 4 * 1024;  // of a connection at rest
constexpr std::size_t kBodyRoom = 2 * 1024;    // always left behind a head, for pieces of a body
constexpr std::size_t kKeptBody = 256 * 1024;  // capacity a connection may hold between requests
constexpr int kLingerReads = 64;
constexpr std::chrono::milliseconds kLinger{1'000};

}  // namespace

Connection::Connection(net::Loop& loop, Service& service, net::Socket socket)
    : loop_(loop),
      service_(service),
      socket_(std::move(socket)),
      deadline_(loop.deadlines(),
                [this] {
                    timed_out_ = true;
                    error_code ignored;
                    socket_.cancel(ignored);
                }),
      parser_(service.limits.head),
      held_(service.under_way) {
    service_.connections.fetch_add(1, std::memory_order_relaxed);
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    in_.resize(kInputBytes);
}

Connection::~Connection() {
    service_.connections.fetch_sub(1, std::memory_order_relaxed);
}

Task<void> Connection::serve(std::shared_ptr<Connection> self) {
    for (;;) {
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
        const bool again = co_await self->finish_exchange();
        if (!again) break;
    }
    self->close();
}

Task<void> Connection::turn_away(std::shared_ptr<Connection> self) {
    co_await self->refuse(503, "the gateway is full; try again in a moment");
    self->close();
}

void Connection::drain() noexcept {
    draining_ = true;
    if (!in_exchange_ && in_end_ == 0) close();
}

void Connection::close() noexcept {
    error_code ignored;
    if (on_gone_) loop_.post(std::exchange(on_gone_, nullptr));  // whoever waits for something else
    if (must_reset_ && socket_.is_open()) {
        // A reset, so that a body without a length cannot pass for whole.
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    }
    socket_.close(ignored);
}

std::string_view Connection::head_bytes() const noexcept {
    return std::string_view(in_).substr(in_start_, head_.size_bytes);
}

bool Connection::peer_is_loopback() const {
    error_code error;
    const auto peer = socket_.remote_endpoint(error);
    if (error) return false;
    const auto address = peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    }
    return address.is_loopback();
}

std::string& Connection::scratch() noexcept {
    scratch_.clear();
    return scratch_;
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

Task<bool> Connection::read_head() {
    in_exchange_ = false;
    if (in_next_ > 0) {
        std::memmove(in_.data(), in_.data() + in_next_, in_end_ - in_next_);
        in_end_ -= in_next_;
        in_next_ = 0;
    }
    parser_.reset();
    bool any = in_end_ > 0;
    deadline_.set(any ? service_.limits.header_timeout : service_.limits.idle_timeout);
    for (;;) {
        if (any) {
            const auto status = parser_.parse_request({in_.data(), in_end_}, head_);
            if (status == http::HeadStatus::invalid) {
                deadline_.clear();
                co_await refuse(parser_.fault().status, parser_.fault().sentence);
                co_return false;
            }
            if (status == http::HeadStatus::complete) {
                if (in_.size() - head_.size_bytes >= kBodyRoom) break;
                in_.resize(in_.size() + kBodyRoom);  // before anyone looks at the views
                parser_.reset();
                continue;
            }
        }
        if (draining_ && !any) co_return false;
        if (in_end_ == in_.size()) in_.resize(in_.size() * 2);
        const auto got = co_await receive(in_.data() + in_end_, in_.size() - in_end_);
        if (!got) {
            if (timed_out_ && any) {
                timed_out_ = false;
                co_await refuse(408, "the request's head did not arrive in time");
            }
            co_return false;
        }
        in_end_ += *got;
        if (!any) deadline_.set(service_.limits.header_timeout);
        any = true;
    }
    deadline_.clear();
    in_start_ = 0;
    in_next_ = head_.size_bytes;
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
    error_code ignored;
    socket_.shutdown(net::Socket::shutdown_send, ignored);
    if (body_done_ && !body_broken_) co_return false;
    deadline_.set(kLinger);
    for (int i = 0; i < kLingerReads; ++i) {
        const auto got = co_await receive(in_.data(), in_.size());
        if (!got) break;
    }
    co_return false;
}

// ---- a peer that leaves

void Connection::watch_peer(std::function<void()> gone) {
    on_gone_ = std::move(gone);
    if (!watching_) arm_watch();
}

void Connection::arm_watch() {
    watching_ = true;
    socket_.async_wait(net::Socket::wait_read, [self = shared_from_this()](error_code error) {
        self->watching_ = false;
        if (error || !self->on_gone_) return;
        char byte = 0;
        const auto peeked =
            ::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        // Bytes are the next request, pipelined: then nobody watches until it is read.
        const bool gone = peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EINTR);
        if (!gone) return;
        const auto on_gone = std::exchange(self->on_gone_, nullptr);
        on_gone();
    });
}

// ---- another protocol

Task<Result<void>> Connection::switch_protocols(std::string_view head) {
    raw_ = true;
    out_.assign(head);
    out_.append("\r\n");
    answer_ = Answer::complete;
    const Pieces pieces{asio::buffer(out_)};
    auto sent = co_await send(pieces);
    co_return sent;
}

Task<Result<std::string_view>> Connection::read_raw() {
    if (unread().empty()) {
        in_next_ = in_end_ = in_start_ + head_.size_bytes;
        error_code error;
        const auto buffer = asio::buffer(in_.data() + in_end_, in_.size() - in_end_);
        auto token = asio::redirect_error(net::use_task, error);
        const std::size_t got = co_await socket_.async_read_some(buffer, token);
        if (error == asio::error::eof) co_return std::string_view{};
        if (error) co_return failure(peer_error("reading"));
        in_end_ += got;
    }
    const std::string_view bytes = unread();
    in_next_ = in_end_;
    co_return bytes;
}

Task<Result<void>> Connection::write_raw(std::string_view bytes) {
    const Pieces pieces{asio::buffer(bytes)};
    auto sent = co_await send(pieces);
    co_return sent;
}

void Connection::shutdown_raw() noexcept {
    error_code ignored;
    socket_.shutdown(net::Socket::shutdown_both, ignored);
}

}  // namespace refrain::server
