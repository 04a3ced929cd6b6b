// Sockets of the benchmark programs: loopback only, non-blocking, TCP_NODELAY. A failure ends the
// program with a sentence; a benchmark that limps measures nothing.
#pragma once

#include <cstdint>
#include <string>

namespace bench {

[[noreturn]] void die(const std::string& what);

// CLOCK_MONOTONIC, the same in every process of the machine: the difference of two is a delay.
std::int64_t now_ns();

// A listening socket on 127.0.0.1:port, one of several with SO_REUSEPORT, one per thread.
int listen_on(std::uint16_t port);

// The next waiting connection, or -1 when there is none.
int accept_from(int listener);

// Starts to connect to 127.0.0.1:port; writable once it has.
int connect_to(std::uint16_t port);

int make_epoll();

// Adds or changes (EPOLL_CTL_ADD, EPOLL_CTL_MOD) what is waited for, with a pointer to get back.
void watch(int epoll, int operation, int fd, std::uint32_t events, void* who);

// As many open files as the machine allows.
void raise_file_limit();

}  // namespace bench
