#include "support/scripted_upstream.hpp"

#include "support/held_port.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <future>

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace refrain::tests;

namespace {

// A bare connection, to see exactly which bytes arrive and how they end.
class Wire {
  public:
    explicit Wire(const ScriptedUpstream& upstream) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(upstream.port());
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    ~Wire() { close(); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void say(const std::string& text) {
        REQUIRE(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(text.size()));
    }
    std::string hear() {
        std::string heard;
        char bytes[4096];
        ssize_t count = 0;
        while ((count = ::recv(socket_, bytes, sizeof bytes, 0)) > 0) {
            heard.append(bytes, static_cast<std::size_t>(count));
        }
        was_reset_ = count < 0 && errno == ECONNRESET;
        return heard;
    }
    bool was_reset() const { return was_reset_; }
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

  private:
    int socket_;
    bool was_reset_ = false;
};

}  // namespace

TEST_CASE("ScriptedUpstream: it answers as told and remembers what it was asked", "[support]") {
    ScriptedUpstream upstream;
    upstream.on("POST", "/v1/things", Reply::json(R"({"a":1})"));
    httplib::Client client(upstream.url());

    const auto answer = client.Post("/v1/things?x=1", {{"X-Mine", " y"}}, "body", "text/plain");

    REQUIRE(answer);
    CHECK(answer->body == R"({"a":1})");
    CHECK(answer->get_header_value("Content-Type") == "application/json");
    REQUIRE(upstream.received() == 1);
    CHECK(upstream.received("/v1/things") == 1);
    CHECK(upstream.last().target == "/v1/things?x=1");
    CHECK(upstream.last().header("x-mine") == "y");
    CHECK(upstream.last().body == "body");
}

TEST_CASE("ScriptedUpstream: queued replies come first, then the standing one, then 404",
          "[support]") {
    ScriptedUpstream upstream;
    upstream.once("GET", "/a", Reply::json("1", 500));
    upstream.once("GET", "/a", Reply::json("2", 429));
    upstream.on("*", "/a", Reply::json("3"));
    httplib::Client client(upstream.url());

    CHECK(client.Get("/a")->status == 500);
    CHECK(client.Get("/a")->status == 429);
    CHECK(client.Get("/a")->status == 200);
    CHECK(client.Get("/a")->status == 200);
    CHECK(client.Get("/b")->status == 404);
    CHECK(upstream.received() == 5);
}

TEST_CASE("ScriptedUpstream: a connection is used again after a whole answer", "[support]") {
    ScriptedUpstream upstream;
    upstream.on("*", "*", [](const Seen& seen) { return Reply::json("\"" + seen.body + "\""); });
    httplib::Client client(upstream.url());
    client.set_keep_alive(true);

    CHECK(client.Post("/", "one", "text/plain")->body == "\"one\"");
    CHECK(client.Post("/", "two", "text/plain")->body == "\"two\"");
    CHECK(upstream.connections() == 1);
}

TEST_CASE("ScriptedUpstream: a stream stops at its gate until the test opens it", "[support]") {
    ScriptedUpstream upstream;
    Gate gate;
    upstream.on("POST",
                "/s",
                Reply::chunked(200, {{"Content-Type", "text/event-stream"}})
                    .chunk("first")
                    .wait(gate)
                    .chunk("second")
                    .finish());
    std::promise<void> first_arrived;
    auto stream = std::async(std::launch::async, [&] {
        httplib::Client client(upstream.url());
        std::string body;
        httplib::Request request;
        request.method = "POST";
        request.path = "/s";
        request.content_receiver =
            [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
                if (body.empty()) first_arrived.set_value();
                body.append(data, size);
                return true;
            };
        client.send(request);
        return body;
    });

    REQUIRE(upstream.wait_for_requests(1));
    REQUIRE(first_arrived.get_future().wait_for(10s) == std::future_status::ready);
    CHECK(stream.wait_for(0s) == std::future_status::timeout);
    gate.open();
    CHECK(stream.get() == "firstsecond");
}

TEST_CASE("ScriptedUpstream: a peer that leaves while a reply waits is seen to go", "[support]") {
    ScriptedUpstream upstream;
    upstream.on("GET", "/", Reply::chunked(200, {}).chunk("x").stall());
    Wire wire(upstream);
    wire.say("GET / HTTP/1.1\r\n\r\n");
    REQUIRE(upstream.wait_for_requests(1));
    CHECK(upstream.open_connections() == 1);

    wire.close();

    CHECK(upstream.wait_for_open_connections(0));
}

TEST_CASE("ScriptedUpstream: raw bytes arrive as they are, then the connection closes in order",
          "[support]") {
    ScriptedUpstream upstream;
    const auto bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nshor\0\xff garbage"s;
    upstream.on("GET", "/", Reply::raw(bytes).close());
    Wire wire(upstream);
    wire.say("GET / HTTP/1.1\r\n\r\nunread rest that must not turn the end into a reset");

    CHECK(wire.hear() == bytes);
    CHECK_FALSE(wire.was_reset());
}

TEST_CASE("ScriptedUpstream: a cut answer ends with a reset after exactly that many bytes",
          "[support]") {
    ScriptedUpstream upstream;
    const Reply full = Reply::event_stream({"data: 1\n\n", "data: [DONE]\n\n"});
    const std::size_t cut =
        GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{40}, std::size_t{100});
    CAPTURE(cut, full.size_bytes());
    REQUIRE(full.size_bytes() > 100);
    upstream.on("GET", "/", Reply(full).keep(cut).reset());
    Wire wire(upstream);
    wire.say("GET / HTTP/1.1\r\n\r\n");

    CHECK(wire.hear().size() <= cut);  // a reset may overtake bytes that were not read yet
    CHECK(wire.was_reset());
}

TEST_CASE("ScriptedUpstream: chunked and expected request bodies are read", "[support]") {
    ScriptedUpstream upstream;
    upstream.on("PUT", "/", Reply::json("{}").close());
    Wire wire(upstream);
    wire.say(
        "PUT / HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nTrailer: t\r\n\r\n");

    CHECK(wire.hear().starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200"));
    REQUIRE(upstream.received() == 1);
    CHECK(upstream.last().was_chunked);
    CHECK(upstream.last().body == "hello!");
}

TEST_CASE("ScriptedUpstream: an early reply does not wait for the body", "[support]") {
    ScriptedUpstream upstream;
    upstream.on("POST", "/", Reply::json("{}", 413).early());
    Wire wire(upstream);
    wire.say("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nonly this much");

    CHECK(upstream.wait_for_requests(1));
    CHECK(wire.hear().starts_with("HTTP/1.1 413"));
}

TEST_CASE("ScriptedUpstream: it can come back on the port it had", "[support]") {
    const HeldPort port;  // or another program is given it in between
    {
        ScriptedUpstream first(port.port());
        CHECK(httplib::Client(first.url()).Get("/")->status == 404);
    }
    CHECK_FALSE(httplib::Client(port.url()).Get("/"));
    ScriptedUpstream second(port.port());
    CHECK(httplib::Client(second.url()).Get("/")->status == 404);
}
