#include "http/sse.hpp"

#include "http/characters.hpp"

namespace refrain::http {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kDropBytes = std::size_t{16} * 1024;  // moving less than this is not worth it

// One line of WHATWG HTML 9.2.6, without its end.
void read_line(std::string_view line, SseEvent& event) {
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value = colon == line.npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "data") {
        if (event.has_data) event.data.push_back('\n');
        event.data.append(value);
        event.has_data = true;
    } else if (name == "event") {
        event.type.assign(value);
    }
}

void read_block(std::string_view block, SseEvent& event) {
    event.type.clear();
    event.data.clear();
    event.has_data = false;
    while (!block.empty()) {
        const std::size_t end = find_line_end(block, 0);
        if (end != 0) read_line(block.substr(0, end), event);
        if (end == block.npos) return;
        block.remove_prefix(end + 1);
    }
}

}  // namespace

bool SseSplitter::next(SseEvent& event) {
    drop_taken();
    if (lf_may_follow_ && line_ == 0 && start_ < pending_.size()) {
        lf_may_follow_ = false;
        if (pending_[start_] == '\n') line_ = scanned_ = 1;
    }
    const std::size_t size = find_block_end();
    if (size == std::string::npos) return false;
    event.raw = std::string_view(pending_).substr(start_, size);
    std::string_view block = event.raw;
    if (first_ && block.starts_with(kByteOrderMark)) block.remove_prefix(kByteOrderMark.size());
    read_block(block, event);
    start_ += size;
    line_ = 0;
    scanned_ = 0;
    first_ = false;
    lf_may_follow_ = last_end_ == LineEnd::cr;
    return true;
}

std::string_view SseSplitter::rest() const noexcept {
    const std::string_view bytes = std::string_view(pending_).substr(start_);
    // The second half of the CRLF that ended the last event, not the beginning of another.
    const bool ended = bytes == "\n" && (lf_may_follow_ || line_ == 1);
    return ended ? std::string_view{} : bytes;
}

std::size_t SseSplitter::find_block_end() {
    const std::string_view block = std::string_view(pending_).substr(start_);
    for (;;) {
        const std::size_t at = find_line_end(block, scanned_);
        if (at == block.npos) {
            scanned_ = block.size();
            return block.npos;
        }
        scanned_ = at;
        const bool blank = is_blank(block, at);
        std::size_t end = at + 1;
        LineEnd kind = LineEnd::lf;
        if (block[at] == '\r') {
            // A blank line's CR after a line that ended in CR ends the block, whatever follows: the
            // stream uses CR. Otherwise the next byte decides.
            const bool alone = blank && last_end_ == LineEnd::cr;
            if (!alone && end == block.size()) return block.npos;
            kind = alone || block[end] != '\n' ? LineEnd::cr : LineEnd::crlf;
            if (kind == LineEnd::crlf) ++end;
        }
        last_end_ = kind;
        line_ = end;
        scanned_ = end;
        if (blank) return end;
    }
}

bool SseSplitter::is_blank(std::string_view block, std::size_t line_end) const noexcept {
    if (line_end == line_) return true;
    return first_ && line_ == 0 && block.substr(0, line_end) == kByteOrderMark;
}

void SseSplitter::drop_taken() {
    if (start_ == pending_.size()) {
        pending_.clear();
        start_ = 0;
    } else if (start_ >= kDropBytes && start_ * 2 >= pending_.size()) {
        pending_.erase(0, start_);
        start_ = 0;
    }
}

}  // namespace refrain::http
