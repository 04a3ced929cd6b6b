// paced_load PORT [--rate N] [--seconds N] [--connections N] [--size BYTES]
//
// An open loop: new questions at a steady rate over connections that stand from the start, whether
// or not earlier ones were answered. A latency counts from the moment its request was due, so a
// server that stalls pays for every request it held up. The first second warms up and is left out.
// Ends with one line of JSON, times in milliseconds.
#include "sockets.hpp"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Options {
    std::uint16_t port = 0;
    int rate = 2000;
    int seconds = 5;
    int connections = 64;
    std::size_t size = 954;  // of a request, its head included
};

// One keep-alive connection with at most one request under way.
class Client {
  public:
    explicit Client(std::uint16_t port) : fd_(bench::connect_to(port)) {}
    ~Client() { close(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    int fd() const { return fd_; }

    void ask(std::string_view request) {
        answer_.clear();
        total_ = 0;
        const ssize_t sent = send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(request.size())) bench::die("a request was not taken");
    }

    // Reads what there is; true once the answer is whole.
    bool read() {
        std::array<char, 16384> buffer;  // NOLINT: filled before it is read
        const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EAGAIN) return false;
        if (got <= 0) bench::die("the server closed a connection");
        answer_.append(buffer.data(), static_cast<std::size_t>(got));
        if (total_ == 0) measure();
        return total_ != 0 && answer_.size() >= total_;
    }

    bool was_good() const { return answer_.compare(0, 12, "HTTP/1.1 200") == 0; }

    std::int64_t due_ns = 0;  // of the request under way

  private:
    void measure() {
        const auto end = answer_.find("\r\n\r\n");
        if (end == std::string::npos) return;
        for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
            const auto at = answer_.find(name);
            if (at >= end) continue;
            total_ = end + 4 + static_cast<std::size_t>(std::atoll(answer_.c_str() + at + 18));
            return;
        }
        bench::die("an answer does not say its length");
    }

    int fd_;
    std::string answer_;
    std::size_t total_ = 0;  // of head and body, 0 until it is known
};

// A question no one has asked before, of the same size each time.
class Questions {
  public:
    explicit Questions(std::size_t size) {
        const std::string head =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
            "application/json\r\nAccept: application/json\r\nUser-Agent: bench\r\n"
            "Authorization: Bearer sk-bench\r\nContent-Length: ";
        std::string body = R"({"model":"gpt-4o-mini","temperature":0.2,"messages":[{"role":"user",)"
                           R"("content":")" +
                           std::to_string(bench::now_ns()) + "-";
        const std::string end = R"("}]})";
        const std::size_t length = size - head.size() - 7;
        const std::size_t hole = head.size() + 7 + body.size();
        body += "0000000000";
        while (body.size() + end.size() < length)
            body += "All work and no play makes a long prompt. ";
        body.resize(length - end.size());
        text_ = head + std::to_string(length) + "\r\n\r\n";
        hole_ = hole;
        text_ += body + end;
        if (text_.size() != size) bench::die("a request cannot have that size");
    }

    const std::string& next() {
        std::array<char, 11> digits{};
        std::snprintf(digits.data(), digits.size(), "%010u", ++count_);
        text_.replace(hole_, 10, digits.data());
        return text_;
    }

  private:
    std::string text_;
    std::size_t hole_ = 0;
    unsigned count_ = 0;
};

class Load {
  public:
    explicit Load(const Options& options)
        : options_(options),
          questions_(options.size),
          epoll_(bench::make_epoll()),
          timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
        bench::watch(epoll_, EPOLL_CTL_ADD, timer_, EPOLLIN, nullptr);
        for (int i = 0; i < options.connections; ++i) {
            clients_.push_back(std::make_unique<Client>(options.port));
            Client* client = clients_.back().get();
            bench::watch(epoll_, EPOLL_CTL_ADD, client->fd(), EPOLLIN, client);
            idle_.push_back(client);
        }
    }

    void run() {
        const int count = options_.rate * (options_.seconds + 1);
        const std::int64_t interval = 1'000'000'000 / options_.rate;
        start_ = bench::now_ns() + 50'000'000;  // until every connection stands
        const std::int64_t give_up = start_ + interval * count + 20'000'000'000;
        latencies_.reserve(static_cast<std::size_t>(count));
        for (int due = 0; due < count || answered_ < count;) {
            for (; due < count && start_ + interval * due <= bench::now_ns(); ++due)
                waiting_.push_back(start_ + interval * due);
            ask();
            if (due < count) arm(start_ + interval * due);
            serve(due < count ? -1 : 100);
            if (bench::now_ns() > give_up) break;
        }
    }

    void report() {
        const auto share = [this](double part) {
            if (latencies_.empty()) return 0.0;
            const auto at =
                latencies_.begin() +
                static_cast<std::ptrdiff_t>(part * static_cast<double>(latencies_.size() - 1));
            std::nth_element(latencies_.begin(), at, latencies_.end());
            return static_cast<double>(*at) / 1e6;
        };
        const int asked = options_.rate * (options_.seconds + 1);
        std::printf(
            "{\"requests\": %d, \"failed\": %d, \"p50\": %.4f, \"p99\": %.4f, \"max\": %.4f}\n",
            asked,
            asked - good_,
            share(0.5),
            share(0.99),
            share(1));
    }

  private:
    void ask() {
        while (!waiting_.empty() && !idle_.empty()) {
            Client* client = idle_.back();  // the one used last: its caches are warm
            idle_.pop_back();
            client->due_ns = waiting_.front();
            waiting_.pop_front();
            client->ask(questions_.next());
        }
    }

    void arm(std::int64_t when) const {
        itimerspec at{};
        at.it_value.tv_sec = when / 1'000'000'000;
        at.it_value.tv_nsec = when % 1'000'000'000;
        timerfd_settime(timer_, TFD_TIMER_ABSTIME, &at, nullptr);
    }

    void serve(int timeout_ms) {
        std::array<epoll_event, 64> events{};
        const int count =
            epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
        for (int i = 0; i < count; ++i) {
            auto* client = static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (client == nullptr) {
                std::uint64_t expirations = 0;
                (void)!::read(timer_, &expirations, sizeof expirations);
            } else if (client->read()) {
                finish(*client);
            }
        }
    }

    void finish(Client& client) {
        ++answered_;
        good_ += client.was_good() ? 1 : 0;
        const bool warm = client.due_ns >= start_ + 1'000'000'000;
        if (warm) latencies_.push_back(bench::now_ns() - client.due_ns);
        idle_.push_back(&client);
    }

    const Options& options_;
    Questions questions_;
    int epoll_;
    int timer_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<Client*> idle_;
    std::deque<std::int64_t> waiting_;  // when each request was due that has no connection yet
    std::vector<std::int64_t> latencies_;
    std::int64_t start_ = 0;
    int answered_ = 0;
    int good_ = 0;
};

Options parse(int argc, char** argv) {
    Options options;
    if (argc < 2) bench::die("usage: paced_load PORT [--rate N] [--seconds N] ...");
    options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    for (int i = 2; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const int value = std::atoi(argv[i + 1]);
        if (name == "--rate") {
            options.rate = value;
        } else if (name == "--seconds") {
            options.seconds = value;
        } else if (name == "--connections") {
            options.connections = value;
        } else if (name == "--size") {
            options.size = static_cast<std::size_t>(value);
        } else {
            bench::die("unknown option " + name);
        }
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    bench::raise_file_limit();
    prctl(PR_SET_TIMERSLACK, 1);  // the usual 50 us would be measured, too
    const Options options = parse(argc, argv);
    Load load(options);
    load.run();
    load.report();
}
