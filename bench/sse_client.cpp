#include "sse_client.hpp"

#include "sockets.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

namespace bench {

SseClient::SseClient(std::uint16_t port, std::string request)
    : fd_(connect_to(port)), request_(std::move(request)) {}

SseClient::~SseClient() {
    close(fd_);
}

void SseClient::finish_connecting() {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    connected_ = true;
    broken_ = error != 0;
}

void SseClient::send_request() {
    sent_ns_ = now_ns();
    const ssize_t sent = send(fd_, request_.data(), request_.size(), MSG_NOSIGNAL);
    broken_ = sent != static_cast<ssize_t>(request_.size());
}

void SseClient::read(std::vector<std::int64_t>& delays) {
    std::array<char, 16384> buffer;  // NOLINT: filled before it is read
    while (!finished_ && !broken_) {
        const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) {
            broken_ = true;  // every answer of the benchmark says where it ends
            return;
        }
        read_ns_ = now_ns();
        take({buffer.data(), static_cast<std::size_t>(got)}, delays);
        if (static_cast<std::size_t>(got) < buffer.size()) return;
    }
}

void SseClient::take(std::string_view bytes, std::vector<std::int64_t>& delays) {
    if (!in_body_) {
        const std::size_t had = head_.size();
        head_ += bytes;
        const auto end = head_.find("\r\n\r\n");
        if (end == std::string::npos) return;
        bytes.remove_prefix(end + 4 - had);
        head_.resize(end + 2);
        parse_head();
    }
    if (bytes.empty()) return;
    if (first_ns_ == 0) first_ns_ = read_ns_;
    if (chunked_) {
        take_chunked(bytes, delays);
    } else {
        take_body(bytes, delays);
        left_ -= std::min(left_, bytes.size());
        finished_ = left_ == 0;
    }
    if (finished_) done_ns_ = read_ns_;
}

void SseClient::parse_head() {
    in_body_ = true;
    std::string lower = head_;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    broken_ = lower.compare(0, 12, "http/1.1 200") != 0;
    chunked_ = lower.find("\r\ntransfer-encoding: chunked") != std::string::npos;
    const auto length = lower.find("\r\ncontent-length:");
    if (length != std::string::npos) {
        left_ = static_cast<std::size_t>(std::atoll(lower.c_str() + length + 17));
    }
    broken_ = broken_ || (!chunked_ && left_ == 0);
}

void SseClient::take_chunked(std::string_view bytes, std::vector<std::int64_t>& delays) {
    while (!bytes.empty() && !finished_) {
        if (left_ > 0) {
            const auto part = bytes.substr(0, left_);
            const std::size_t data = left_ > 2 ? std::min(part.size(), left_ - 2) : 0;
            take_body(part.substr(0, data), delays);
            left_ -= part.size();
            bytes.remove_prefix(part.size());
            continue;
        }
        const char c = bytes.front();
        bytes.remove_prefix(1);
        if (c != '\n') {
            chunk_size_ += c;
            continue;
        }
        const std::size_t size = std::strtoul(chunk_size_.c_str(), nullptr, 16);
        chunk_size_.clear();
        finished_ = size == 0;
        left_ = size + 2;
    }
}

void SseClient::take_body(std::string_view body, std::vector<std::int64_t>& delays) {
    line_ += body;
    std::size_t start = 0;
    for (auto end = line_.find('\n'); end != std::string::npos; end = line_.find('\n', start)) {
        const auto stamp = line_.find("t=", start);
        if (stamp < end) delays.push_back(read_ns_ - std::atoll(line_.c_str() + stamp + 2));
        start = end + 1;
    }
    line_.erase(0, start);
}

}  // namespace bench
