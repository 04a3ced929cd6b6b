// How a connection serves without a coroutine what can be answered without waiting: a hit in memory
// costs less than the coroutines of the way round. Called from the loop while read_head() waits.
#include "server/connection.hpp"

#include <cstring>
#include <exception>
#include <string>

namespace refrain::server {

using net::Task;

namespace {

constexpr std::size_t kRoomForHead = 32 * 1024;
constexpr std::size_t kRoomForBody = 128 * 1024;  // that came with its head

// Of all connections of a loop: what a thousand of them read into stays in the caches, and those at
// rest need none of their own. A read that leaves room has read all there is.
std::string& shared_input() {
    thread_local std::string shared(kRoomForHead + kRoomForBody, '\0');
    return shared;
}

// Likewise, for the heads of answers.
std::string& shared_output() {
    thread_local std::string shared;
    return shared;
}

}  // namespace

// Serves while requests come whole and can be answered at once.
Connection::AtOnce Connection::serve_at_once() {
    if (in_end_ > 0) return serve_from_input();
    in_.swap(shared_input());
    out_.swap(shared_output());
    const auto left = serve_from_input();
    in_.swap(shared_input());
    if (in_end_ > 0) keep_input();
    if (!rest_) out_.swap(shared_output());  // else a view points into it
    return left;
}

Connection::AtOnce Connection::serve_from_input() {
    while (has_input() && in_end_ < in_.size()) {
        const auto attempt = read_now(in_.data() + in_end_, in_.size() - in_end_);
        if (attempt.outcome == net::Attempt::Outcome::want_read) break;
        if (attempt.outcome != net::Attempt::Outcome::done) return AtOnce::over;
        const bool first = in_end_ == 0;
        in_end_ += attempt.bytes;
        const bool known = looked_ == http::HeadStatus::complete;
        if (!known && look_for_head() != http::HeadStatus::complete) {
            if (first) arm(service_.limits.header_timeout);
            return AtOnce::input_left;
        }
        const bool whole = head_.chunked || in_end_ - in_next_ >= head_.content_length.value_or(0);
        if (!whole && has_input()) continue;
        if (!answer_at_once()) return AtOnce::input_left;
        if (must_close_ || rest_ || answer_ != Answer::complete) {
            return AtOnce::unfinished;
        }
        drop_request();
        if (in_end_ > 0) return AtOnce::input_left;  // pipelined
    }
    return in_end_ == 0 ? AtOnce::nothing_left : AtOnce::input_left;
}

// Takes over what stands in the shared buffer, with the views of a head that was read there.
void Connection::keep_input() {
    const char* const shared = shared_input().data();
    const bool complete = looked_ == http::HeadStatus::complete;
    in_.resize(in_end_ + (complete && !needs_room() ? 0 : kBodyRoom));
    std::memcpy(in_.data(), shared, in_end_);
    if (complete && last_head_at_ == shared) {
        head_.move_views(shared, in_.data());
        last_head_at_ = in_.data();
    }
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
