// A stream's peer: the other end of a socket pair, blocking.
#pragma once

#include "net/stream.hpp"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

namespace refrain::net {

class Peer {
  public:
    explicit Peer(Stream& stream) {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
        socket_ = ends[0];
        REQUIRE(stream.open(ends[1]));
    }
    ~Peer() { leave(); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    void say(std::string_view words) {
        REQUIRE(::send(socket_, words.data(), words.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(words.size()));
    }
    // What is there, some of it; "" if nothing.
    std::string hear() {
        std::string bytes(65'536, '\0');
        const auto got = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    void leave() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

  private:
    int socket_ = -1;
};

}  // namespace refrain::net
