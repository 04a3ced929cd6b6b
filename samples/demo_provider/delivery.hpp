// Puts an Answer on the wire: latency, pace and faults happen here and nowhere else. Called on the
// connection's own thread.
#pragma once

#include "samples/demo_provider/answer.hpp"
#include "samples/demo_provider/faults.hpp"

#include <httplib.h>

#include <chrono>

namespace refrain::demo {

struct Pace {
    std::chrono::milliseconds latency{0};  // to the first byte
    double tokens_per_second = 0;          // 0: as fast as possible
};

// The answer that `fault` puts in the place of `answer`; the same one for faults of transport.
Answer spoiled(Answer answer, Fault fault);

void deliver(Answer answer, Fault fault, const Pace& pace, httplib::Response& response);

}  // namespace refrain::demo
