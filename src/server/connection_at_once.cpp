// How a connection serves without a coroutine what can be answered without waiting: a hit in memory
// costs less than the coroutines of the way round. Called from the loop while read_head() waits.
#include "server/connection.hpp"

#include <exception>

namespace refrain::server {

using net::Task;

namespace {

constexpr std::size_t kRoomForBody =
    128 * 1024;  // of the input, for a body that came with its head

}  // namespace

// Serves while requests come whole and can be answered at once.
Connection::AtOnce Connection::serve_at_once() {
    while (stream_.has_input() && in_end_ < in_.size()) {
        const auto attempt = stream_.read(in_.data() + in_end_, in_.size() - in_end_);
        if (attempt.outcome == net::Attempt::Outcome::want_read) break;
        if (attempt.outcome != net::Attempt::Outcome::done) return AtOnce::input_left;
        if (in_end_ == 0) arm(service_.limits.header_timeout);
        in_end_ += attempt.bytes;
        if (look_for_head() != http::HeadStatus::complete) return AtOnce::input_left;
        if (make_room_for_body()) continue;
        if (!answer_at_once()) return AtOnce::input_left;
        if (must_close_ || rest_ || answer_ != Answer::complete) {
            return AtOnce::unfinished;
        }
        drop_request();
        if (in_end_ > 0) return AtOnce::input_left;  // pipelined
    }
    return in_end_ == 0 ? AtOnce::nothing_left : AtOnce::input_left;
}

// Whether there is more of a body to read than there was room for.
bool Connection::make_room_for_body() {
    const std::uint64_t length = head_.content_length.value_or(0);
    if (head_.chunked || length > kRoomForBody) return false;
    const std::size_t whole = head_.size_bytes + static_cast<std::size_t>(length);
    if (in_end_ >= whole || in_.size() > whole || !stream_.has_input()) return false;
    in_.resize(whole + 1);  // a read that leaves room has read all there is
    look_for_head();        // its views have moved
    return true;
}

// False: read_head() is to look at it as if nobody had.
bool Connection::answer_at_once() {
    start_request();
    bool answered = false;
    try {
        answered = service_.at_once(*this);
    } catch (const std::exception&) {
        answered = answer_ != Answer::none;
    }
    if (!answered) in_exchange_ = false;
    return answered;
}

// What an answer given at once left to do, and whether another request may follow.
Task<bool> Connection::finish_at_once() {
    unfinished_ = false;
    if (rest_) {
        const auto sent = co_await send_file(rest_->head, rest_->body);
        rest_.reset();
        if (!sent) co_return false;
    }
    const bool again = co_await finish_exchange();
    if (again) drop_request();
    co_return again;
}

}  // namespace refrain::server
