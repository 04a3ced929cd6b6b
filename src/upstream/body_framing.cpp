#include "upstream/body_framing.hpp"

#include <algorithm>

namespace refrain::upstream {

using Body = http::ResponseHead::Body;

namespace {
constexpr std::string_view kCut = "closed in the middle of a body";
}

void BodyFraming::start(const http::ResponseHead& head) noexcept {
    body_ = head.body;
    left_ = head.body == Body::length ? head.content_length : 0;
    chunks_done_ = false;
    chunks_.reset();
}

BodyFraming::Step BodyFraming::next(std::string_view input, bool peer_ended) {
    if (at_end()) return {Status::end};
    if (body_ == Body::chunked) return next_chunk(input, peer_ended);
    if (!input.empty()) {
        std::size_t take = input.size();
        if (body_ == Body::length) {
            take = static_cast<std::size_t>(std::min<std::uint64_t>(take, left_));
            left_ -= take;
        }
        return {Status::piece, take, input.substr(0, take)};
    }
    if (!peer_ended) return {Status::need_more};
    if (body_ == Body::until_close) return {Status::end};
    fault_ = kCut;
    return {Status::invalid};
}

BodyFraming::Step BodyFraming::next_chunk(std::string_view input, bool peer_ended) {
    using Chunk = http::ChunkDecoder::Status;
    const auto step = chunks_.next(input);
    switch (step.status) {
        case Chunk::data: return {Status::piece, step.consumed, step.data};
        case Chunk::done: chunks_done_ = true; return {Status::end, step.consumed};
        case Chunk::invalid: fault_ = chunks_.fault(); return {Status::invalid, step.consumed};
        case Chunk::need_more: break;
    }
    if (!peer_ended) return {Status::need_more, step.consumed};
    fault_ = kCut;
    return {Status::invalid, step.consumed};
}

bool BodyFraming::at_end() const noexcept {
    switch (body_) {
        case Body::none: return true;
        case Body::length: return left_ == 0;
        case Body::chunked: return chunks_done_;
        case Body::until_close: return false;
    }
    return false;
}

}  // namespace refrain::upstream
