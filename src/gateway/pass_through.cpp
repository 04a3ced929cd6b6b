#include "gateway/pass_through.hpp"

#include "gateway/call.hpp"
#include "gateway/error_response.hpp"
#include "gateway/fallback.hpp"
#include "gateway/fetch.hpp"
#include "gateway/forwarding.hpp"
#include "gateway/meter.hpp"
#include "gateway/reply.hpp"
#include "gateway/tunnel.hpp"
#include "http/writer.hpp"

namespace refrain::gateway {

namespace {

using net::Task;

class Passage {
  public:
    Passage(Services& services, server::Exchange& exchange, Passing& passing)
        : services_(services),
          exchange_(exchange),
          passing_(passing),
          fields_(passing.asked->fields_for_upstream(false)),
          meter_(services, passing.asked, passing.plan, *passing.till) {
        if (exchange.head().wants_upgrade) add_upgrade();
    }

    Task<Passed> run() {
        // A body that is still to be read tells by itself when the caller has left.
        if (passing_.body || exchange_.body_if_here()) watch();
        const auto asked = co_await send();
        if (!asked) {
            count_failure(asked.error());
            if (passing_.may_fall_back && is_failed_call(asked.error())) {
                co_return Passed{Outcome::failed, 0, true};
            }
            co_await answer_error(asked.error());
            co_return Passed{Outcome::failed, 0};
        }
        const int status = upstream_->head().status;
        if (status >= 400) count_failure("status_" + std::to_string(status));
        if (passing_.may_fall_back && is_failed_call(status)) {
            co_return Passed{Outcome::failed, status, true};
        }
        if (status == 101) {
            co_await run_tunnel();
            co_return Passed{Outcome::bypass, status};
        }
        if (status >= 200 && status < 300 && !passing_.forgets.empty()) co_await forget();
        watch();
        const auto passed = co_await pass_back();
        exchange_.unwatch();
        if (passed) co_await meter_.settle();
        co_return Passed{passed ? Outcome::bypass : Outcome::failed, status};
    }

  private:
    void add_upgrade() {
        for (const auto& [name, value] : exchange_.head().fields) {
            if (!http::equal_ignoring_case(name, "upgrade")) continue;
            upgrade_.append(upgrade_.empty() ? "" : ", ").append(value);
        }
        fields_.push_back({"Upgrade", upgrade_});
    }

    // Storage may be slow, so a worker does it.
    Task<void> forget() {
        services_.forgotten.add(passing_.forgets);
        auto job = [this] { return services_.cache.remove_named(passing_.forgets); };
        const bool removed = co_await services_.workers.run(job);
        (void)removed;
    }

    // Of the upstream: a caller who left is no fault of its.
    void count_failure(const Error& error) {
        const bool left = error.code == ErrorCode::cancelled || error.origin == Origin::client;
        if (!left) count_failure(std::string(name(error.code)));
    }
    void count_failure(const std::string& reason) {
        services_.ledger.upstream_failed(passing_.asked->route.upstream->provider, reason);
    }

    void watch() {
        exchange_.watch_peer([this] {
            if (upstream_) upstream_->cancel();
            cancellation_.cancel();
        });
    }

    Task<Result<void>> send() {
        upstream::Request request;
        request.method = exchange_.head().method;
        request.target = passing_.asked->route.target;
        request.fields = fields_;
        request.upgrade = exchange_.head().wants_upgrade;
        request.cancellation = &cancellation_;
        const Upstream& upstream = *passing_.asked->route.upstream;
        upstream::Client& client = *passing_.client;
        net::Loop& loop = exchange_.loop();
        const http::RequestHead& head = exchange_.head();
        std::optional<std::string_view> body = passing_.body;
        if (!body) body = exchange_.body_if_here();
        if (body) {
            request.body = *body;
            auto answering = co_await call_upstream(services_, loop, upstream, client, request);
            if (!answering) co_return failure(answering.error());
            place_ = std::move(answering->place);
            upstream_ = std::move(answering->exchange);
            co_return Result<void>{};
        }
        auto place = co_await take_place(services_, loop, upstream);
        if (!place) co_return failure(place.error());
        place_ = std::move(*place);
        auto opened = co_await client.open(upstream.address, request, head.content_length);
        if (!opened) co_return failure(opened.error());
        upstream_ = std::move(*opened);
        const auto sent = co_await send_body();
        if (!sent) co_return sent;
        watch();
        auto answered = co_await upstream_->read_head();
        co_return answered;
    }

