#include "upstream/pooled_exchange.hpp"

#include "http/chunked.hpp"

#include <utility>

namespace refrain::upstream {

namespace {

constexpr int kInterimHeads = 32;  // more before one answer is an attack
constexpr std::size_t kKeptOutgoingBytes = 4 * 1024;
constexpr std::size_t kLeastRoomBytes = 256;  // behind a head, for the first pieces

// Sentences of the codec, as a clause of ours.
std::string_view clause(std::string_view sentence) noexcept {
    if (sentence.ends_with('.')) sentence.remove_suffix(1);
    return sentence;
}

Error cancelled() {
    return Error{
        ErrorCode::cancelled, Origin::gateway, "the upstream call was cancelled", Retry::never};
}

tl::unexpected<Error> misused(const char* what) {
    return failure(ErrorCode::malformed, Origin::gateway, what);
}

}  // namespace

PooledExchange::PooledExchange(std::shared_ptr<ConnectionPool> pool,
                               Address to,
                               const Request& request)
    : pool_(std::move(pool)),
      to_(std::move(to)),
      request_(request),
      to_head_(request.method == "HEAD") {
    if (request_.cancellation != nullptr) request_.cancellation->under_way_ = this;
}

PooledExchange::~PooledExchange() {
    forget_cancellation();
    if (!is_reusable()) return;
    connection_->buffer().reset();
    connection_->disarm();
    pool_->put(std::move(connection_));
}

void PooledExchange::forget_cancellation() noexcept {
    if (request_.cancellation == nullptr) return;
    request_.cancellation->under_way_ = nullptr;
    request_.cancellation = nullptr;
}

void PooledExchange::cancel() noexcept {
    if (connection_ && !is_reusable()) connection_->stop(cancelled());
}

net::Task<Result<void>> PooledExchange::begin_whole() {
    whole_ = true;
    plan_ = {false, request_.body.size()};
    auto begun = co_await begin();
    co_return begun;
}

net::Task<Result<void>> PooledExchange::begin_in_pieces(std::optional<std::uint64_t> length_bytes) {
    request_.body = {};
    plan_ = {!length_bytes.has_value(), length_bytes.value_or(0)};
    whole_ = length_bytes == 0;
    unsent_bytes_ = plan_.length_bytes;
    auto begun = co_await begin();
    if (!begun || !send_error_ || !connection_->reused || connection_->is_stopped()) {
        co_return begun;
    }
    begun = co_await begin_on_new_connection();
    co_return begun;
}

net::Task<Result<void>> PooledExchange::begin() {
    if (request_.cancellation != nullptr && request_.cancellation->cancelled_) {
        co_return failure(cancelled());
    }
    connection_ = pool_->take_idle(to_);
    if (connection_) {
        auto sent = co_await send();
        co_return sent;
    }
    auto begun = co_await begin_on_new_connection();
    co_return begun;
}

net::Task<Result<void>> PooledExchange::begin_on_new_connection() {
    connection_ = pool_->make(to_);
    auto connected = co_await pool_->connect(*connection_);
    if (!connected) co_return connected;
    auto sent = co_await send();
    co_return sent;
}

net::Task<Result<void>> PooledExchange::send() {
    auto& workspace = connection_->workspace();
    workspace.parser.reset();
    workspace.outgoing.clear();
    send_error_.reset();
    auto written = write_request_head(to_,
                                      connection_->forwarding(),
                                      request_,
                                      plan_,
                                      workspace.connection_fields,
                                      workspace.outgoing);
    if (!written) co_return written;
    const Parts parts{workspace.outgoing, request_.body};
    auto sent = co_await send_body(parts);
    if (sent && whole_) sent_ = true;
    if (workspace.outgoing.capacity() > kKeptOutgoingBytes) std::string().swap(workspace.outgoing);
    co_return Result<void>();
}

// A failure is kept: the peer may have said why, so the head of its answer is tried first.
net::Task<Result<void>> PooledExchange::send_body(Parts parts) {
    auto sent =
        co_await connection_->write_all(parts, pool_->options().between_bytes_timeout, true);
    if (sent && connection_->heard()) {
        answer_begun_ = !connection_->buffer().unread().empty();
        sent = connection_->fail(ErrorCode::broken, "answered before the request was sent");
    }
    if (!sent) send_error_ = sent.error();
    co_return sent;
}

net::Task<Result<void>> PooledExchange::write_body(std::string_view piece) {
    if (send_error_) co_return failure(*send_error_);
    if (sent_ || has_head_) co_return misused("the body of the request was ended before");
    if (piece.empty()) co_return Result<void>();
    if (!plan_.chunked) {
        if (piece.size() > unsent_bytes_) {
            co_return misused("the body of the request is longer than was announced");
        }
        unsent_bytes_ -= piece.size();
        const Parts parts{piece};
        auto sent = co_await send_body(parts);
        co_return sent;
    }
    const auto header = http::chunk_header(piece.size());
    const Parts parts{header.view(), piece, "\r\n"};
    auto sent = co_await send_body(parts);
    co_return sent;
}

net::Task<Result<void>> PooledExchange::finish_body() {
    if (send_error_) co_return failure(*send_error_);
    if (sent_ || has_head_) co_return Result<void>();
    if (unsent_bytes_ > 0) {
        co_return give_up(Error{ErrorCode::malformed,
                                Origin::gateway,
                                "the body of the request is shorter than was announced",
                                Retry::never});
    }
    if (plan_.chunked) {
        const Parts parts{http::kLastChunk};
        auto sent = co_await send_body(parts);
        if (!sent) co_return sent;
    }
    sent_ = true;
    co_return Result<void>();
}

net::Task<Result<void>> PooledExchange::read_head() {
    if (has_head_) co_return Result<void>();
    auto read = co_await read_answer();
    if (!read && may_repeat(read.error())) {
        auto begun = co_await begin_on_new_connection();
        if (!begun) co_return give_up(begun.error());
        read = co_await read_answer();
    }
    if (!read && send_error_ && !answer_begun_ && !connection_->is_stopped()) {
        co_return give_up(*send_error_);
    }
    if (!read) co_return give_up(read.error());
    co_return accept_head();
}

// RFC 9112 9.3.1: the peer closed an idle connection while our request was on its way.
bool PooledExchange::may_repeat(const Error& error) const noexcept {
    return whole_ && connection_->reused && !answer_begun_ && !connection_->is_stopped() &&
           error.code == ErrorCode::broken;
}

net::Task<Result<void>> PooledExchange::read_answer() {
    auto& buffer = connection_->buffer();
    auto& [parser, head, unused, outgoing] = connection_->workspace();
    connection_->arm(Phase::first_byte, pool_->options().first_byte_timeout);
    int interim = 0;
    while (true) {
        const auto status = parser.parse_response(buffer.unread(), to_head_, head);
        if (status == http::HeadStatus::complete) {
            if (head.status >= 200 || head.status == 101) break;
            buffer.consume(head.size_bytes);  // RFC 9110 15.2
            if (++interim > kInterimHeads) {
                co_return connection_->fail(ErrorCode::broken, "too many interim answers");
            }
            continue;
        }
        if (status == http::HeadStatus::invalid) {
            const std::string why(clause(parser.fault().sentence));
            co_return connection_->fail(ErrorCode::broken, "malformed answer: " + why);
        }
        if (buffer.room().bytes == 0) buffer.grow();
        auto got = co_await connection_->fill();
        if (!got) co_return failure(std::move(got).error());
        if (*got == 0) {
            co_return connection_->fail(
                ErrorCode::broken,
                answer_begun_ ? "closed in the middle of a head" : "closed before it answered");
        }
        answer_begun_ = true;
    }
    connection_->disarm();
    // The head stays in the buffer, and the body's pieces need room behind it.
    if (buffer.capacity() < head.size_bytes + kLeastRoomBytes) {
        buffer.grow();
        parser.parse_response(buffer.unread(), to_head_, head);
    }
    buffer.pin(head.size_bytes);
    co_return Result<void>();
}

Result<void> PooledExchange::accept_head() {
    const http::ResponseHead& head = connection_->workspace().head;
    if (head.status == 101 && !request_.upgrade) {
        return give_up("switched protocols without being asked");
    }
    forget_cancellation();
    request_ = {};
    has_head_ = true;
    raw_ = head.status == 101;
    framing_.start(head);
    if (pool_->options().decode) decode_if_coded();
    return {};
}

void PooledExchange::decode_if_coded() {
    auto& [parser, head, kept, outgoing] = connection_->workspace();
    if (framing_.at_end() || head.fields.count("Content-Encoding") != 1) return;
    decoder_ = BodyDecoder::make(*head.fields.find("Content-Encoding"));
    if (!decoder_) return;
    kept.clear();
    for (const auto& field : head.fields) {
        if (http::equal_ignoring_case(field.name, "Content-Encoding") ||
            http::equal_ignoring_case(field.name, "Content-Length")) {
            continue;
        }
        kept.add(field.name, field.value);
    }
    std::swap(head.fields, kept);
    // The length that was announced is not the length that comes out.
    head.body = http::ResponseHead::Body::chunked;
    head.content_length = 0;
}

net::Task<Result<std::string_view>> PooledExchange::read_some() {
    for (;;) {
        auto piece = read_here();
        if (piece) co_return std::move(*piece);
        co_await wait_for_more();
    }
}

std::optional<Result<std::string_view>> PooledExchange::read_here() {
    return decoder_ ? read_decoded() : read_framed();
}

net::Task<void> PooledExchange::wait_for_more() {
    connection_->arm(Phase::between_bytes, pool_->options().between_bytes_timeout);
    return connection_->wait_for_input();
}

std::optional<Result<std::string_view>> PooledExchange::read_framed() {
    auto& buffer = connection_->buffer();
    while (true) {
        if (connection_->is_stopped()) return failure(connection_->stop_reason());
        const auto step = framing_.next(buffer.unread(), peer_ended_);
        buffer.consume(step.consumed);
        switch (step.status) {
            case BodyFraming::Status::piece: return step.piece;
            case BodyFraming::Status::end: return std::string_view();
            case BodyFraming::Status::invalid: return give_up(clause(framing_.fault()));
            case BodyFraming::Status::need_more: break;
        }
        auto got = connection_->fill_now();
        if (!got) return std::nullopt;
        connection_->disarm();
        if (!*got) return give_up(std::move(*got).error());
        peer_ended_ = **got == 0;
    }
}

std::optional<Result<std::string_view>> PooledExchange::read_decoded() {
    while (true) {
        const auto step = decoder_->next(coded_);
        coded_.remove_prefix(step.consumed);
        if (step.status == BodyDecoder::Status::piece) return step.piece;
        if (step.status == BodyDecoder::Status::invalid) {
            return give_up("the content coding of a body is damaged");
        }
        auto piece = read_framed();
        if (!piece || !*piece) return piece;
        if ((*piece)->empty() && !decoder_->may_end()) {
            return give_up("the content coding of a body was cut");
        }
        if ((*piece)->empty()) return piece;
        coded_ = **piece;
    }
}

net::Task<Result<void>> PooledExchange::write_raw(std::string_view bytes) {
    const Parts parts{bytes};
    auto sent =
        co_await connection_->write_all(parts, pool_->options().between_bytes_timeout, false);
    co_return sent;
}

// No time-out: only who speaks on it knows how long a tunnel may be silent.
net::Task<Result<std::string_view>> PooledExchange::read_raw() {
    auto& buffer = connection_->buffer();
    if (buffer.unread().empty() && !peer_ended_) {
        auto got = co_await connection_->fill();
        if (!got) co_return failure(std::move(got).error());
        peer_ended_ = *got == 0;
    }
    const std::string_view piece = buffer.unread();
    buffer.consume(piece.size());
    co_return piece;
}

bool PooledExchange::is_reusable() {
    if (!connection_ || connection_->is_stopped() || !has_head_ || !sent_ || raw_) return false;
    auto& buffer = connection_->buffer();
    if (!framing_.at_end()) {
        // A caller that took all data may not have asked for the end that came behind it.
        const auto step = framing_.next(buffer.unread(), false);
        buffer.consume(step.consumed);
        if (step.status != BodyFraming::Status::end) return false;
    }
    return head().keep_alive && buffer.unread().empty();
}

tl::unexpected<Error> PooledExchange::give_up(Error error) {
    connection_->stop(std::move(error));
    return failure(connection_->stop_reason());
}

tl::unexpected<Error> PooledExchange::give_up(std::string_view what) {
    auto error = connection_->fail(ErrorCode::broken, what);
    return give_up(std::move(error).value());
}

}  // namespace refrain::upstream
