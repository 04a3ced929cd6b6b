#include "http/sse.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace refrain::http;

namespace {

struct Event {
    std::string raw, type, data;
    bool has_data = false;

    bool operator==(const Event&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Event& event) {
    return out << "{raw=" << event.raw << " type=" << event.type << " data=" << event.data << "}";
}

struct Stream {
    std::vector<Event> events;
    std::string rest;

    bool operator==(const Stream&) const = default;
};

Stream split(const std::vector<std::string>& pieces) {
    SseSplitter splitter;
    SseEvent event;
    Stream stream;
    for (const std::string& piece : pieces) {
        splitter.feed(piece);
        while (splitter.next(event)) {
            stream.events.push_back(
                {std::string(event.raw), event.type, event.data, event.has_data});
        }
    }
    stream.rest = splitter.rest();
    return stream;
}

// The events of `text`, after seeing that every way to cut it gives the same.
Stream split_anyhow(const std::string& text) {
    const Stream whole = split({text});
    std::vector<std::string> drip;
    for (const char c : text)
        drip.emplace_back(1, c);
    CHECK(split(drip) == whole);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        CAPTURE(cut);
        CHECK(split({text.substr(0, cut), text.substr(cut)}) == whole);
    }
    return whole;
}

}  // namespace

TEST_CASE("SseSplitter: events come one by one with their own bytes", "[http][sse]") {
    const Stream stream = split_anyhow("data: one\n\nevent: x\ndata: two\n\ndata: [DONE]\n\n");

    REQUIRE(stream.events.size() == 3);
    CHECK(stream.events[0] == Event{"data: one\n\n", "", "one", true});
    CHECK(stream.events[1] == Event{"event: x\ndata: two\n\n", "x", "two", true});
    CHECK(stream.events[2] == Event{"data: [DONE]\n\n", "", "[DONE]", true});
    CHECK(stream.rest.empty());
}

TEST_CASE("SseSplitter: LF, CR and CRLF end lines alike, wherever the cut falls", "[http][sse]") {
    const auto end = GENERATE(as<std::string>{}, "\n", "\r", "\r\n");
    CAPTURE(end);
    const std::string first = "data: a" + end + "data: b" + end + end;
    const std::string second = "event: t" + end + ": note" + end + "data: c" + end + end;

    const Stream stream = split_anyhow(first + second);

    REQUIRE(stream.events.size() == 2);
    CHECK(stream.events[0] == Event{first, "", "a\nb", true});
    CHECK(stream.events[1] == Event{second, "t", "c", true});
    CHECK(stream.rest.empty());
}

TEST_CASE("SseSplitter: a CRLF cut in two makes no empty event", "[http][sse]") {
    const Stream stream = split({"data: a\r\n\r", "\ndata: b\r", "\n\r\n"});

    REQUIRE(stream.events.size() == 2);
    CHECK(stream.events[0].raw == "data: a\r\n\r\n");
    CHECK(stream.events[1].raw == "data: b\r\n\r\n");
}

TEST_CASE("SseSplitter: where lines end in CR an event is not held back for the next byte",
          "[http][sse]") {
    const Stream stream = split({"data: a\r\r"});
    REQUIRE(stream.events.size() == 1);
    CHECK(stream.rest.empty());

    const Stream mixed = split_anyhow("data: a\r\r\ndata: b\n\n");
    REQUIRE(mixed.events.size() == 2);
    CHECK(mixed.events[0] == Event{"data: a\r\r", "", "a", true});
    CHECK(mixed.events[1] == Event{"\ndata: b\n\n", "", "b", true});

    CHECK(split_anyhow("data: a\r\r\n").rest.empty());
}

TEST_CASE("SseSplitter: mixed line ends keep their lines apart", "[http][sse]") {
    const Stream stream = split_anyhow("data: a\rdata: b\r\ndata: c\n\rdata: d\n\n");

    REQUIRE(stream.events.size() == 2);
    CHECK(stream.events[0].data == "a\nb\nc");
    CHECK(stream.events[1].data == "d");
}

