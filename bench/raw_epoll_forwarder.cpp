// raw_epoll_forwarder PORT UPSTREAM_PORT [THREADS]: gives every caller a connection of its own to
// the upstream and passes on whatever a read brings, unparsed. The floor under every proxy: four
// system calls a request and nothing else.
#include "sockets.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

namespace {

// One end of a pair; what comes in at it goes out at the other.
struct End {
    int fd = -1;
    End* other = nullptr;
};

// Both ends are closed; their memory is kept, since a later event of the same batch may name them.
void close_pair(End& end) {
    for (End* each : {&end, end.other}) {
        if (each->fd >= 0) close(each->fd);
        each->fd = -1;
    }
}

void serve(std::uint16_t port, std::uint16_t upstream) {
    const int listener = bench::listen_on(port);
    const int epoll = bench::make_epoll();
    bench::watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, nullptr);

    std::vector<std::unique_ptr<std::array<End, 2>>> pairs;
    std::array<epoll_event, 256> events{};
    std::array<char, 65536> buffer{};
    for (;;) {
        const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            auto* end = static_cast<End*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (end == nullptr) {
                for (int fd = bench::accept_from(listener); fd >= 0;
                     fd = bench::accept_from(listener)) {
                    auto& [caller, provider] =
                        *pairs.emplace_back(std::make_unique<std::array<End, 2>>());
                    caller = {fd, &provider};
                    provider = {bench::connect_to(upstream), &caller};
                    bench::watch(epoll, EPOLL_CTL_ADD, caller.fd, EPOLLIN, &caller);
                    bench::watch(epoll, EPOLL_CTL_ADD, provider.fd, EPOLLIN, &provider);
                }
                continue;
            }
            if (end->fd < 0) continue;
            const ssize_t got = recv(end->fd, buffer.data(), buffer.size(), 0);
            if (got <= 0 ||
                send(end->other->fd, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) <
                    0) {
                close_pair(*end);
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) bench::die("usage: raw_epoll_forwarder PORT UPSTREAM_PORT [THREADS]");
    bench::raise_file_limit();
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const auto upstream = static_cast<std::uint16_t>(std::atoi(argv[2]));
    const int threads = argc > 3 ? std::atoi(argv[3]) : 1;
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i)
        others.emplace_back(serve, port, upstream);
    serve(port, upstream);
}
