#include "support/request_reader.hpp"

#include <strings.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

namespace refrain::tests {
namespace {

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return std::string(text);
}

bool parse_size(std::string_view text, int base, std::size_t& size) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
    return error == std::errc{} && end == text.data() + text.size();
}

bool parse_head(Seen& seen) {
    std::string_view rest = seen.head;
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    const std::size_t first = line.find(' ');
    const std::size_t second = line.rfind(' ');
    if (first == std::string_view::npos || first == second) return false;
    seen.method = line.substr(0, first);
    seen.target = line.substr(first + 1, second - first - 1);
    rest.remove_prefix(line.size() + 2);
    while (!rest.starts_with("\r\n")) {
        const std::string_view field = rest.substr(0, rest.find("\r\n"));
        const std::size_t colon = field.find(':');
        if (colon == std::string_view::npos) return false;
        seen.headers.emplace_back(field.substr(0, colon), trimmed(field.substr(colon + 1)));
        rest.remove_prefix(field.size() + 2);
    }
    return true;
}

}  // namespace

std::string Seen::path() const {
    return target.substr(0, target.find('?'));
}

std::string Seen::header(std::string_view name) const {
    for (const auto& [field, value] : headers) {
        if (same_name(field, name)) return value;
    }
    return {};
}

bool Seen::has_header(std::string_view name) const {
    return count_header(name) > 0;
}

std::size_t Seen::count_header(std::string_view name) const {
    std::size_t count = 0;
    for (const auto& [field, value] : headers)
        count += same_name(field, name) ? 1 : 0;
    return count;
}

RequestReader::RequestReader(int socket,
                             const std::atomic<bool>& stopping,
                             std::function<void(std::size_t)> on_bytes)
    : socket_(socket), stopping_(stopping), on_bytes_(std::move(on_bytes)) {}

bool RequestReader::fill() {
    std::array<char, 16384> bytes{};
    ssize_t count = -1;
    do {
        count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN) && !stopping_);
    if (count <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    on_bytes_(static_cast<std::size_t>(count));
    return true;
}

bool RequestReader::read_head(Seen& seen) {
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return false;
    }
    seen.head = buffer_.substr(0, end + 4);
    buffer_.erase(0, end + 4);
    return parse_head(seen);
}

bool RequestReader::read_body(Seen& seen) {
    seen.was_chunked = same_name(seen.header("Transfer-Encoding"), "chunked");
    if (seen.was_chunked) return read_chunks(seen.body);
    if (!seen.has_header("Content-Length")) return true;
    std::size_t length = 0;
    return parse_size(seen.header("Content-Length"), 10, length) && read_exactly(length, seen.body);
}

bool RequestReader::read_line(std::string& line) {
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
        if (!fill()) return false;
    }
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
}

bool RequestReader::read_exactly(std::size_t count, std::string& into) {
    while (buffer_.size() < count) {
        if (!fill()) return false;
    }
    into.append(buffer_, 0, count);
    buffer_.erase(0, count);
    return true;
}

bool RequestReader::read_chunks(std::string& into) {
    std::string line;
    while (read_line(line)) {
        std::size_t size = 0;
        if (!parse_size(line.substr(0, line.find(';')), 16, size)) return false;
        if (size == 0) {
            while (read_line(line)) {  // trailer fields, to the empty line
                if (line.empty()) return true;
            }
            return false;
        }
        std::string line_end;
        if (!read_exactly(size, into) || !read_exactly(2, line_end) || line_end != "\r\n")
            return false;
    }
    return false;
}

bool send_all(int socket, std::string_view bytes, const std::atomic<bool>& stopping) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && (errno == EINTR || errno == EAGAIN) && !stopping) continue;
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace refrain::tests
