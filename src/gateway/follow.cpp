#include "gateway/follow.hpp"

#include "gateway/deliver.hpp"
#include "gateway/error_response.hpp"
#include "gateway/fallback.hpp"
#include "gateway/forwarding.hpp"
#include "gateway/reply.hpp"
#include "http/writer.hpp"
#include "net/signal.hpp"

namespace refrain::gateway {

namespace {

using cache::Flight;
using net::Task;

// A whole answer of this size is worth waiting for, so that its head can say how it ended.
constexpr std::uint64_t kWorthWaiting = 64 * 1024;
// The rest stays with the flight, which need not hold it twice once the answer is kept.
constexpr std::size_t kTakenAtOnce = 256 * 1024;
// Up to here a piece that the socket does not take is copied, for that costs no coroutine.
constexpr std::size_t kShortPiece = 16 * 1024;

constexpr std::string_view kNothing;  // to write but what waits

// One caller's way through a flight.
class Follower {
  public:
    Follower(Services& services, server::Exchange& exchange, Following& following)
        : services_(services),
          exchange_(exchange),
          following_(following),
          news_(std::make_shared<net::Signal>(exchange.loop())) {}

    Task<std::optional<Outcome>> run() {
        net::Loop& loop = exchange_.loop();
        reader_ = Flight::follow(following_.flight, [signal = news_, &loop] {
            if (loop.executor().running_in_this_thread()) {
                signal->notify();
            } else {
                loop.post([signal] { signal->notify(); });
            }
        });
        if (!reader_) co_return std::nullopt;
        exchange_.watch_peer([this] {
            gone_ = true;
            news_->notify();
        });
        co_await wait_for_head();
        if (gone_) co_return outcome();
        if (falls_back(following_)) co_return std::nullopt;
        if (phase_ == Flight::Phase::failed) {
            co_await answer_failure();
            co_return Outcome::failed;
        }
        if (!following_.leads && is_of_no_use(following_)) co_return std::nullopt;
        const auto sent = co_await pass_on();
        exchange_.unwatch();
        if (phase_ == Flight::Phase::failed) co_return Outcome::failed;
        (void)sent;  // a caller who left costs only himself
        co_return outcome();
    }

  private:
    Outcome outcome() const { return following_.leads ? Outcome::miss : Outcome::coalesced; }

    const cache::FlightHead& head() const { return following_.flight->head(); }

    // Takes what is new; false once there can be no more.
    bool take(std::size_t most_bytes = Flight::kEverything) {
        phase_ = reader_->take_into(pieces_, most_bytes);
        return phase_ == Flight::Phase::waiting || phase_ == Flight::Phase::streaming;
    }

    Task<void> wait_for_head() {
        while (!gone_) {
            take();
            if (phase_ != Flight::Phase::waiting) break;
            co_await news_->wait();
        }
        if (gone_ || phase_ != Flight::Phase::streaming || !worth_waiting()) co_return;
        if (falls_back(following_)) co_return;
        if (!following_.leads && is_of_no_use(following_)) co_return;
        co_await wait_for_end();
    }

    // A short whole answer, or one that must be converted as a whole.
    bool worth_waiting() const {
        if (sends_link()) return true;
        if (must_render() && !can_filter()) return true;
        return head().total_bytes && *head().total_bytes <= kWorthWaiting;
    }

    Task<void> wait_for_end() {
        while (!gone_) {
            const bool more = take();
            if (!more) break;
            if (sends_link()) pieces_.clear();  // the entry has them
            co_await news_->wait();
        }
    }

    bool sends_link() const { return following_.wants_link && head().status == 200; }

    // Errors of the upstream have one form; a good answer may be in another one than wanted. One
    // that cannot be had as wanted is passed on as it came to the caller who caused it.
    bool must_render() const {
        return head().status == 200 && head().form != following_.form &&
               endpoint().can_render(head().form, following_.form);
    }

    bool can_filter() const {
        return endpoint().live_filter(head().form, following_.form) != nullptr;
    }

    const providers::Endpoint& endpoint() const { return *following_.asked->route.endpoint; }

    Task<Result<void>> pass_on() {
        if (sends_link()) {
            auto sent = co_await pass_on_link();
            co_return sent;
        }
        if (must_render() && !can_filter()) {
            auto sent = co_await pass_on_rendered();
            co_return sent;
        }
        if (must_render()) filter_ = endpoint().live_filter(head().form, following_.form);
        if (phase_ == Flight::Phase::done && !filter_) {
            std::string whole;
            for (const auto& piece : pieces_)
                whole.append(*piece);
            std::string text;
            write_head(text, head().content_type);
            auto sent = co_await exchange_.reply(text, whole);
            co_return sent;
        }
        auto sent = co_await pass_on_live();
        co_return sent;
    }

    void begin_live() {
        std::string text;
        write_head(text, head().content_type);
        exchange_.begin(text, filter_ ? std::nullopt : head().total_bytes);
    }

