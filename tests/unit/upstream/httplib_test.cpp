// Against an independent implementation of HTTP.
#include "net/tls_context.hpp"
#include "support/certificates.hpp"
#include "unit/upstream/on_loop.hpp"

#include <httplib.h>

#include <thread>

// Misfires on the frames of Asio's coroutines (GCC bug 109224).
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace refrain::upstream {
namespace {

using namespace refrain::upstream::testing;
using tests::Authority;

// Serves on a port of its own until it goes.
template <class Server>
class Running {
  public:
    explicit Running(Server& server)
        : server_(server), port_(server.bind_to_any_port("127.0.0.1")) {
        thread_ = std::thread([this] { server_.listen_after_bind(); });
        while (!server_.is_running())
            std::this_thread::yield();
    }
    ~Running() {
        server_.stop();
        thread_.join();
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    std::string port() const { return std::to_string(port_); }

  private:
    Server& server_;
    int port_;
    std::thread thread_;
};

std::string lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += "line " + std::to_string(i) + "\n";
    return text;
}

void add_routes(httplib::Server& server) {
    server.Post("/echo", [](const httplib::Request& request, httplib::Response& response) {
        response.set_content(request.body, "application/octet-stream");
    });
    server.Get("/text", [](const httplib::Request&, httplib::Response& response) {
        response.set_content(lines(20'000), "text/plain");
    });
    server.Get("/stream", [](const httplib::Request&, httplib::Response& response) {
        response.set_chunked_content_provider(
            "text/event-stream", [](std::size_t, httplib::DataSink& sink) {
                for (int i = 0; i < 10; ++i) {
                    const std::string event = "data: " + std::to_string(i) + "\n\n";
                    sink.write(event.data(), event.size());
                }
                sink.done();
                return true;
            });
    });
    server.set_payload_max_length(64 * 1024 * 1024);
}

net::Task<void> upload_in_pieces(Client& client, const Address& to, std::string_view body) {
    const auto request = post("/echo", "");
    auto exchange = co_await client.open(to, request, std::nullopt);
    REQUIRE(exchange);
    for (std::string_view rest = body; !rest.empty();) {
        const auto piece = rest.substr(0, 10'000);
        rest.remove_prefix(piece.size());
        const auto sent = co_await (*exchange)->write_body(piece);
        REQUIRE(sent);
    }
    const auto finished = co_await (*exchange)->finish_body();
    REQUIRE(finished);
    const auto read = co_await (*exchange)->read_head();
    REQUIRE(read);
    Answer echoed;
    co_await read_body(**exchange, echoed);
    CHECK(echoed.complaint() == "");
    CHECK((echoed.body == body));
}

net::Task<void> ask_for_text(Client& client, const Address& to, std::string_view coding) {
    const http::Field fields[] = {{"Accept-Encoding", coding}};
    auto request = get("/text");
    request.fields = fields;
    const auto answer = co_await ask(client, to, request);
    CHECK(answer.complaint() == "");
    CHECK((answer.body == lines(20'000)));
    CHECK(answer.field("Content-Encoding") == "(none)");
}

net::Task<void> ask_everything(Client& client, const Address& to) {
    const std::string body = lines(300'000);
    auto request = post("/echo", body);
    auto answer = co_await ask(client, to, request);
    CHECK(answer.complaint() == "");
    CHECK((answer.body == body));

    co_await upload_in_pieces(client, to, body);
    for (const char* coding : {"gzip", "br", "identity"}) {
        co_await ask_for_text(client, to, coding);
    }

    request = get("/stream");
    answer = co_await ask(client, to, request);
    CHECK(answer.complaint() == "");
    CHECK(answer.body.ends_with("data: 9\n\n"));

    request = get("/text");
    request.method = "HEAD";
    answer = co_await ask(client, to, request);
    CHECK(answer.status == 200);
    CHECK(answer.body.empty());

    request = get("/nowhere");
    answer = co_await ask(client, to, request);
    CHECK(answer.status == 404);
}

TEST_CASE("httplib: all kinds of exchanges, plain", "[upstream][httplib]") {
    httplib::Server server;
    add_routes(server);
    const Running running(server);
    const Address to = address_of("http://127.0.0.1:" + running.port());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        co_await ask_everything(client, to);
        CHECK(client.stats().reused >= 3);
    });
}

TEST_CASE("httplib: all kinds of exchanges, encrypted", "[upstream][httplib]") {
    const Authority authority;
    const auto pair = authority.sign({});
    httplib::SSLServer server(pair.certificate.get(), pair.key.get());
    add_routes(server);
    const Running running(server);
    const Address to = address_of("https://127.0.0.1:" + running.port());
    const auto tls = net::TlsContext::for_client(authority.ca_file());
    REQUIRE(tls);

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, *tls, patient());
        co_await ask_everything(client, to);
        CHECK(client.stats().reused >= 3);
    });
}

}  // namespace
}  // namespace refrain::upstream
