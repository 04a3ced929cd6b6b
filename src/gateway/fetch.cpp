#include "gateway/fetch.hpp"

#include "gateway/call.hpp"
#include "gateway/kept_sound.hpp"
#include "gateway/pricing.hpp"
#include "gateway/standing.hpp"
#include "net/signal.hpp"

#include <algorithm>

namespace refrain::gateway {

namespace {

using net::Task;

constexpr std::size_t kLargeAnswer = 128 * 1024;        // judged on a worker, as streams are
constexpr std::size_t kUnrecordedBacklog = 1ULL << 20;  // then the upstream waits for readers
constexpr std::size_t kReadInARow = 64 * 1024;          // then others have their turn
constexpr std::chrono::seconds kUncacheableMark{30};

// One more upstream call under way, for as long as this lives.
class Counted {
  public:
    explicit Counted(Services& services) : services_(services) { ++services_.fetches; }
    ~Counted() { --services_.fetches; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

  private:
    Services& services_;
};

cache::FlightHead flight_head(const Fetch& fetch, const http::ResponseHead& head) {
    cache::FlightHead out;
    out.status = head.status;
    out.content_type = head.fields.find("content-type").value_or("");
    out.form = fetch.asked->route.endpoint->recorded_form(*fetch.plan, out.content_type);
    if (head.body == http::ResponseHead::Body::length) out.total_bytes = head.content_length;
    if (head.body == http::ResponseHead::Body::none) out.total_bytes = 0;
    for (const auto& [name, value] : head.fields) {
        if (returns_to_leader(name) && !http::is_hop_by_hop(head.fields, name)) {
            out.headers.emplace_back(name, value);
        }
    }
    return out;
}

// What judging and keeping need, worked out off the loop for large answers.
struct Judged {
    providers::Verdict verdict;
    std::shared_ptr<cache::Entry> entry;
    providers::Usage usage;
    ledger::Bought bought;
};

// Gives an entry whose body is sound the name that links find it by.
void keep_sound(const providers::Endpoint& endpoint, cache::Entry& entry) {
    const std::string_view body = entry.body->view();
    const auto sound =
        endpoint.sound({entry.status, entry.content_type, body, entry.form, entry.envelope});
    if (!sound || (!sound->bytes.empty() && sound->bytes != body)) return;
    entry.sound = KeptSound{sound->content_type, sound->extension, sound->duration}.to_text();
    entry.names.push_back(audio_name(entry.body_digest));
}

Judged judge(const Fetch& fetch) {
    cache::BodyPtr body = fetch.flight->body();
    const providers::Endpoint& endpoint = *fetch.asked->route.endpoint;
    const cache::FlightHead& head = fetch.flight->head();
    const providers::Answer answer{head.status, head.content_type, body->view(), head.form};
    Judged judged;
    judged.verdict = endpoint.judge(*fetch.plan, answer);
    // An answer that is not kept was paid for all the same; an error was not.
    const bool paid = head.status >= 200 && head.status < 300;
    if (paid) judged.usage = endpoint.usage(*fetch.plan, answer);
    const auto bill = paid ? bill_for(*fetch.asked, *fetch.plan, judged.usage) : providers::Bill{};
    judged.bought = bought_by(bill);
    if (!judged.verdict.keep()) return judged;
    auto entry = std::make_shared<cache::Entry>();
    entry->key = fetch.key;
    entry->operation = providers::name(fetch.plan->operation);
    entry->provider = fetch.asked->route.upstream->provider;
    entry->model = fetch.plan->model;
    entry->voice = fetch.plan->voice;
    entry->tags = fetch.asked->controls.tags;
    for (const auto& name : endpoint.names(answer)) {
        entry->names.push_back(entry_name(*fetch.asked, name));
    }
    entry->status = head.status;
    entry->content_type = head.content_type;
    entry->form = head.form;
    for (const auto& field : head.headers) {
        if (returns_to_anyone(field.first)) entry->headers.push_back(field);
    }
    entry->usage = judged.usage.to_json();
    entry->price = bill.to_json();
    if (auto packed = endpoint.pack(answer)) {
        entry->form = std::move(packed->form);
        entry->envelope = std::move(packed->envelope);
        body = cache::make_body(std::move(packed->body));
    } else if (!head.total_bytes) {
        entry->pace = fetch.flight->pace();  // a stream has no length
    }
    entry->body_digest = sha256(body->view());
    entry->body = std::move(body);
    keep_sound(endpoint, *entry);
    judged.entry = std::move(entry);
    return judged;
}

std::chrono::milliseconds ttl_of(const Fetch& fetch) {
    auto ttl = fetch.asked->controls.ttl.value_or(fetch.asked->policy->ttl(fetch.plan->operation));
    if (fetch.plan->max_ttl) {
        ttl = std::min(ttl, std::chrono::milliseconds(*fetch.plan->max_ttl));
    }
    return ttl;
}

// One run of a fetch, in steps.
class Run {
  public:
    Run(Services& services, net::Loop& loop, Fetch& fetch)
        : services_(services),
          loop_(loop),
          fetch_(fetch),
          counted_(services),
          held_(services.under_way) {
        held_.add(fetch.body.size());
    }
    // The flight may outlive the loop.
    ~Run() {
        if (drained_) fetch_.flight->on_drained({});
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // Ask, record, judge, keep. The Error, if there is one, goes to everybody who follows.
    Task<Result<void>> all() {
        const auto asked = co_await send();
        if (!asked) co_return asked;
        const auto recorded = co_await record();
        arrived_ = wall_now();
        exchange_.reset();  // before its place: others need both, and what follows needs neither
        place_ = {};
        if (!recorded) co_return recorded;
        co_await conclude();
        co_return Result<void>{};
    }

  private:
    Task<Result<void>> send() {
        const auto fields = fetch_.asked->fields_for_upstream(true);
        upstream::Request request;
        request.method = fetch_.method;
        request.target = fetch_.asked->route.target;
        request.fields = fields;
        request.body = fetch_.plan->upstream_body ? *fetch_.plan->upstream_body : fetch_.body;
        const Upstream& upstream = *fetch_.asked->route.upstream;
        upstream::Client& client = *fetch_.client;
        started_ = SteadyClock::now();
        auto answering = co_await call_upstream(services_, loop_, upstream, client, request);
        if (!answering) co_return failure(answering.error());
        place_ = std::move(answering->place);
        exchange_ = std::move(answering->exchange);
        std::string().swap(fetch_.body);
        held_.set(0);
        fetch_.flight->begin(flight_head(fetch_, exchange_->head()));
        co_return Result<void>{};
    }

    // Passes pieces to the flight as they arrive, to the end.
    Task<Result<void>> record() {
        const std::size_t limit = fetch_.asked->policy->config.cache.max_entry_bytes;
        std::size_t total = 0;
        std::size_t in_a_row = 0;
        for (;;) {
            const auto here = exchange_->read_here();
            if (!here) {
                in_a_row = 0;
                co_await exchange_->wait_for_more();
                continue;
            }
            const auto& piece = *here;
            if (!piece) co_return failure(piece.error());
            if (piece->empty()) co_return Result<void>{};
            total += piece->size();
            in_a_row += piece->size();
            if (recording_on_) held_.add(piece->size());
            fetch_.flight->append(*piece);
            const bool too_large = total > limit;
            if (recording_on_ && (too_large || services_.under_way.is_tight())) {
                stop_recording();
                if (too_large) services_.flights.mark_uncacheable(fetch_.key, kUncacheableMark);
            }
            if (!recording_on_) co_await wait_for_readers();
            if (in_a_row >= kReadInARow) {
                in_a_row = 0;
                co_await net::yield();
            }
        }
    }

    // The answer outgrew what may be kept, or memory is short: from here on it is only passed
    // through.
    void stop_recording() {
        recording_on_ = false;
        land();
        held_.set(0);
        fetch_.flight->stop_recording();
        drained_ = std::make_shared<net::Signal>(loop_);
        fetch_.flight->on_drained(
            [signal = drained_, &loop = loop_] { loop.post([signal] { signal->notify(); }); });
    }

    Task<void> wait_for_readers() {
        while (fetch_.flight->backlog_bytes() > kUnrecordedBacklog) {
            co_await drained_->wait();
        }
    }

    Task<void> conclude() {
        if (fetch_.flight->head().status == 200 && !fetch_.asked->identity.withheld) {
            services_.accepted.add(fetch_.asked->route.upstream->name,
                                   fetch_.asked->identity.credential_id);
        }
        if (!recording_on_ || !fetch_.may_keep) {
            land();
            enter({});  // too long to be looked at, so there is no telling what it cost
            fetch_.flight->finish(nullptr);
            co_return;
        }
        Judged judged;
        // Judging a stream takes longer than all of its events took, and others wait for theirs.
        // An error is none: it is not to be joined while it waits for its turn.
        const bool streamed = !fetch_.flight->head().total_bytes;
        const bool paid = fetch_.flight->head().status / 100 == 2;
        if (paid && (streamed || fetch_.flight->body_bytes() > kLargeAnswer)) {
            auto job = [this]() { return judge(fetch_); };
            judged = co_await services_.judges.run(job);
        } else {
            judged = judge(fetch_);
        }
        const auto kept = keep(judged);
        enter(judged.bought);
        land();
        fetch_.flight->finish(kept);
    }

    cache::EntryPtr keep(const Judged& judged) {
        const bool good = fetch_.flight->head().status == 200;
        const auto ttl = ttl_of(fetch_);
        if (!judged.entry || ttl.count() <= 0) {
            // An error may be gone with the next call; an answer that is never kept will not be.
            if (good) services_.flights.mark_uncacheable(fetch_.key, kUncacheableMark);
            return nullptr;
        }
        share_body(*judged.entry);
        judged.entry->created = arrived_;
        judged.entry->expires = judged.entry->created.plus(ttl);
        judged.entry->latency =
            std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - started_);
        std::optional<Money> cost;
        if (judged.bought.is_priced) cost = judged.bought.cost;
        ledger::Names& names = services_.ledger.names();
        attach_standing(*judged.entry,
                        ledger::credit_for(names, *judged.entry, judged.usage, cost));
        cache::EntryPtr entry = judged.entry;
        if (!services_.cache.keep(entry, fetch_.plan->canonical)) return nullptr;
        if (services_.forgotten.has_any(entry->names, started_)) {
            services_.cache.remove(fetch_.key);
            return nullptr;
        }
        services_.flights.clear_mark(fetch_.key);
        return entry;
    }

