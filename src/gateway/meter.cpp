#include "gateway/meter.hpp"

#include "gateway/pricing.hpp"

#include <algorithm>

namespace refrain::gateway {

namespace {

constexpr std::size_t kLargeAnswer = 128 * 1024;  // read on a worker

// Where the first event begins that does not lie before `at`; npos if there is none.
std::size_t event_after(std::string_view stream, std::size_t at) {
    constexpr std::string_view kEnds[] = {"\n\n", "\r\n\r\n"};
    std::size_t first = std::string_view::npos;
    for (const auto end : kEnds) {
        const auto found = stream.find(end, at);
        if (found != std::string_view::npos) first = std::min(first, found + end.size());
    }
    return first;
}

}  // namespace

Meter::Meter(Services& services, AskedPtr asked, const providers::Plan* plan, ledger::Till& till)
    : services_(services),
      asked_(std::move(asked)),
      plan_(plan),
      till_(till),
      started_(SteadyClock::now()),
      held_(services.under_way) {}

void Meter::begin(const http::ResponseHead& head) {
    status_ = head.status;
    is_paid_ = plan_ != nullptr && status_ >= 200 && status_ < 300;
    if (!is_paid_) return;
    content_type_ = head.fields.find("content-type").value_or("");
    form_ = asked_->route.endpoint->recorded_form(*plan_, content_type_);
    is_stream_ = content_type_.starts_with("text/event-stream");
    // A coding that is still on it is one that nobody here can undo.
    is_read_ = head.fields.count("content-encoding") == 0;
}

void Meter::feed(std::string_view piece) {
    if (!is_read_) return;
    if (services_.under_way.is_tight() || !make_room(piece.size())) {
        give_up();
        return;
    }
    body_.append(piece);
    held_.set(body_.size());
}

// Of a stream the older half may go, but no part of an event.
bool Meter::make_room(std::size_t bytes) {
    if (body_.size() + bytes <= kMostBytes) return true;
    if (!is_stream_) return false;
    const auto cut = event_after(body_, body_.size() / 2);
    if (cut == std::string::npos) return false;
    body_.erase(0, cut);
    return body_.size() + bytes <= kMostBytes;
}

void Meter::give_up() {
    is_read_ = false;
    body_ = {};
    held_.set(0);
}

ledger::Bought Meter::price() const {
    providers::Usage usage;
    if (is_read_) {
        const providers::Answer answer{status_, content_type_, body_, form_};
        usage = asked_->route.endpoint->usage(*plan_, answer);
    }
    auto bought = bought_by(bill_for(*asked_, *plan_, usage));
    // What the tools cost that the provider ran is not told.
    if (plan_->bypass == "web-search" || plan_->bypass == "server-tool") {
        bought.is_estimated = true;
    }
    return bought;
}

net::Task<void> Meter::settle() {
    if (!is_paid_) co_return;
    const auto took = SteadyClock::now() - started_;
    ledger::Bought bought;
    if (body_.size() > kLargeAnswer) {
        auto job = [this] { return price(); };
        bought = co_await services_.workers.run(job);
    } else {
        bought = price();
    }
    bought.cell = {services_.ledger.names().subject(subject_of(*asked_, *plan_)), asked_->party};
    bought.took = std::chrono::duration_cast<std::chrono::microseconds>(took);
    till_.buy(bought);
}

}  // namespace refrain::gateway
