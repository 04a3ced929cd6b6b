// What an answer cost that is only passed on: reads along while it passes, and enters it in the
// books once it has ended well. Holds a bounded part of it, and of a stream its last events, where
// usage stands. One per call, on its loop.
#pragma once

#include "base/byte_budget.hpp"
#include "base/clock.hpp"
#include "gateway/asked.hpp"
#include "gateway/services.hpp"
#include "http/head.hpp"
#include "ledger/till.hpp"
#include "net/loop.hpp"
#include "providers/endpoint.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace refrain::gateway {

class Meter {
  public:
    // A whole answer over this is not read: it is listed as unpriced.
    static constexpr std::size_t kMostBytes = 1 << 20;

    // `plan` may be null, for what is no call that is known here: then nothing is counted. It must
    // outlive this.
    Meter(Services& services, AskedPtr asked, const providers::Plan* plan, ledger::Till& till);

    void begin(const http::ResponseHead& head);
    void feed(std::string_view piece);
    // The answer has ended well, and was passed on.
    net::Task<void> settle();

  private:
    bool make_room(std::size_t bytes);
    void give_up();
    ledger::Bought price() const;

    Services& services_;
    AskedPtr asked_;
    const providers::Plan* plan_;
    ledger::Till& till_;
    SteadyClock::time_point started_;
    std::string content_type_;
    std::string form_;
    int status_ = 0;
    bool is_paid_ = false;  // a good answer to a call that is known
    bool is_read_ = false;  // and all that matters of it is in body_
    bool is_stream_ = false;
    std::string body_;
    HeldBytes held_;
};

}  // namespace refrain::gateway
