// mock_upstream PORT [--threads N] [--delay-ms N] [--rate N] [--seconds N] [--audio-kb N]
//               [--tls CERT.pem KEY.pem]
//
// The provider of the benchmark: answers every POST with a chat completion of 2 KB, at once or
// after a delay, or with a stream of timed events if the body says "stream": true; with --audio-kb
// each with a WAV file of that size. GET /_mock/calls
// counts the POSTs that came. One epoll loop per thread, each with its own SO_REUSEPORT socket.
#include "mock_answers.hpp"
#include "mock_connection.hpp"
#include "sockets.hpp"

#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

using bench::Connection;
using bench::Manner;

struct Options {
    std::uint16_t port = 0;
    int threads = 1;
    Manner manner;
    std::string speech;  // the one answer there is, if not empty
    SSL_CTX* tls = nullptr;
};

std::atomic<std::uint64_t> g_calls{0};

class Loop {
  public:
    explicit Loop(const Options& options)
        : options_(options),
          epoll_(bench::make_epoll()),
          listener_(bench::listen_on(options.port)),
          timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
        if (timer_ < 0) bench::die("timerfd_create");
        bench::watch(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN, &listener_);
        bench::watch(epoll_, EPOLL_CTL_ADD, timer_, EPOLLIN, &timer_);
    }

    void run() {
        std::array<epoll_event, 256> events{};
        for (;;) {
            const int count =
                epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < count; ++i)
                handle(events[static_cast<std::size_t>(i)]);
            run_due();
        }
    }

  private:
    struct Due {
        std::int64_t when;
        int fd;
        bool operator>(const Due& other) const { return when > other.when; }
    };

    void handle(const epoll_event& event) {
        if (event.data.ptr == &listener_) {
            accept_all();
        } else if (event.data.ptr == &timer_) {
            std::uint64_t expirations = 0;
            (void)!::read(timer_, &expirations, sizeof expirations);
            armed_for_ = 0;
        } else {
            auto* connection = static_cast<Connection*>(event.data.ptr);
            const bool readable = (event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0;
            if ((readable && !connection->read()) || !advance(*connection)) drop(*connection);
        }
    }

    void accept_all() {
        for (int fd = bench::accept_from(listener_); fd >= 0; fd = bench::accept_from(listener_)) {
            auto connection = std::make_unique<Connection>(fd, options_.tls);
            bench::watch(epoll_, EPOLL_CTL_ADD, fd, EPOLLIN, connection.get());
            connections_[fd] = std::move(connection);
        }
    }

    void drop(Connection& connection) { connections_.erase(connection.fd()); }

    // Answers what has been asked, as far as it is due; false once the connection is broken.
    bool advance(Connection& connection) {
        if (!connection.flush()) return false;
        while (!connection.answering) {
            auto request = connection.next_request();
            if (!request) break;
            if (!start(connection, *request)) return false;
        }
        if (connection.awaits_writable != connection.has_unsent()) {
            connection.awaits_writable = connection.has_unsent();
            const std::uint32_t wanted = connection.awaits_writable ? EPOLLIN | EPOLLOUT : EPOLLIN;
            bench::watch(epoll_, EPOLL_CTL_MOD, connection.fd(), wanted, &connection);
        }
        return true;
    }

    bool start(Connection& connection, const bench::Request& request) {
        if (request.target == "/_mock/calls") {
            return connection.send(bench::text_answer(std::to_string(g_calls.load())));
        }
        ++g_calls;
        if (!options_.speech.empty()) return connection.send(options_.speech);
        connection.manner = bench::manner_of(options_.manner, request.target, request.body);
        if (connection.manner.delay_ms == 0 && !connection.manner.stream) {
            return connection.send(bench::whole_answer());
        }
        connection.answering = true;
        connection.events_sent = 0;
        schedule(connection,
                 bench::now_ns() + std::int64_t{connection.manner.delay_ms} * 1'000'000);
        return true;
    }

    void schedule(Connection& connection, std::int64_t when) {
        connection.next_due_ns = when;
        due_.push({when, connection.fd()});
    }

    void run_due() {
        while (!due_.empty() && due_.top().when <= bench::now_ns()) {
            const Due due = due_.top();
            due_.pop();
            const auto found = connections_.find(due.fd);
            // Descriptors are used again: only the connection that asked for this moment counts.
            if (found == connections_.end() || found->second->next_due_ns != due.when) continue;
            if (!step(*found->second) || !advance(*found->second)) drop(*found->second);
        }
        if (!due_.empty() && due_.top().when != armed_for_) arm(due_.top().when);
    }

    void arm(std::int64_t when) {
        itimerspec at{};
        at.it_value.tv_sec = when / 1'000'000'000;
        at.it_value.tv_nsec = when % 1'000'000'000;
        timerfd_settime(timer_, TFD_TIMER_ABSTIME, &at, nullptr);
        armed_for_ = when;
    }

    // One step of an answer that takes time: the delayed whole, or the next event.
    bool step(Connection& connection) {
        if (!connection.manner.stream) {
            connection.answering = false;
            return connection.send(bench::whole_answer());
        }
        if (connection.events_sent == 0 && !connection.send(bench::stream_head())) return false;
        if (!connection.send(bench::stream_event(bench::now_ns()))) return false;
        if (++connection.events_sent >= connection.manner.events()) {
            connection.answering = false;
            return connection.send(bench::stream_end(connection.manner.usage));
        }
        schedule(connection, connection.next_due_ns + 1'000'000'000 / connection.manner.rate);
        return true;
    }

    const Options& options_;
    int epoll_;
    int listener_;
    int timer_;
    std::int64_t armed_for_ = 0;
    std::unordered_map<int, std::unique_ptr<Connection>> connections_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

SSL_CTX* make_tls(const char* certificate, const char* key) {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
        bench::die("the certificate or its key cannot be used");
    }
    SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                         SSL_MODE_RELEASE_BUFFERS);
    return context;
}

Options parse(int argc, char** argv) {
    Options options;
    if (argc < 2) bench::die("usage: mock_upstream PORT [--threads N] [--tls CERT KEY] ...");
    options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    for (int i = 2; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        if (name == "--threads") {
            options.threads = std::atoi(argv[i + 1]);
        } else if (name == "--delay-ms") {
            options.manner.delay_ms = std::atoi(argv[i + 1]);
        } else if (name == "--audio-kb") {
            options.speech = bench::speech_answer(std::atoi(argv[i + 1]));
        } else if (name == "--rate") {
            options.manner.rate = std::atoi(argv[i + 1]);
        } else if (name == "--seconds") {
            options.manner.seconds = std::atof(argv[i + 1]);
        } else if (name == "--tls" && i + 2 < argc) {
            options.tls = make_tls(argv[i + 1], argv[i + 2]);
            ++i;
        } else {
            bench::die("unknown option " + name);
        }
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    bench::raise_file_limit();
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    const Options options = parse(argc, argv);
    std::vector<std::jthread> others;
    for (int i = 1; i < options.threads; ++i)
        others.emplace_back([&options] { Loop(options).run(); });
    Loop(options).run();
}
