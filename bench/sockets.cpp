#include "sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace bench {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int open_socket() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    return fd;
}

void set_option(int fd, int level, int option) {
    const int on = 1;
    if (setsockopt(fd, level, option, &on, sizeof on) != 0) die("setsockopt");
}

}  // namespace

void die(const std::string& what) {
    std::fprintf(stderr,
                 "%s%s%s\n",
                 what.c_str(),
                 errno != 0 ? ": " : "",
                 errno != 0 ? std::strerror(errno) : "");
    std::exit(1);
}

std::int64_t now_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

int listen_on(std::uint16_t port) {
    const int fd = open_socket();
    set_option(fd, SOL_SOCKET, SO_REUSEADDR);
    set_option(fd, SOL_SOCKET, SO_REUSEPORT);
    const sockaddr_in address = loopback(port);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) die("bind");
    if (listen(fd, 4096) != 0) die("listen");
    return fd;
}

int accept_from(int listener) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    return fd;
}

int connect_to(std::uint16_t port) {
    const int fd = open_socket();
    set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    const sockaddr_in address = loopback(port);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS) {
        die("connect");
    }
    return fd;
}

int make_epoll() {
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) die("epoll_create1");
    return epoll;
}

void watch(int epoll, int operation, int fd, std::uint32_t events, void* who) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = who;
    if (epoll_ctl(epoll, operation, fd, &event) != 0) die("epoll_ctl");
}

void raise_file_limit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace bench