TEST_CASE("SseSplitter: fields are read as WHATWG says", "[http][sse]") {
    const auto [block, type, data, has_data] =
        GENERATE(table<std::string, std::string, std::string, bool>({
            {"data:x\n\n", "", "x", true},
            {"data: x\n\n", "", "x", true},
            {"data:  x\n\n", "", " x", true},
            {"data\n\n", "", "", true},
            {"data:\n\n", "", "", true},
            {"data\ndata\n\n", "", "\n", true},
            {"data: a\ndata:\ndata: b\n\n", "", "a\n\nb", true},
            {"data: a:b: c\n\n", "", "a:b: c", true},
            {"event: a\nevent: b\ndata: x\n\n", "b", "x", true},
            {"event: a\n\n", "a", "", false},
            {"id: 1\nretry: 5\n\n", "", "", false},
            {": ping\n\n", "", "", false},
            {":\n\n", "", "", false},
            {" data: x\n\n", "", "", false},
            {"Data: x\n\n", "", "", false},
            {"database: x\n\n", "", "", false},
            {"data: \xf0\x9f\x98\x82\n\n", "", "\xf0\x9f\x98\x82", true},
            {"\n", "", "", false},
        }));
    CAPTURE(block);

    const Stream stream = split_anyhow(block);

    REQUIRE(stream.events.size() == 1);
    CHECK(stream.events[0] == Event{block, type, data, has_data});
    CHECK(stream.rest.empty());
}

TEST_CASE("SseSplitter: one event leaves nothing behind for the next", "[http][sse]") {
    const Stream stream = split_anyhow("event: a\ndata: 1\n\n: only a comment\n\ndata: 2\n\n");

    REQUIRE(stream.events.size() == 3);
    CHECK(stream.events[1] == Event{": only a comment\n\n", "", "", false});
    CHECK(stream.events[2] == Event{"data: 2\n\n", "", "2", true});
}

TEST_CASE("SseSplitter: a byte order mark is passed on and not read", "[http][sse]") {
    const Stream stream = split_anyhow(
        "\xEF\xBB\xBF"
        "data: a\n\n\xEF\xBB\xBF"
        "data: b\n\n");
    REQUIRE(stream.events.size() == 2);
    CHECK(stream.events[0] == Event{"\xEF\xBB\xBF"
                                    "data: a\n\n",
                                    "",
                                    "a",
                                    true});
    CHECK_FALSE(stream.events[1].has_data);

    const Stream blank = split_anyhow("\xEF\xBB\xBF\ndata: a\n\n");
    REQUIRE(blank.events.size() == 2);
    CHECK(blank.events[1].data == "a");
}

TEST_CASE("SseSplitter: a stream that was cut leaves a rest", "[http][sse]") {
    const auto cut = GENERATE(as<std::string>{},
                              "data: b",
                              "data: b\n",
                              "data: b\r",
                              "data: b\r\n",
                              "data: b\r\n\r",
                              ":",
                              "d");
    CAPTURE(cut);

    const Stream stream = split_anyhow("data: a\n\n" + cut);

    CHECK(stream.events.size() == 1);
    CHECK(stream.rest == cut);
}

TEST_CASE("SseSplitter: all bytes come out again, over many events and small cuts", "[http][sse]") {
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += "id: " + std::to_string(i) +
                "\ndata: " + std::string(static_cast<std::size_t>(i % 97), 'x') + "\n\n";
    }
    SseSplitter splitter;
    SseEvent event;
    std::string seen;
    std::size_t events = 0;

    for (std::size_t at = 0; at < text.size(); at += 61) {
        splitter.feed(std::string_view(text).substr(at, 61));
        while (splitter.next(event)) {
            seen += event.raw;
            ++events;
        }
    }

    CHECK(seen == text);
    CHECK(events == 5000);
    CHECK(splitter.rest().empty());
}

TEST_CASE("SseSplitter: an event that drips in costs linear time", "[http][sse]") {
    SseSplitter splitter;
    SseEvent event;
    const std::string piece(16, 'x');
    splitter.feed("data: ");
    for (int i = 0; i < 500'000; ++i) {
        splitter.feed(piece);
        REQUIRE_FALSE(splitter.next(event));
    }

    splitter.feed("\n\n");

    REQUIRE(splitter.next(event));
    CHECK(event.data.size() == 8'000'000);
}
