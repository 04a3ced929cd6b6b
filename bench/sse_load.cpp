// sse_load PORT [--streams N] [--ramp-ms N] [--target PATH] [--timeout S]
// sse_load PORT --herd N [--rounds N] [--whole] [--target PATH] [--timeout S]
//
// First form: N streams of different questions at once, started evenly over the ramp; prints how
// late events came. Second form: N connections send the same new question at the same moment;
// prints how far behind its leader the last caller was. One line of JSON on standard output, times
// in milliseconds.
#include "sockets.hpp"
#include "sse_client.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

using bench::SseClient;

struct Options {
    std::uint16_t port = 0;
    int streams = 1000;
    int ramp_ms = 1000;
    int herd = 0;
    int rounds = 1;
    bool whole = false;
    double timeout = 60;
    std::string target = "/v1/chat/completions";
};

double ms(std::int64_t ns) {
    return static_cast<double>(ns) / 1e6;
}

double percentile(std::vector<std::int64_t>& values, double share) {
    if (values.empty()) return 0;
    const auto at = values.begin() +
                    static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return ms(*at);
}

// A question no one has asked before: `what` and the time of this run are in it.
std::string make_request(const Options& options, int what) {
    static const std::int64_t run = bench::now_ns();
    std::string body = R"({"model":"gpt-4o-mini","messages":[{"role":"user","content":"Question )" +
                       std::to_string(run) + "-" + std::to_string(what) + R"("}])";
    body += options.whole ? "}" : R"(,"stream":true})";
    return "POST " + options.target +
           " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
           "Authorization: Bearer sk-bench\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

class Load {
  public:
    explicit Load(const Options& options)
        : options_(options),
          epoll_(bench::make_epoll()),
          deadline_(bench::now_ns() + static_cast<std::int64_t>(options.timeout * 1e9)) {}