    // Equal sound is held once, whoever bought it.
    void share_body(cache::Entry& entry) {
        if (entry.sound.empty()) return;
        const auto twin = services_.cache.find_named_in_memory(audio_name(entry.body_digest));
        if (twin) entry.body = twin->body;
    }

    void enter(ledger::Bought bought) {
        const int status = fetch_.flight->head().status;
        const std::string& provider = fetch_.asked->route.upstream->provider;
        if (status >= 400) {
            services_.ledger.upstream_failed(provider, "status_" + std::to_string(status));
        }
        if (status < 200 || status >= 300) return;
        bought.cell = {services_.ledger.names().subject(subject_of(*fetch_.asked, *fetch_.plan)),
                       fetch_.asked->party};
        bought.took =
            std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - started_);
        fetch_.till->buy(bought);
    }

    void land() {
        if (fetch_.in_table) services_.flights.land(fetch_.key, fetch_.flight);
        fetch_.in_table = false;
    }

    Services& services_;
    net::Loop& loop_;
    Fetch& fetch_;
    Counted counted_;
    HeldBytes held_;  // the request until it is answered, the answer while it is recorded
    Turnstile::Place place_;
    std::unique_ptr<upstream::Exchange> exchange_;
    std::shared_ptr<net::Signal> drained_;
    SteadyClock::time_point started_{};
    WallTime arrived_{};  // the last of the answer
    bool recording_on_ = true;
};

}  // namespace

Task<void> run_fetch(Services& services, net::Loop& loop, std::shared_ptr<Fetch> fetch) {
    Result<void> ended;
    try {
        Run run(services, loop, *fetch);
        ended = co_await run.all();
    } catch (const std::exception& error) {
        ended = failure(ErrorCode::broken, Origin::gateway, error.what());
    }
    if (!ended) {
        if (fetch->in_table) services.flights.land(fetch->key, fetch->flight);
        fetch->flight->fail(ended.error());
        services.ledger.upstream_failed(fetch->asked->route.upstream->provider,
                                        name(ended.error().code));
    }
}

}  // namespace refrain::gateway
