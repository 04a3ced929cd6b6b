// A client that sends exactly the bytes a test wants and reads what comes, as it comes: for
// streams, malformed requests, slow and leaving clients. POSIX sockets, no code of the gateway's.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace refrain::tests {

class RawClient {
  public:
    static constexpr std::chrono::seconds kPatience{10};

    explicit RawClient(int port);  // connects to 127.0.0.1
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view bytes);
    // A POST of JSON with a Content-Length and an API key.
    void post(const std::string& path, const std::string& body, const std::string& fields = "");

    // Reads until `text` is among what was received; false if it does not come in time, or the peer
    // ended first.
    bool read_until(std::string_view text, std::chrono::milliseconds timeout = kPatience);
    // Reads until the one answer is whole, by its length or by its chunks: a stream has a length
    // where it was whole before its head was sent.
    bool read_answer();
    // Reads until the peer ends the connection. False if it does not in time.
    bool read_to_end(std::chrono::milliseconds timeout = kPatience);
    // Whether the end was a reset.
    bool was_reset() const noexcept { return reset_; }

    const std::string& received() const noexcept { return received_; }
    void forget() { received_.clear(); }
    void shut_down_sending();
    void close();

  private:
    // False at the end, or when nothing came until `deadline`.
    bool read_more(std::chrono::steady_clock::time_point deadline);

    int socket_ = -1;
    std::string received_;
    bool ended_ = false;
    bool reset_ = false;
};

}  // namespace refrain::tests
