// A server on a port of its own that does to each connection exactly what a script says, malformed
// things included. One thread per connection; blocking; every read gives up after ten seconds.
#pragma once

#include <openssl/types.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace refrain::upstream::testing {

// The server's end of one connection.
class Peer {
  public:
    Peer(int descriptor, int number, SSL_CTX* tls);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    // Which connection this is, from 0.
    int number() const noexcept { return number_; }
    // With a TLS context the script begins TLS itself, so that it can be a proxy first. False if
    // the client did not want it. The name the client asked for is sni().
    bool begin_tls();
    std::string sni() const;

    // Up to and with the empty line; "" if the client closed before.
    std::string read_head();
    std::string read_bytes(std::size_t count);
    // One head, and its body by Content-Length or chunks (as it was framed).
    std::string read_request();
    std::string read_to_end();
    // Whether the client closed, now or soon; bytes that come are dropped.
    bool sees_close();
    // Whether it has closed by now.
    bool is_closed() const;

    void write(std::string_view bytes);
    void write_in_pieces(std::string_view bytes, std::size_t piece_bytes);
    // Until the client takes no more for a while; answers how many bytes it took. Plain only.
    std::size_t write_until_stalled(std::string_view bytes);
    void close();
    void reset();  // RST instead of FIN
    void shutdown_write();

  private:
    std::size_t receive();

    int descriptor_;
    int number_;
    SSL_CTX* context_;
    SSL* ssl_ = nullptr;
    std::string pending_;
};

class ScriptedServer {
  public:
    using Script = std::function<void(Peer&)>;

    explicit ScriptedServer(Script script, SSL_CTX* tls = nullptr);
    // Waits for all scripts to end.
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    int connections() const noexcept { return connections_; }

  private:
    void accept_all();

    Script script_;
    SSL_CTX* tls_;
    int listener_;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
    std::atomic<bool> stopping_ = false;
    std::vector<std::thread> peers_;
    std::thread acceptor_;
};

// One event between threads, waited for at most ten seconds.
class Flag {
  public:
    void raise();
    bool wait();

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool raised_ = false;
};

// A text that a script notes down for the test.
class Note {
  public:
    void operator=(std::string text);
    std::string text() const;

  private:
    mutable std::mutex mutex_;
    std::string text_;
};

}  // namespace refrain::upstream::testing
