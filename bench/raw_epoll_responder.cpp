// raw_epoll_responder PORT [THREADS] [--request BYTES] [--answer BYTES]: answers every so many
// bytes read with the same answer, unparsed. The floor under every server: two system calls a
// request (more where a request does not arrive in one piece) and nothing else.
#include "sockets.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Options {
    std::uint16_t port = 0;
    int threads = 1;
    std::size_t request = 0;    // head and body; 0: each read is a request
    std::size_t answer = 2048;  // the body
};

std::string make_answer(std::size_t size) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
}

void serve(const Options& options) {
    const std::string answer = make_answer(options.answer);
    const int listener = bench::listen_on(options.port);
    const int epoll = bench::make_epoll();
    bench::watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, nullptr);

    std::array<epoll_event, 256> events{};
    std::array<char, 65536> buffer{};
    std::vector<std::size_t> taken;  // by descriptor: bytes of the request that is arriving
    for (;;) {
        const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.u64 == 0) {
                for (int fd = bench::accept_from(listener); fd >= 0;
                     fd = bench::accept_from(listener)) {
                    const auto place = static_cast<std::uintptr_t>(fd);
                    if (taken.size() <= place) taken.resize(place + 1);
                    taken[place] = 0;
                    // The descriptor itself stands where others keep a pointer; 0 is the listener.
                    bench::watch(epoll, EPOLL_CTL_ADD, fd, EPOLLIN, reinterpret_cast<void*>(place));
                }
                continue;
            }
            const int fd = static_cast<int>(event.data.u64);
            const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
            std::size_t& so_far = taken[event.data.u64];
            if (got > 0) so_far += static_cast<std::size_t>(got);
            if (got > 0 && so_far < options.request) continue;
            so_far = 0;
            if (got <= 0 || send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) close(fd);
        }
    }
}

Options parse(int argc, char** argv) {
    Options options;
    if (argc < 2)
        bench::die("usage: raw_epoll_responder PORT [THREADS] [--request N] [--answer N]");
    options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    for (int i = 2; i < argc; ++i) {
        const std::string name = argv[i];
        if (!name.starts_with("--")) {
            options.threads = std::atoi(argv[i]);
            continue;
        }
        if (++i == argc) bench::die(name + " needs a value");
        const auto value = static_cast<std::size_t>(std::atoll(argv[i]));
        if (name == "--request") {
            options.request = value;
        } else if (name == "--answer") {
            options.answer = value;
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
    std::vector<std::jthread> others;
    for (int i = 1; i < options.threads; ++i)
        others.emplace_back(serve, options);
    serve(options);
}
