// Whether the disk is in service: so many errors in a row, of reading or of writing, and it is left
// alone until a probe succeeds. Thread-safe; the probing is the caller's.
#pragma once

#include "base/clock.hpp"

#include <array>
#include <atomic>
#include <chrono>

namespace refrain::cache {

class ErrorBudget {
  public:
    enum class Verb { read, write };

    ErrorBudget(unsigned errors, std::chrono::milliseconds retry_after)
        : budget_(errors == 0 ? 1 : errors), retry_after_(retry_after) {}

    // Returns true if this error was the one too many.
    bool note(Verb verb, bool ok);
    bool in_service() const noexcept { return in_service_; }

    // When the next probe is due; meaningful while out of service.
    SteadyClock::time_point retry_at() const noexcept;
    void probe_succeeded();
    void probe_failed();

  private:
    void postpone();

    unsigned budget_;
    std::chrono::milliseconds retry_after_;
    std::array<std::atomic<unsigned>, 2> errors_{};  // in a row, by verb
    std::atomic<bool> in_service_{true};
    std::atomic<SteadyClock::rep> retry_at_{0};
};

}  // namespace refrain::cache
