// Any bytes as an event stream: whatever the cuts, the same events; their bytes and the rest are
// the stream again; and lines are read as a second, slower reader of WHATWG HTML 9.2.6 reads them.
// The first byte of the input chooses the cuts.
#include "http/sse.hpp"
#include "tests/fuzz/invariant.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace refrain::http;

namespace {

struct Stream {
    std::vector<std::string> raws;
    std::vector<std::pair<std::string, std::string>> events;  // type and data, of those with data
    std::string rest;

    bool operator==(const Stream&) const = default;
};

Stream split(std::string_view bytes, std::size_t step) {
    SseSplitter splitter;
    SseEvent event;
    Stream stream;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        const std::string piece(bytes.substr(at, step));
        splitter.feed(piece);
        while (splitter.next(event)) {
            FUZZ_REQUIRE(!event.raw.empty());
            stream.raws.emplace_back(event.raw);
            if (event.has_data) stream.events.emplace_back(event.type, event.data);
        }
    }
    stream.rest = splitter.rest();
    return stream;
}

// The standard's algorithm, line by line.
std::vector<std::pair<std::string, std::string>> read_slowly(std::string text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    for (std::size_t at = 0; (at = text.find("\r\n", at)) != text.npos;)
        text.erase(at, 1);
    std::replace(text.begin(), text.end(), '\r', '\n');
    std::vector<std::pair<std::string, std::string>> events;
    std::string type, data;
    bool has_data = false;
    for (std::size_t end; (end = text.find('\n')) != text.npos; text.erase(0, end + 1)) {
        const std::string line = text.substr(0, end);
        if (line.empty()) {
            if (has_data) events.emplace_back(type, data.substr(0, data.size() - 1));
            type.clear();
            data.clear();
            has_data = false;
            continue;
        }
        const std::size_t colon = line.find(':');
        std::string value = colon == line.npos ? "" : line.substr(colon + 1);
        if (value.starts_with(' ')) value.erase(0, 1);
        const std::string name = line.substr(0, colon);
        if (name == "event") type = value;
        if (name == "data") {
            data += value + "\n";
            has_data = true;
        }
    }
    return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t step = std::size_t{data[0]} % 32 + 1;
    const std::string bytes(data + 1, data + size);

    const Stream whole = split(bytes, bytes.size());
    FUZZ_REQUIRE(split(bytes, step) == whole);
    FUZZ_REQUIRE(split(bytes, 1) == whole);

    std::string again;
    for (const std::string& raw : whole.raws)
        again += raw;
    again += whole.rest;
    // The LF of a CRLF after an event that was whole at its CR belongs to no event and is no rest.
    FUZZ_REQUIRE(again == bytes || again + "\n" == bytes);

    // A CR at the very end may yet become a CRLF; until then the event is not whole.
    std::string settled = bytes;
    if (!whole.rest.empty() && whole.rest.back() == '\r') settled.pop_back();
    FUZZ_REQUIRE(read_slowly(settled) == whole.events);
    return 0;
}
