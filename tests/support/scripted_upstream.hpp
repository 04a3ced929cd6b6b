// An AI provider that does exactly what a test tells it to, on 127.0.0.1 and a port of its own. It
// shares no code with the gateway. One thread a connection; every method is safe from any thread.
//
//     ScriptedUpstream openai;
//     openai.on("POST", "/v1/embeddings", Reply::json(R"({"data":[]})"));
//
//     Gate gate;                                        // a stream that waits for the test
//     openai.on("POST", "/v1/chat/completions",
//               Reply::chunked(200, {{"Content-Type", "text/event-stream"}})
//                   .chunk("data: {}\n\n").wait(gate).chunk("data: [DONE]\n\n").finish());
//     ... start two clients ...
//     REQUIRE(openai.wait_for_requests(1));
//     gate.open();
//     CHECK(openai.received() == 1);
//     CHECK(openai.last().header("Authorization") == "Bearer sk-test");
//
//     openai.once("POST", "/v1/embeddings", Reply::json("{}").keep(60).reset());   // misbehaviour
//     openai.once("POST", "/v1/embeddings", Reply::raw("HTTP/1.1 200 OK\r\n???"));
#pragma once

#include "support/request_reader.hpp"
#include "support/scripted_reply.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace refrain::tests {

class ScriptedUpstream {
  public:
    using Script = std::function<Reply(const Seen&)>;
    static constexpr std::chrono::seconds kPatience{10};

    // A given port lets a dead upstream come back where it was.
    explicit ScriptedUpstream(std::uint16_t port = 0);
    ~ScriptedUpstream();  // resets what is still connected
    ScriptedUpstream(const ScriptedUpstream&) = delete;
    ScriptedUpstream& operator=(const ScriptedUpstream&) = delete;

    // The standing reply for a path (without query) and a method; "*" stands for any. The last one
    // set wins over earlier ones; an exact path wins over "*". Without any: 404 with a JSON error.
    void on(const std::string& method, const std::string& path, Reply reply);
    void on(const std::string& method, const std::string& path, Script script);
    // For the next such request only, before the standing reply; several are used in order.
    void once(const std::string& method, const std::string& path, Reply reply);

    std::string url() const;  // http://127.0.0.1:PORT
    std::uint16_t port() const noexcept { return port_; }

    // Requests whose body has arrived in full (for an early() reply: their head).
    std::vector<Seen> requests();
    Seen last();  // REQUIRES: received() > 0
    std::size_t received();
    std::size_t received(const std::string& path);
    void forget_requests();

    // Connections accepted so far, and those that neither the peer nor a reply has ended. (A peer
    // that shuts down its sending side while a reply waits counts as gone.)
    std::size_t connections();
    std::size_t open_connections();

    bool wait_for_requests(std::size_t count, std::chrono::milliseconds timeout = kPatience);
    // Bytes of requests, heads included, over all connections: how far an upload has come.
    bool wait_for_bytes(std::size_t count, std::chrono::milliseconds timeout = kPatience);
    // Until at most `count` connections are open, so that a test can see the gateway hang up.
    bool wait_for_open_connections(std::size_t count,
                                   std::chrono::milliseconds timeout = kPatience);

  private:
    using Route = std::pair<std::string, std::string>;  // method, path
    struct Standing {
        Script script;
        bool early = false;
    };
    struct Connection {
        int socket = -1;
        std::thread thread;
        std::atomic<bool> done = false;
    };
    enum class Next { keep_alive, orderly_close, reset, peer_left };

    void accept_loop();
    void serve(Connection& connection);
    Next serve_request(int socket, RequestReader& reader);
    std::optional<Reply> reply_to(const Seen& seen, bool only_early);
    Next play(int socket, const Reply& reply);
    bool wait_until(int socket, const std::function<bool()>& passes);
    void end(int socket, Next next);

    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread acceptor_;
    std::list<std::unique_ptr<Connection>> threads_;  // touched by the acceptor only

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::map<Route, Standing> standing_;
    std::map<Route, std::deque<Reply>> queued_;
    std::vector<Seen> requests_;
    std::size_t bytes_ = 0;
    std::size_t connections_ = 0;
    std::size_t open_ = 0;
};

}  // namespace refrain::tests
