#include "samples/demo_provider/delivery.hpp"

#include "samples/demo_provider/connection.hpp"
#include "samples/demo_provider/gzip.hpp"

#include <memory>
#include <utility>

namespace refrain::demo {
namespace {

constexpr std::size_t kSlowPieceBytes = 64;
constexpr std::chrono::milliseconds kSlowPause{25};
constexpr auto kAges = std::chrono::hours(24);

enum class End { whole, drop, reset, stall };

// What to send once the head is out.
struct Plan {
    std::vector<Event> pieces;
    std::size_t announced_bytes = 0;
    std::chrono::nanoseconds pause{0};  // before each paced piece
    End end = End::whole;
};

std::size_t total_bytes(const std::vector<Event>& pieces) {
    std::size_t total = 0;
    for (const Event& piece : pieces)
        total += piece.bytes.size();
    return total;
}

std::vector<Event> zipped(const std::vector<Event>& pieces) {
    Gzip gzip;
    std::vector<Event> result;
    for (const Event& piece : pieces)
        result.push_back({gzip.add(piece.bytes), piece.is_paced});
    result.push_back({gzip.finish(), false});
    return result;
}

std::vector<Event> first_half(std::vector<Event> pieces) {
    if (pieces.size() == 1) {
        pieces.front().bytes.resize(pieces.front().bytes.size() / 2);
    } else {
        pieces.resize(pieces.size() / 2);
    }
    return pieces;
}

std::vector<Event> crumbs(const std::vector<Event>& pieces) {
    std::vector<Event> result;
    for (const Event& piece : pieces) {
        for (std::size_t at = 0; at < piece.bytes.size(); at += kSlowPieceBytes) {
            result.push_back({piece.bytes.substr(at, kSlowPieceBytes), true});
        }
    }
    return result;
}

Plan plan_for(std::vector<Event> pieces, Fault fault, const Pace& pace) {
    Plan plan;
    if (pace.tokens_per_second > 0) {
        plan.pause =
            std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / pace.tokens_per_second));
    }
    if (fault == Fault::gzip) pieces = zipped(pieces);
    plan.announced_bytes = total_bytes(pieces);
    if (fault == Fault::slow) {
        pieces = crumbs(pieces);
        plan.pause = std::max<std::chrono::nanoseconds>(plan.pause, kSlowPause);
    }
    if (fault == Fault::reset || fault == Fault::truncated) pieces = first_half(std::move(pieces));
    if (fault == Fault::stall) pieces.clear();
    if (fault == Fault::reset) plan.end = End::reset;
    if (fault == Fault::truncated) plan.end = End::drop;
    if (fault == Fault::stall) plan.end = End::stall;
    plan.pieces = std::move(pieces);
    return plan;
}

// Whether the plan came to its good end; the library drops the connection otherwise.
bool carry_out(const Plan& plan, httplib::DataSink& sink) {
    Connection& connection = Connection::current();
    auto turn = std::chrono::steady_clock::now();
    for (const Event& piece : plan.pieces) {
        if (piece.is_paced && plan.pause.count() > 0) {
            turn += plan.pause;
            if (!connection.sleep_until(turn)) return false;
        }
        if (!piece.bytes.empty() && !sink.write(piece.bytes.data(), piece.bytes.size()))
            return false;
    }
    if (plan.end == End::stall) connection.sleep_until(turn + kAges);
    if (plan.end == End::reset) connection.reset_at_end();
    return plan.end == End::whole;
}

}  // namespace

Answer spoiled(Answer answer, Fault fault) {
    if (fault == Fault::rate_limited) {
        Answer limited = problem_answer({.status = 429,
                                         .message = "Rate limit reached for requests per minute. "
                                                    "Please try again in 1s.",
                                         .type = "requests",
                                         .param = "",
                                         .code = "rate_limit_exceeded"});
        limited.headers.emplace_back("Retry-After", "1");
        return limited;
    }
    if (fault == Fault::server_error) {
        return problem_answer({.status = 500,
                               .message = "The server had an error while processing your request.",
                               .type = "server_error",
                               .param = "",
                               .code = ""});
    }
    if (fault == Fault::garbage) {
        answer.events.clear();
        answer.body = "<html>\x01\xff this is neither JSON nor an event stream";
    }
    if (fault == Fault::gzip) answer.headers.emplace_back("Content-Encoding", "gzip");
    return answer;
}

void deliver(Answer answer, Fault fault, const Pace& pace, httplib::Response& response) {
    Connection& connection = Connection::current();
    if (pace.latency.count() > 0) {
        connection.sleep_until(std::chrono::steady_clock::now() + pace.latency);
    }
    answer = spoiled(std::move(answer), fault);
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers)
        response.set_header(name, value);

    const bool is_stream = answer.is_stream();
    std::vector<Event> pieces = std::move(answer.events);
    if (!is_stream) pieces.push_back({std::move(answer.body), false});
    const auto plan = std::make_shared<Plan>(plan_for(std::move(pieces), fault, pace));
    if (is_stream) {
        response.set_chunked_content_provider(
            answer.content_type, [plan](std::size_t /*offset*/, httplib::DataSink& sink) {
                const bool is_whole = carry_out(*plan, sink);
                if (is_whole) sink.done();
                return is_whole;
            });
    } else if (plan->announced_bytes > 0) {
        response.set_content_provider(
            plan->announced_bytes,
            answer.content_type,
            [plan](std::size_t /*offset*/, std::size_t /*length*/, httplib::DataSink& sink) {
                return carry_out(*plan, sink);
            });
    }
}

}  // namespace refrain::demo
