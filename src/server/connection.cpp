#include "server/connection.hpp"

#include "http/date.hpp"
#include "http/writer.hpp"

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

constexpr std::size_t kInputBytes = 4 * 1024;   // of a connection at rest
constexpr std::size_t kBodyRoom = 2 * 1024;     // always left behind a head, for pieces of a body
constexpr std::size_t kPieceBytes = 64 * 1024;  // of a body that is handed on
constexpr std::size_t kKeptBody = 256 * 1024;   // capacity a connection may hold between requests
constexpr int kLingerReads = 64;
constexpr std::chrono::milliseconds kLinger{1'000};

int status_of(std::string_view head) noexcept {
    if (head.size() < 12) return 0;
    return (head[9] - '0') * 100 + (head[10] - '0') * 10 + (head[11] - '0');
}

// The Date line's time, written once a second.
std::string_view date_now() {
    thread_local std::int64_t written = -1;
    thread_local http::HttpDate date{};
    const WallTime now = wall_now();
    if (now.ms / 1000 != written) {
        written = now.ms / 1000;
        date = http::http_date(now);
    }
    return date.view();
}

bool has_no_content(int status) noexcept {
    return status < 200 || status == 204 || status == 304;
}

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
      parser_(service.limits.head) {
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
    co_await self->refuse(503, "too many connections; try again in a moment");
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

Task<Result<std::size_t>> Connection::receive(char* to, std::size_t room) {
    error_code error;
    const auto buffer = asio::buffer(to, room);
    auto token = asio::redirect_error(net::use_task, error);
    const std::size_t got = co_await socket_.async_read_some(buffer, token);
    if (error || got == 0) co_return failure(peer_error("reading"));
    co_return got;
}

// ---- the body

Task<Result<void>> Connection::invite_body() {
    if (!head_.expects_continue || invited_ || !unread().empty()) co_return Result<void>{};
    invited_ = true;
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const Pieces pieces{asio::buffer(kContinue)};
    auto sent = co_await send(pieces);
    co_return sent;
}

std::optional<std::string_view> Connection::body_if_here() {
    if (body_whole_) return whole_body_;
    if (head_.chunked || in_end_ - in_next_ < body_left_) return std::nullopt;
    whole_body_ = unread().substr(0, body_left_);
    in_next_ += body_left_;
    body_left_ = 0;
    body_whole_ = body_done_ = true;
    return whole_body_;
}

Task<Result<std::string_view>> Connection::read_body(std::size_t limit_bytes) {
    if (head_.content_length && *head_.content_length > limit_bytes) {
        co_return failure(ErrorCode::too_large,
                          Origin::client,
                          "the body is larger than " + std::to_string(limit_bytes) + " bytes");
    }
    if (const auto here = body_if_here()) co_return *here;
    const auto invited = co_await invite_body();
    if (!invited) co_return failure(invited.error());
    body_.clear();
    if (head_.chunked) {
        auto whole = co_await read_chunked(limit_bytes);
        co_return whole;
    }
    auto whole = co_await read_sized(limit_bytes);
    co_return whole;
}

Task<Result<std::string_view>> Connection::read_sized(std::size_t) {
    const auto size = static_cast<std::size_t>(body_left_);
    const bool in_place = in_.size() - in_next_ >= size;
    std::size_t have = std::min(in_end_ - in_next_, size);
    if (!in_place) {
        body_.assign(in_, in_next_, have);
        in_next_ += have;
    }
    while (have < size) {
        char* to = nullptr;
        std::size_t room = 0;
        if (in_place) {
            to = in_.data() + in_end_;
            room = in_.size() - in_end_;
        } else {
            // Grows with what arrives: a length alone buys no memory.
            body_.resize(std::min(size, std::max(have * 2, kPieceBytes)));
            to = body_.data() + have;
            room = body_.size() - have;
        }
        deadline_.set(service_.limits.body_timeout);
        const auto got = co_await receive(to, room);
        deadline_.clear();
        if (!got) {
            body_broken_ = true;
            co_return failure(got.error());
        }
        if (in_place) in_end_ += *got;
        have = in_place ? std::min(in_end_ - in_next_, size) : have + *got;
    }
    body_.resize(in_place ? 0 : size);
    whole_body_ = in_place ? unread().substr(0, size) : std::string_view(body_);
    if (in_place) in_next_ += size;
    body_left_ = 0;
    body_whole_ = body_done_ = true;
    co_return whole_body_;
}

Task<Result<std::string_view>> Connection::read_chunked(std::size_t limit_bytes) {
    while (!body_done_) {
        const auto piece = co_await next_chunk();
        if (!piece) co_return failure(piece.error());
        if (body_.size() + piece->size() > limit_bytes) {
            body_broken_ = true;
            co_return failure(ErrorCode::too_large,
                              Origin::client,
                              "the body is larger than " + std::to_string(limit_bytes) + " bytes");
        }
        body_.append(*piece);
    }
    whole_body_ = body_;
    body_whole_ = true;
    co_return whole_body_;
}

Task<Result<std::string_view>> Connection::read_some() {
    if (body_done_) co_return std::string_view{};
    const auto invited = co_await invite_body();
    if (!invited) co_return failure(invited.error());
    if (head_.chunked) {
        auto chunk = co_await next_chunk();
        co_return chunk;
    }
    auto piece = co_await next_piece();
    co_return piece;
}

// The next piece of a sized body.
Task<Result<std::string_view>> Connection::next_piece() {
    const std::size_t here =
        static_cast<std::size_t>(std::min<std::uint64_t>(in_end_ - in_next_, body_left_));
    std::string_view piece;
    if (here > 0) {
        piece = unread().substr(0, here);
        in_next_ += here;
    } else {
        body_.resize(kPieceBytes);
        const auto room =
            static_cast<std::size_t>(std::min<std::uint64_t>(body_.size(), body_left_));
        deadline_.set(service_.limits.body_timeout);
        const auto got = co_await receive(body_.data(), room);
        deadline_.clear();
        if (!got) {
            body_broken_ = true;
            co_return failure(got.error());
        }
        piece = std::string_view(body_).substr(0, *got);
    }
    body_left_ -= piece.size();
    body_done_ = body_left_ == 0;
    co_return piece;
}

// The next piece of a chunked body; empty when it ended.
Task<Result<std::string_view>> Connection::next_chunk() {
    for (;;) {
        const auto step = chunks_.next(unread());
        in_next_ += step.consumed;
        using Status = http::ChunkDecoder::Status;
        if (step.status == Status::data) co_return step.data;
        if (step.status == Status::done) {
            body_done_ = true;
            co_return std::string_view{};
        }
        if (step.status == Status::invalid) {
            body_broken_ = true;
            co_return failure(ErrorCode::malformed, Origin::client, std::string(chunks_.fault()));
        }
        // All input was used, so its room behind the head is free again.
        in_next_ = in_end_ = in_start_ + head_.size_bytes;
        deadline_.set(service_.limits.body_timeout);
        const auto got = co_await receive(in_.data() + in_end_, in_.size() - in_end_);
        deadline_.clear();
        if (!got) {
            body_broken_ = true;
            co_return failure(got.error());
        }
        in_end_ += *got;
    }
}

// ---- the answer

// Date, and whether the connection stays.
void Connection::add_common_fields() {
    out_.append("Date: ").append(date_now()).append("\r\n");
    const bool hard_to_drain =
        !body_done_ && (head_.chunked || body_left_ > service_.limits.drain_bytes ||
                        (head_.expects_continue && !invited_));
    if (!head_.keep_alive || draining_ || body_broken_ || hard_to_drain ||
        framing_ == Framing::until_close) {
        must_close_ = true;
    }
    if (must_close_) {
        out_.append("Connection: close\r\n");
    } else if (head_.minor_version == 0) {
        out_.append("Connection: keep-alive\r\n");
    }
}

Task<Result<void>> Connection::reply(std::string_view head, std::string_view body) {
    const int status = status_of(head);
    out_.assign(head);
    if (!has_no_content(status)) {
        out_.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    }
    add_common_fields();
    out_.append("\r\n");
    const bool silent = has_no_content(status) || head_.method == "HEAD";
    answer_ = Answer::begun;
    const Pieces pieces{asio::buffer(out_), asio::buffer(silent ? std::string_view{} : body)};
    auto sent = co_await send(pieces);
    if (sent) answer_ = Answer::complete;
    co_return sent;
}

void Connection::begin(std::string_view head, std::optional<std::uint64_t> length_bytes) {
    out_.assign(head);
    if (has_no_content(status_of(head)) || head_.method == "HEAD") {
        framing_ = Framing::nothing;
        if (length_bytes && !has_no_content(status_of(head))) {
            out_.append("Content-Length: ").append(std::to_string(*length_bytes)).append("\r\n");
        }
    } else if (length_bytes) {
        framing_ = Framing::length;
        answer_left_ = *length_bytes;
        out_.append("Content-Length: ").append(std::to_string(*length_bytes)).append("\r\n");
    } else if (head_.minor_version >= 1) {
        framing_ = Framing::chunked;
        out_.append("Transfer-Encoding: chunked\r\n");
    } else {
        framing_ = Framing::until_close;
    }
    add_common_fields();
    out_.append("\r\n");
    answer_ = Answer::begun;
}

Task<Result<void>> Connection::write(std::string_view piece) {
    Pieces pieces{asio::buffer(out_)};
    http::ChunkHeader header{};
    if (!piece.empty()) {
        if (framing_ == Framing::length) {
            if (piece.size() > answer_left_) {
                co_return failure(
                    ErrorCode::broken, Origin::gateway, "more of an answer than its length said");
            }
            answer_left_ -= piece.size();
        }
        if (framing_ == Framing::chunked) {
            header = http::chunk_header(piece.size());
            pieces[1] = asio::buffer(header.view());
            pieces[3] = asio::buffer(std::string_view("\r\n"));
        }
        if (framing_ != Framing::nothing) pieces[2] = asio::buffer(piece);
    }
    auto sent = co_await send(pieces);
    out_.clear();
    co_return sent;
}

Task<Result<void>> Connection::end() {
    Pieces pieces{asio::buffer(out_)};
    if (framing_ == Framing::length && answer_left_ > 0) {
        must_reset_ = true;
        co_return failure(ErrorCode::broken, Origin::gateway, "less of an answer than its length");
    }
    if (framing_ == Framing::chunked) pieces[1] = asio::buffer(http::kLastChunk);
    auto sent = co_await send(pieces);
    out_.clear();
    if (sent) answer_ = Answer::complete;
    co_return sent;
}

Task<Result<void>> Connection::send(Pieces pieces) {
    std::size_t left = asio::buffer_size(pieces);
    while (left > 0) {
        error_code error;
        std::size_t sent = socket_.write_some(pieces, error);
        if (error && error != asio::error::would_block && error != asio::error::try_again) {
            must_close_ = true;
            co_return failure(peer_error("writing"));
        }
        left -= sent;
        for (auto& piece : pieces) {
            const std::size_t part = std::min(sent, piece.size());
            piece += part;
            sent -= part;
        }
        if (left == 0) break;
        auto token = asio::redirect_error(net::use_task, error);
        deadline_.set(service_.limits.write_timeout);
        co_await socket_.async_wait(net::Socket::wait_write, token);
        deadline_.clear();
        if (error) {
            must_close_ = true;
            co_return failure(peer_error("writing"));
        }
    }
    co_return Result<void>{};
}

Task<void> Connection::refuse(int status, std::string_view sentence) {
    const Refusal refusal = service_.refuse(status, sentence, "");
    out_.assign(refusal.head);
    out_.append("Content-Length: ").append(std::to_string(refusal.body.size())).append("\r\n");
    out_.append("Date: ").append(date_now()).append("\r\nConnection: close\r\n\r\n");
    const Pieces pieces{asio::buffer(out_), asio::buffer(refusal.body)};
    answer_ = Answer::complete;
    must_close_ = true;
    body_broken_ = true;
    const auto sent = co_await send(pieces);
    if (sent) co_await finish_exchange();
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
