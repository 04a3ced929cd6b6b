// One client of the stream load: sends one request, reads the answer to its end, and notes when
// each event came and how old it was. Owned and called by the one loop of sse_load.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

class SseClient {
  public:
    SseClient(std::uint16_t port, std::string request);
    ~SseClient();
    SseClient(const SseClient&) = delete;
    SseClient& operator=(const SseClient&) = delete;

    int fd() const { return fd_; }
    bool connected() const { return connected_; }
    bool finished() const { return finished_; }
    bool broken() const { return broken_; }
    bool was_miss() const { return head_.find("X-Cache: MISS") != std::string::npos; }
    std::int64_t sent_ns() const { return sent_ns_; }
    std::int64_t first_ns() const { return first_ns_; }  // first byte of the body
    std::int64_t done_ns() const { return done_ns_; }    // its last byte

    // The connection stands, or does not: called when the socket is writable.
    void finish_connecting();
    void send_request();

    // Reads what there is; the age of each event in ns is added to `delays`.
    void read(std::vector<std::int64_t>& delays);

  private:
    void take(std::string_view bytes, std::vector<std::int64_t>& delays);
    void take_chunked(std::string_view bytes, std::vector<std::int64_t>& delays);
    void take_body(std::string_view body, std::vector<std::int64_t>& delays);
    void parse_head();

    int fd_;
    std::string request_;
    std::string head_;
    bool connected_ = false;
    bool in_body_ = false;
    bool finished_ = false;
    bool broken_ = false;
    bool chunked_ = false;
    std::size_t left_ = 0;    // of the body, or of the current chunk with its CRLF
    std::string chunk_size_;  // digits of a chunk header seen so far
    std::string line_;        // of an event, until its end has come
    std::int64_t read_ns_ = 0;
    std::int64_t sent_ns_ = 0;
    std::int64_t first_ns_ = 0;
    std::int64_t done_ns_ = 0;
};

}  // namespace bench
