// The ways this provider can be told to fail, by --fault, by the request header X-Demo-Fault, or by
// "demo-fault=NAME" in the request header Baggage.
// FaultCounter is thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::demo {

enum class Fault {
    none,
    rate_limited,  // 429 with Retry-After
    server_error,  // 500
    stall,         // the head, then silence
    reset,         // half the answer, then RST
    truncated,     // half the answer, then FIN: no last chunk, or fewer bytes than announced
    slow,          // a few bytes at a time
    gzip,          // Content-Encoding: gzip though nobody asked
    garbage,       // 200 with the right type and a body that is none
};

struct FaultOrder {
    Fault fault = Fault::none;
    std::optional<std::size_t> times;  // only so often; always if absent
};

// "reset", or "429*2" for the first two times. Absent if there is no such fault.
std::optional<FaultOrder> parse_fault(std::string_view text);
// "429, 500, stall, …"
std::string fault_names();

class FaultCounter {
  public:
    // The fault that the next call under `key` suffers.
    Fault next(const FaultOrder& order, const std::string& key);
    void forget();

  private:
    std::mutex mutex_;
    std::map<std::string, std::size_t> suffered_;
};

}  // namespace refrain::demo
