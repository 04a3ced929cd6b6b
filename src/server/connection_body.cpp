// How a connection reads the body of a request.
#include "http/chunked.hpp"
#include "server/connection.hpp"

#include <algorithm>
#include <utility>

namespace refrain::server {

using net::Task;

namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;  // of a body that is handed on

}  // namespace

// Short bodies are always taken: what newcomers are told, and how many there may be, bounds those.
bool Connection::has_no_room() const noexcept {
    return held_.bytes() > kPieceBytes && held_.is_crowded_out();
}

// What came is let go at once, before anybody is told.
tl::unexpected<Error> Connection::give_up_body() {
    body_broken_ = true;
    std::string().swap(body_);
    held_.set(0);
    return failure(ErrorCode::unavailable,
                   Origin::gateway,
                   "there is no memory left for this body; try again in a moment");
}

// At least one byte; 0 is the peer's end where that is `fine`.
Task<Result<std::size_t>> Connection::receive(char* to, std::size_t room, End end) {
    while (stream_.is_open() && !timed_out_) {
        if (!has_input()) {
            co_await stream_.wait_readable();
            continue;
        }
        const auto attempt = read_now(to, room);
        using Outcome = net::Attempt::Outcome;
        if (attempt.outcome == Outcome::done) co_return attempt.bytes;
        if (attempt.outcome == Outcome::end && end == End::fine) co_return std::size_t{0};
        if (attempt.outcome != Outcome::want_read) break;
    }
    co_return failure(peer_error("reading"));
}

Task<Result<void>> Connection::invite_body() {
    if (!head_.expects_continue || invited_ || !unread().empty()) co_return Result<void>{};
    invited_ = true;
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const Pieces pieces{kContinue};
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
            if (body_.size() < size && has_no_room()) co_return give_up_body();
            // Grows with what arrives: a length alone buys no memory.
            body_.resize(std::min(size, std::max(have * 2, kPieceBytes)));
            held_.set(body_.size());
            to = body_.data() + have;
            room = body_.size() - have;
        }
        arm(service_.limits.body_timeout);
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
        if (has_no_room()) co_return give_up_body();
        body_.append(*piece);
        held_.set(body_.size());
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
        arm(service_.limits.body_timeout);
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
        arm(service_.limits.body_timeout);
        const auto got = co_await receive(in_.data() + in_end_, in_.size() - in_end_);
        deadline_.clear();
        if (!got) {
            body_broken_ = true;
            co_return failure(got.error());
        }
        in_end_ += *got;
    }
}

}  // namespace refrain::server