    ~Load() { close(epoll_); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    void connect(const std::string& request) {
        clients_.push_back(std::make_unique<SseClient>(options_.port, request));
        bench::watch(epoll_, EPOLL_CTL_ADD, clients_.back()->fd(), EPOLLOUT, clients_.back().get());
        ++open_;
    }

    // Waits up to `timeout_ms` for the sockets and serves them once.
    void poll(int timeout_ms, bool send_when_connected) {
        std::array<epoll_event, 256> events{};
        const int count =
            epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
        for (int i = 0; i < count; ++i) {
            auto* client = static_cast<SseClient*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (!client->connected()) {
                client->finish_connecting();
                ++connected_;
                bench::watch(epoll_, EPOLL_CTL_MOD, client->fd(), EPOLLIN, client);
                if (send_when_connected && !client->broken()) client->send_request();
            } else {
                client->read(delays_);
            }
            if (client->finished() || client->broken()) {
                epoll_ctl(epoll_, EPOLL_CTL_DEL, client->fd(), nullptr);
                --open_;
            }
        }
    }

    bool late() const { return bench::now_ns() > deadline_; }
    int open() const { return open_; }
    int connected() const { return connected_; }
    std::vector<std::unique_ptr<SseClient>>& clients() { return clients_; }
    std::vector<std::int64_t>& delays() { return delays_; }

    int completed() const {
        return static_cast<int>(
            std::count_if(clients_.begin(), clients_.end(), [](const auto& client) {
                return client->finished() && !client->broken();
            }));
    }

  private:
    const Options& options_;
    int epoll_;
    std::int64_t deadline_;
    int open_ = 0;
    int connected_ = 0;
    std::vector<std::unique_ptr<SseClient>> clients_;
    std::vector<std::int64_t> delays_;
};

int run_streams(const Options& options) {
    Load load(options);
    const std::int64_t start = bench::now_ns();
    int started = 0;
    while ((started < options.streams || load.open() > 0) && !load.late()) {
        const double progress =
            options.ramp_ms == 0 ? 1 : ms(bench::now_ns() - start) / options.ramp_ms;
        const int due = std::min(options.streams, 1 + static_cast<int>(progress * options.streams));
        for (; started < due; ++started)
            load.connect(make_request(options, started));
        load.poll(started < options.streams ? 1 : 200, true);
    }
    std::vector<std::int64_t> first;
    for (const auto& client : load.clients()) {
        if (client->first_ns() != 0) first.push_back(client->first_ns() - client->sent_ns());
    }
    const int completed = load.completed();
    const std::size_t events = load.delays().size();
    std::printf(
        "{\"streams\": %d, \"completed\": %d, \"events\": %zu, \"seconds\": %.3f, "
        "\"delay_p50\": %.3f, \"delay_p99\": %.3f, \"delay_max\": %.3f, "
        "\"first_p50\": %.3f, \"first_p99\": %.3f}\n",
        options.streams,
        completed,
        events,
        ms(bench::now_ns() - start) / 1000,
        percentile(load.delays(), 0.5),
        percentile(load.delays(), 0.99),
        percentile(load.delays(), 1),
        percentile(first, 0.5),
        percentile(first, 0.99));
    return completed == options.streams ? 0 : 1;
}

struct Round {
    bool complete = false;
    std::int64_t first_behind = 0;  // the last first byte after the leader's
    std::int64_t done_behind = 0;   // the last end after the leader's
    std::int64_t total = 0;         // from the first request to the last end
};

Round run_round(const Options& options, int number) {
    Load load(options);
    for (int i = 0; i < options.herd; ++i)
        load.connect(make_request(options, number));
    while (load.connected() < options.herd && !load.late())
        load.poll(200, false);
    for (auto& client : load.clients())
        client->send_request();
    while (load.open() > 0 && !load.late())
        load.poll(200, false);

    Round round;
    round.complete = load.completed() == options.herd;
    if (!round.complete) return round;
    // The leader is the caller who is told of a miss; where none is told, whoever was served first.
    auto& clients = load.clients();
    const auto earlier = [](const auto& a, const auto& b) { return a->done_ns() < b->done_ns(); };
    auto leader =
        std::find_if(clients.begin(), clients.end(), [](auto& c) { return c->was_miss(); });
    if (leader == clients.end()) leader = std::min_element(clients.begin(), clients.end(), earlier);
    for (const auto& client : clients) {
        round.first_behind =
            std::max(round.first_behind, client->first_ns() - (*leader)->first_ns());
        round.done_behind = std::max(round.done_behind, client->done_ns() - (*leader)->done_ns());
        round.total = std::max(round.total, client->done_ns() - clients.front()->sent_ns());
    }
    return round;
}

int run_herds(const Options& options) {
    std::vector<std::int64_t> first, done, total;
    int complete = 0;
    for (int i = 0; i < options.rounds; ++i) {
        const Round round = run_round(options, i);
        if (!round.complete) continue;
        ++complete;
        first.push_back(round.first_behind);
        done.push_back(round.done_behind);
        total.push_back(round.total);
    }
    std::printf(
        "{\"herd\": %d, \"rounds\": %d, \"complete\": %d, "
        "\"first_behind_p50\": %.3f, \"first_behind_max\": %.3f, "
        "\"done_behind_p50\": %.3f, \"done_behind_max\": %.3f, \"total_p50\": %.3f}\n",
        options.herd,
        options.rounds,
        complete,
        percentile(first, 0.5),
        percentile(first, 1),
        percentile(done, 0.5),
        percentile(done, 1),
        percentile(total, 0.5));
    return complete == options.rounds ? 0 : 1;
}

Options parse(int argc, char** argv) {
    Options options;
    if (argc < 2) bench::die("usage: sse_load PORT [--streams N | --herd N] ...");
    options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    for (int i = 2; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--whole") {
            options.whole = true;
            continue;
        }
        if (++i == argc) bench::die(name + " needs a value");
        const char* value = argv[i];
        if (name == "--streams") {
            options.streams = std::atoi(value);
        } else if (name == "--ramp-ms") {
            options.ramp_ms = std::atoi(value);
        } else if (name == "--herd") {
            options.herd = std::atoi(value);
        } else if (name == "--rounds") {
            options.rounds = std::atoi(value);
        } else if (name == "--timeout") {
            options.timeout = std::atof(value);
        } else if (name == "--target") {
            options.target = value;
        } else {
            bench::die("unknown option " + name);
        }
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    bench::raise_file_limit();
    const Options options = parse(argc, argv);
    return options.herd > 0 ? run_herds(options) : run_streams(options);
}
