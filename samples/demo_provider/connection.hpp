// One accepted socket as the HTTP library wants to see it, plus what the library hides: who is on
// the other end of this very call, whether they left, and ending with a reset. One thread each.
#pragma once

#include <httplib.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>

namespace refrain::demo {

class Connection final : public httplib::Stream {
  public:
    // `stopping` ends every wait.
    Connection(int socket, const std::atomic<bool>& stopping);
    ~Connection() override;  // closes: in order, or with RST after reset_at_end()
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // The connection whose call this thread is answering.
    static Connection& current();

    // Whether another request begins within `timeout`.
    bool wait_for_request(std::chrono::milliseconds timeout);
    // Whether the time passed while the peer stayed and nobody stopped us.
    bool sleep_until(std::chrono::steady_clock::time_point time) const;
    void reset_at_end() noexcept { resets_ = true; }

    bool is_readable() const override;
    bool is_writable() const override;
    ssize_t read(char* into, std::size_t size) override;
    ssize_t write(const char* from, std::size_t size) override;
    void get_remote_ip_and_port(std::string& ip, int& port) const override;
    void get_local_ip_and_port(std::string& ip, int& port) const override;
    socket_t socket() const override { return socket_; }

  private:
    bool poll_for(short events, std::chrono::milliseconds timeout) const;
    void close_in_order() const;

    int socket_;
    const std::atomic<bool>& stopping_;
    bool resets_ = false;
    std::array<char, 16384> buffer_{};  // read ahead: the library reads heads byte by byte
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace refrain::demo
