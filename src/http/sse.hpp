// Server-sent events (WHATWG HTML 9.2): cuts a byte stream into whole events and reads one.
// Sans-I/O. Lines end with LF, CR or CRLF; a cut may fall anywhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace refrain::http {

struct SseEvent {
    std::string_view raw;  // all its bytes, the empty line included: what a proxy passes on
    std::string type;      // the last "event:" line, "" if none
    std::string data;      // the "data:" lines joined by LF
    bool has_data = false;
};

class SseSplitter {
  public:
    // Takes bytes as they arrive.
    void feed(std::string_view bytes) { pending_.append(bytes); }

    // The next whole event. False when more bytes are needed. event.raw is valid until the next
    // call of feed() or next(). Blocks of comments alone come out too, with has_data false.
    bool next(SseEvent& event);

    // Bytes after the last whole event: not empty at the end of a stream means it was cut.
    std::string_view rest() const noexcept { return std::string_view(pending_).substr(start_); }

  private:
    std::string pending_;
    std::size_t start_ = 0;    // of the event being looked for
    std::size_t scanned_ = 0;  // how far past start_ no end was found
};

}  // namespace refrain::http
