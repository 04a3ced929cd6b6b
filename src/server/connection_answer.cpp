// How a connection writes an answer: framing, the fields that belong to the connection, sending.
#include "http/date.hpp"
#include "http/writer.hpp"
#include "server/connection.hpp"

#include <algorithm>
#include <utility>

namespace refrain::server {

using net::Task;

namespace {

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

Connection::Pieces Connection::frame_reply(std::string_view head, std::string_view body) {
    const int status = status_of(head);
    out_.assign(head);
    if (!has_no_content(status)) {
        out_.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    }
    add_common_fields();
    out_.append("\r\n");
    const bool silent = has_no_content(status) || head_.method == "HEAD";
    answer_ = Answer::begun;
    return {out_, silent ? std::string_view{} : body};
}

Task<Result<void>> Connection::reply(std::string_view head, std::string_view body) {
    const Pieces pieces = frame_reply(head, body);
    auto sent = co_await send(pieces);
    if (sent) answer_ = Answer::complete;
    co_return sent;
}

Task<Result<void>> Connection::reply_file(std::string_view head, FileSlice slice) {
    const Pieces pieces = frame_reply(head, slice.bytes);
    slice.bytes = pieces[1];
    auto sent = co_await send_file(pieces[0], slice);
    if (sent) answer_ = Answer::complete;
    co_return sent;
}

void Connection::reply_at_once(std::string_view head,
                               FileSlice body,
                               std::shared_ptr<const void> owner) {
    Pieces pieces = frame_reply(head, body.bytes);
    body.bytes = pieces[1];
    const auto all = send_file_now(pieces[0], body);  // a failure has set must_close_
    if (!all) return;
    answer_ = Answer::complete;
    if (!*all) rest_ = Rest{pieces[0], body, std::move(owner)};
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

// What waits, and the piece as the transfer coding has it; views into `header` among others.
Result<Connection::Pieces> Connection::frame_piece(std::string_view piece,
                                                   http::ChunkHeader& header) {
    Pieces pieces{out_};
    if (piece.empty() || framing_ == Framing::nothing) return pieces;
    if (framing_ == Framing::length) {
        if (piece.size() > answer_left_) {
            return failure(
                ErrorCode::broken, Origin::gateway, "more of an answer than its length said");
        }
        answer_left_ -= piece.size();
    }
    if (framing_ == Framing::chunked) {
        header = http::chunk_header(piece.size());
        pieces[1] = header.view();
        pieces[3] = "\r\n";
    }
    pieces[2] = piece;
    return pieces;
}

Task<Result<void>> Connection::write(std::string_view piece) {
    http::ChunkHeader header{};
    const auto pieces = frame_piece(piece, header);
    if (!pieces) co_return failure(pieces.error());
    auto sent = co_await send(*pieces);
    std::string().swap(out_);  // it may be long until the next head
    co_return sent;
}

Result<bool> Connection::write_at_once(std::string_view piece) {
    http::ChunkHeader header{};
    auto pieces = frame_piece(piece, header);
    if (!pieces) return failure(pieces.error());
    auto all = send_now(*pieces);
    if (!all || *all) {
        std::string().swap(out_);
        return all;
    }
    std::string rest;
    for (const auto& left : *pieces)
        rest.append(left);
    out_ = std::move(rest);
    return false;
}

Task<Result<void>> Connection::end() {
    Pieces pieces{out_};
    if (framing_ == Framing::length && answer_left_ > 0) {
        must_reset_ = true;
        co_return failure(ErrorCode::broken, Origin::gateway, "less of an answer than its length");
    }
    if (framing_ == Framing::chunked) pieces[1] = http::kLastChunk;
    auto sent = co_await send(pieces);
    out_.clear();
    if (sent) answer_ = Answer::complete;
    co_return sent;
}

Task<void> Connection::refuse(int status, std::string_view sentence) {
    const Refusal refusal = service_.refuse(status, sentence, "");
    out_.assign(refusal.head);
    out_.append("Content-Length: ").append(std::to_string(refusal.body.size())).append("\r\n");
    out_.append("Date: ").append(date_now()).append("\r\nConnection: close\r\n\r\n");
    const Pieces pieces{out_, refusal.body};
    answer_ = Answer::complete;
    must_close_ = true;
    body_broken_ = true;
    const auto sent = co_await send(pieces);
    if (sent) co_await finish_exchange();
}

}  // namespace refrain::server