    // Piece by piece, as they arrive.
    Task<Result<void>> pass_on_live() {
        begin_live();
        bool wrote = false;
        for (;;) {
            if (pieces_.empty() && phase_ == Flight::Phase::streaming) take(kTakenAtOnce);
            if (phase_ == Flight::Phase::failed) {
                exchange_.abort();
                co_return failure(following_.flight->error());
            }
            std::size_t passed = 0;
            for (const auto& piece : pieces_) {
                passed += piece->size();
                std::string_view bytes = filtered(*piece);
                if (bytes.empty()) continue;
                wrote = true;
                if (bytes.size() <= kShortPiece) {
                    const auto all = exchange_.write_at_once(bytes);
                    if (!all) co_return failure(all.error());
                    if (*all) continue;
                    bytes = kNothing;
                }
                const auto sent = co_await exchange_.write(bytes);
                if (!sent) co_return sent;
            }
            pieces_.clear();
            if (phase_ != Flight::Phase::streaming) break;
            if (gone_) co_return failure(ErrorCode::cancelled, Origin::client, "the client left");
            if (passed >= kTakenAtOnce) continue;  // there may be more, of which nobody will tell
            if (!wrote) {
                wrote = true;  // the head, for there may be nothing else for long
                const auto sent = co_await exchange_.write(kNothing);
                if (!sent) co_return sent;
            }
            co_await news_->wait();
        }
        if (filter_) {
            const std::string rest = filter_->finish();
            if (!rest.empty()) {
                const auto sent = co_await exchange_.write(rest);
                if (!sent) co_return sent;
            }
        }
        auto ended = co_await exchange_.end();
        co_return ended;
    }

    // What is to be written for a piece; valid until the next call.
    std::string_view filtered(std::string_view piece) {
        if (!filter_ || filter_->passes(piece)) return piece;
        filtered_ = filter_->feed(piece);
        return filtered_;
    }

    Task<Result<void>> pass_on_link() {
        const StatusLines lines = status_lines();
        const auto kept = following_.flight->kept();
        if (kept && !kept->sound.empty()) {
            auto sent = co_await reply_link(exchange_, following_.asked, kept, lines);
            co_return sent;
        }
        const auto answer = error_answer(
            following_.asked->route.dialect,
            502,
            "refrain_no_link",
            "there is no link, for the provider's answer was not kept: it holds no sound that can "
            "be recognised, or is longer than cache.max_entry, or was not to be kept");
        auto sent = co_await reply_error(exchange_, answer, &lines);
        co_return sent;
    }

    // The whole answer, in the other form.
    Task<Result<void>> pass_on_rendered() {
        std::string whole;
        for (const auto& piece : pieces_)
            whole.append(*piece);
        const providers::Answer recorded{head().status, head().content_type, whole, head().form};
        Result<providers::Rendered> rendered = endpoint().render(recorded, following_.form);
        if (!rendered) {
            // What came is no answer of the form it claims. Nothing else is known to be true.
            const Error error{ErrorCode::broken,
                              Origin::upstream,
                              "the upstream's answer cannot be read: " + rendered.error().message};
            const auto answer = error_answer(following_.asked->route.dialect, error);
            auto sent = co_await reply_error(exchange_, answer, nullptr);
            co_return sent;
        }
        std::string text;
        write_head(text, rendered->content_type);
        auto sent = co_await exchange_.reply(text, rendered->body);
        co_return sent;
    }

    // The upstream could not be asked, or broke off before its head came.
    Task<void> answer_failure() {
        const auto answer =
            error_answer(following_.asked->route.dialect, following_.flight->error());
        StatusLines lines = status_lines();
        lines.fwd_status.reset();
        const auto sent = co_await reply_error(exchange_, answer, &lines);
        (void)sent;
    }

    void write_head(std::string& text, std::string_view content_type) {
        if (following_.leads) {
            // This caller's own answer: the upstream's own fields, request id included.
            http::HeadWriter writer(text);
            writer.status(head().status);
            if (!content_type.empty()) writer.field("Content-Type", content_type);
        } else {
            begin_head(text, head().status, content_type);
        }
        http::HeadWriter writer(text);
        for (const auto& [name, value] : head().headers) {
            if (following_.leads || returns_to_anyone(name)) writer.field(name, value);
        }
        append_status_lines(text, status_lines());
    }

    StatusLines status_lines() const {
        StatusLines lines;
        lines.outcome = outcome();
        lines.by_request = following_.by_request;
        lines.key = key_;
        lines.detail = following_.detail;
        if (phase_ == Flight::Phase::failed) return lines;
        lines.fwd_status = head().status;
        const auto kept = phase_ == Flight::Phase::done ? following_.flight->kept() : nullptr;
        if (!kept) return lines;
        lines.stored = following_.leads;
        const Standing& standing = standing_of(services_.ledger.names(), *kept);
        lines.money = following_.leads ? standing.paid_fields : standing.saved_fields;
        if (!kept->expires.is_forever()) {
            lines.ttl_seconds = kept->expires.seconds_since(kept->created);
        }
        return lines;
    }

    Services& services_;
    server::Exchange& exchange_;
    Following& following_;
    const std::string key_ = following_.key.hex();
    std::shared_ptr<net::Signal> news_;
    std::unique_ptr<Flight::Reader> reader_;
    std::vector<Flight::Piece> pieces_;
    std::unique_ptr<providers::LiveFilter> filter_;
    std::string filtered_;
    Flight::Phase phase_ = Flight::Phase::waiting;
    bool gone_ = false;
};

}  // namespace

bool is_of_no_use(const Following& following) {
    const auto phase = following.flight->phase();
    if (phase != Flight::Phase::streaming && phase != Flight::Phase::done) return false;
    const auto& head = following.flight->head();
    return head.status == 200 && !following.wants_link && head.form != following.form &&
           !following.asked->route.endpoint->can_render(head.form, following.form);
}

bool falls_back(const Following& following) {
    if (!following.may_fall_back) return false;
    switch (following.flight->phase()) {
        case Flight::Phase::waiting: return false;
        case Flight::Phase::failed: return is_failed_call(following.flight->error());
        case Flight::Phase::streaming:
        case Flight::Phase::done: return is_failed_call(following.flight->head().status);
    }
    return false;
}

Task<std::optional<Outcome>> follow(Services& services,
                                    server::Exchange& exchange,
                                    Following following) {
    Follower follower(services, exchange, following);
    auto outcome = co_await follower.run();
    exchange.unwatch();
    co_return outcome;
}

}  // namespace refrain::gateway
