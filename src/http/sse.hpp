// Server-sent events (WHATWG HTML 9.2): cuts a byte stream into whole events and reads one.
// Sans-I/O. Lines end with LF, CR or CRLF; a cut may fall anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
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
    // The raw bytes of all events and rest() are the stream, byte for byte. (Where lines end in CR
    // alone, an event is whole at its last CR; an LF after it leads the next raw.)
    bool next(SseEvent& event);

    // Whether an event was handed over and the next byte begins another: nothing is held back.
    bool is_between_events() const noexcept {
        return !first_ && start_ == pending_.size() && !lf_may_follow_;
    }

    // Bytes after the last whole event: not empty at the end of a stream means it was cut.
    std::string_view rest() const noexcept;

  private:
    enum class LineEnd : std::uint8_t { none, lf, cr, crlf };

    // The end of the block being looked for, or npos when more bytes are needed.
    std::size_t find_block_end();
    bool is_blank(std::string_view block, std::size_t line_end) const noexcept;
    void drop_taken();

    std::string pending_;
    std::size_t start_ = 0;    // of the block being looked for
    std::size_t line_ = 0;     // where its current line begins, after start_
    std::size_t scanned_ = 0;  // how far past start_ no line end was found
    LineEnd last_end_ = LineEnd::none;
    bool first_ = true;           // nothing was handed over yet: a BOM may stand here
    bool lf_may_follow_ = false;  // the last block ended in CR: an LF is still part of that end
};

}  // namespace refrain::http
