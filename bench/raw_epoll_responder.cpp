// raw_epoll_responder PORT [THREADS]: answers whatever one read brings with the same 2 KB,
// unparsed. The floor under every server: two system calls a request and nothing else. Right only
// for requests that arrive in one piece, as those of 1 KB do.
#include "sockets.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

std::string make_answer() {
    const std::string body(2048, 'x');
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2048\r\n\r\n" +
           body;
}

void serve(std::uint16_t port) {
    const std::string answer = make_answer();
    const int listener = bench::listen_on(port);
    const int epoll = bench::make_epoll();
    bench::watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, nullptr);

    std::array<epoll_event, 256> events{};
    std::array<char, 65536> buffer{};
    for (;;) {
        const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.u64 == 0) {
                for (int fd = bench::accept_from(listener); fd >= 0;
                     fd = bench::accept_from(listener)) {
                    // The descriptor itself stands where others keep a pointer; 0 is the listener.
                    bench::watch(epoll,
                                 EPOLL_CTL_ADD,
                                 fd,
                                 EPOLLIN,
                                 reinterpret_cast<void*>(static_cast<std::uintptr_t>(fd)));
                }
                continue;
            }
            const int fd = static_cast<int>(event.data.u64);
            const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
            if (got <= 0 || send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) close(fd);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) bench::die("usage: raw_epoll_responder PORT [THREADS]");
    bench::raise_file_limit();
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const int threads = argc > 2 ? std::atoi(argv[2]) : 1;
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i)
        others.emplace_back(serve, port);
    serve(port);
}
