// What the mock upstream says: a chat completion of 2 KB, or the pieces of a stream of them. Pure
// text; used by mock_upstream.cpp on every thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

// How one request is answered: the defaults of the command line, changed by the request's own query
// (?delay_ms=300&rate=30&seconds=5) and by "stream" and "include_usage" in its body.
struct Manner {
    int delay_ms = 0;  // before the first byte
    int rate = 30;     // events per second of a stream
    double seconds = 1;
    bool stream = false;
    bool usage = false;

    int events() const { return static_cast<int>(rate * seconds); }
};

Manner manner_of(Manner defaults, std::string_view target, std::string_view body);

// Head and body; the body is 2,048 bytes of valid chat completion.
const std::string& whole_answer();

// Head and body; the body is a WAV file of that many KiB.
std::string speech_answer(int kib);

std::string text_answer(const std::string& body);

const std::string& stream_head();

// One event as one chunk; its content is "t=" and the time of sending, by CLOCK_MONOTONIC in ns.
std::string stream_event(std::int64_t sent_ns);

// The finish reason, the usage if asked for, [DONE] and the last chunk.
std::string stream_end(bool usage);

}  // namespace bench
