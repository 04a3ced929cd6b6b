#include "providers/openai/answer_events.hpp"

#include <algorithm>
#include <utility>

namespace refrain::providers::openai {
namespace {

// Takes the next line off `text`, its line end included.
std::string_view take_line(std::string_view& text) {
    auto end = std::min(text.find('\n'), text.size());
    end = std::min(text.substr(0, end).find('\r'), end);
    end += text.substr(end).starts_with("\r\n") ? 2 : 1;
    end = std::min(end, text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(end);
    return line;
}

bool is_data_line(std::string_view line) {
    return line.starts_with("data:");
}

}  // namespace

bool EventReader::next(http::SseEvent& event) {
    for (;;) {
        while (splitter_.next(event)) {
            if (event.has_data) {
                return true;
            }
        }
        const auto rest = splitter_.rest();
        if (closed_ || rest.empty() || (rest.back() != '\n' && rest.back() != '\r')) {
            return false;
        }
        closed_ = true;
        splitter_.feed("\n");
    }
}

bool EventReader::is_whole() const noexcept {
    return splitter_.rest().find_first_not_of("\r\n") == std::string_view::npos;
}

void append_event(std::string& stream, std::string_view type, std::string_view data) {
    if (!type.empty()) {
        stream.append("event: ").append(type).append("\n");
    }
    stream.append("data: ").append(data).append("\n\n");
}

std::string with_data(std::string_view raw_event, std::string_view data) {
    std::string out;
    out.reserve(raw_event.size());
    bool written = false;
    while (!raw_event.empty()) {
        const auto line = take_line(raw_event);
        if (!is_data_line(line)) {
            out += line;
            continue;
        }
        if (std::exchange(written, true)) {
            continue;
        }
        const auto prefix = line.substr(0, line.starts_with("data: ") ? 6 : 5);
        const auto line_end = line.substr(line.find_last_not_of("\r\n") + 1);
        for (std::string_view rest = data;;) {
            const auto end = rest.find('\n');
            out.append(prefix).append(rest.substr(0, end)).append(line_end);
            if (end == std::string_view::npos) {
                break;
            }
            rest.remove_prefix(end + 1);
        }
    }
    return out;
}

std::string on_one_line(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            out += c;
            if (c == '\\' && i + 1 < json.size()) {
                out += json[++i];
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            out += c;
            in_string = c == '"';
        }
    }
    return out;
}

bool may_have_object(std::string_view data, std::string_view name) {
    const std::string quoted = '"' + std::string(name) + '"';
    constexpr std::string_view kSpace = " \t\r\n";
    for (auto at = data.find(quoted); at != data.npos; at = data.find(quoted, at + 1)) {
        auto value = data.find_first_not_of(kSpace, at + quoted.size());
        if (value == data.npos || data[value] != ':') {
            continue;
        }
        value = data.find_first_not_of(kSpace, value + 1);
        if (value != data.npos && data[value] == '{') {
            return true;
        }
    }
    return false;
}

// Most pieces are whole events that pass as they are; those need not be taken apart.
bool EventFilter::passes(std::string_view piece) const {
    return splitter_.is_between_events() && piece.ends_with("\n\n") && !may_change(piece);
}

std::string EventFilter::feed(std::string_view piece) {
    if (passes(piece)) return std::string(piece);
    splitter_.feed(piece);
    std::string out;
    for (http::SseEvent event; splitter_.next(event);) {
        if (may_change(event.raw)) {
            pass(event, out);
        } else {
            out += event.raw;
        }
    }
    return out;
}

std::string EventFilter::finish() {
    std::string rest(splitter_.rest());
    splitter_ = http::SseSplitter();
    return rest;
}

}  // namespace refrain::providers::openai