    // The caller's body as it arrives. An upstream that stops listening has an answer to read.
    Task<Result<void>> send_body() {
        for (;;) {
            const auto piece = co_await exchange_.read_some();
            if (!piece) co_return failure(piece.error());
            if (piece->empty()) break;
            const auto written = co_await upstream_->write_body(*piece);
            if (!written) co_return Result<void>{};
        }
        const auto finished = co_await upstream_->finish_body();
        (void)finished;  // as above
        co_return Result<void>{};
    }

    Task<Result<void>> pass_back() {
        const http::ResponseHead& head = upstream_->head();
        std::string text;
        write_head(text);
        meter_.begin(head);
        using Body = http::ResponseHead::Body;
        std::optional<std::uint64_t> length;
        if (head.body == Body::length) length = head.content_length;
        if (head.body == Body::none) length = declared_length();
        exchange_.begin(text, length);
        for (;;) {
            const auto piece = co_await upstream_->read_some();
            if (!piece) {
                exchange_.abort();
                co_return failure(piece.error());
            }
            if (piece->empty()) break;
            meter_.feed(*piece);
            const auto written = co_await exchange_.write(*piece);
            if (!written) co_return written;
        }
        auto ended = co_await exchange_.end();
        co_return ended;
    }

    // To HEAD, the length the body would have had.
    std::optional<std::uint64_t> declared_length() const {
        if (exchange_.head().method != "HEAD") return 0;
        const auto text = upstream_->head().fields.find("content-length");
        if (!text) return std::nullopt;
        return std::strtoull(std::string(*text).c_str(), nullptr, 10);
    }

    void write_head(std::string& text) {
        const http::ResponseHead& head = upstream_->head();
        http::HeadWriter writer(text);
        writer.status(head.status);
        for (const auto& [name, value] : head.fields) {
            const bool type = http::equal_ignoring_case(name, "content-type");
            if (!type && !returns_to_leader(name)) continue;
            if (!http::is_hop_by_hop(head.fields, name)) writer.field(name, value);
        }
        StatusLines lines;
        lines.outcome = Outcome::bypass;
        lines.detail = passing_.detail;
        lines.fwd_status = head.status;
        append_status_lines(text, lines);
    }

    Task<void> run_tunnel() {
        const http::ResponseHead& head = upstream_->head();
        std::string text;
        http::HeadWriter writer(text);
        writer.status(101);
        for (const auto& [name, value] : head.fields)
            writer.field(name, value);
        const auto switched = co_await exchange_.switch_protocols(text);
        if (switched) co_await tunnel(exchange_, *upstream_);
    }

    Task<void> answer_error(const Error& error) {
        if (error.origin == Origin::client && error.code == ErrorCode::broken) co_return;  // left
        const auto answer = error_answer(passing_.asked->route.dialect, error);
        StatusLines lines;
        lines.outcome = Outcome::bypass;
        lines.detail = passing_.detail;
        const auto sent = co_await reply_error(exchange_, answer, &lines);
        (void)sent;
    }

    Services& services_;
    server::Exchange& exchange_;
    Passing& passing_;
    std::vector<http::Field> fields_;
    std::string upgrade_;
    Meter meter_;
    upstream::Cancellation cancellation_;
    Turnstile::Place place_;
    std::unique_ptr<upstream::Exchange> upstream_;
};

}  // namespace

Task<Passed> pass_through(Services& services, server::Exchange& exchange, Passing passing) {
    Passage passage(services, exchange, passing);
    auto passed = co_await passage.run();
    exchange.unwatch();
    co_return passed;
}

}  // namespace refrain::gateway
