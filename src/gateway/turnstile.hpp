// Places for calls to one upstream (max_inflight), over all loops: who finds none waits in line,
// for a bounded time. Thread-safe.
#pragma once

#include "net/loop.hpp"

#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace refrain::gateway {

class Turnstile {
  public:
    // A place held, given back when this goes; empty if it is none. The turnstile must outlive it.
    class Place {
      public:
        Place() = default;
        explicit Place(Turnstile& of) : of_(&of) {}
        ~Place() { give_back(); }
        Place(Place&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
        Place& operator=(Place&& other) noexcept {
            if (this != &other) give_back();
            of_ = std::exchange(other.of_, nullptr);
            return *this;
        }
        explicit operator bool() const noexcept { return of_ != nullptr; }

      private:
        void give_back() {
            if (of_ != nullptr) of_->leave();
        }
        Turnstile* of_ = nullptr;
    };

    // A place among `limit`, in the order of asking; empty if none came free within `patience`.
    // On the loop.
    net::Task<Place> enter(net::Loop& loop, unsigned limit, std::chrono::milliseconds patience);

    struct Stats {
        unsigned inside = 0;
        std::size_t waiting = 0;
    };
    Stats stats() const;

  private:
    struct Waiter;
    class InLine;
    void leave();
    void admit();  // REQUIRES: mutex_ held

    mutable std::mutex mutex_;
    unsigned limit_ = 0;  // as the last one to enter said: a reload may change it
    unsigned inside_ = 0;
    std::list<std::shared_ptr<Waiter>> line_;
};

// The turnstile of each upstream, by name. One per process; thread-safe.
class Turnstiles {
  public:
    Turnstile& of(std::string_view upstream);

  private:
    std::mutex mutex_;
    std::map<std::string, Turnstile, std::less<>> all_;
};

}  // namespace refrain::gateway
