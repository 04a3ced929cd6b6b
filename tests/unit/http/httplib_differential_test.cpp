// A real cpp-httplib server, an HTTP implementation that knows nothing of ours, reads what our
// writer wrote, and our parser reads what it answers. Over one kept connection: a message framed
// wrongly by either side would spoil the next.
#include "http/chunked.hpp"
#include "http/head.hpp"
#include "http/writer.hpp"
#include "unit/http/head_reading.hpp"
#include "unit/http/message_generator.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <httplib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <thread>

using namespace refrain::http;
using namespace refrain::http::testing;

namespace {

struct Answer {
    int status = 200;
    std::string body;
    bool chunked = false;
    httplib::Headers headers;
};

// Notes each request and gives the answer it was told to give.
class Peer {
  public:
    Peer() {
        const auto handle = [this](const httplib::Request& request, httplib::Response& response) {
            reply(request, response);
        };
        server_.Get(".*", handle);
        server_.Post(".*", handle);
        server_.Put(".*", handle);
        server_.Patch(".*", handle);
        server_.Delete(".*", handle);
        server_.Options(".*", handle);
        server_.set_keep_alive_max_count(1'000'000);
        server_.set_tcp_nodelay(true);
        port_ = server_.bind_to_any_port("127.0.0.1");
        REQUIRE(port_ > 0);
        thread_ = std::thread([this] { server_.listen_after_bind(); });
        while (!server_.is_running())
            std::this_thread::yield();
    }
    ~Peer() {
        server_.stop();
        thread_.join();
    }

    int port() const { return port_; }
    void will_answer(Answer answer) {
        const std::lock_guard lock(mutex_);
        answer_ = std::move(answer);
    }
    httplib::Request seen() {
        const std::lock_guard lock(mutex_);
        return seen_;
    }

  private:
    void reply(const httplib::Request& request, httplib::Response& response) {
        const std::lock_guard lock(mutex_);
        seen_ = request;
        response.status = answer_.status;
        response.headers = answer_.headers;
        if (!answer_.chunked) {
            response.set_content(answer_.body, "text/plain");
            return;
        }
        response.set_chunked_content_provider(
            "text/plain", [body = answer_.body](std::size_t offset, httplib::DataSink& sink) {
                const std::size_t size = std::min<std::size_t>(body.size() - offset, 1000);
                if (size > 0) sink.write(body.data() + offset, size);
                if (offset + size == body.size()) sink.done();
                return true;
            });
    }

    httplib::Server server_;
    std::thread thread_;
    int port_ = 0;
    std::mutex mutex_;
    Answer answer_;
    httplib::Request seen_;
};

struct Reply {
    ResponseReading head;
    std::string body;
};

// A blocking connection that reads answers with our codec.
class Connection {
  public:
    explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        REQUIRE(socket_ >= 0);
        const timeval patience{.tv_sec = 20, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const auto* where = static_cast<const sockaddr*>(static_cast<const void*>(&address));
        REQUIRE(::connect(socket_, where, sizeof address) == 0);
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            REQUIRE(sent > 0);
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    Reply read() {
        Reply reply;
        HeadParser parser;
        ResponseHead head;
        while (parser.parse_response(pending_, false, head) == HeadStatus::incomplete)
            receive();
        reply.head = read_response(pending_);
        INFO(reply.head.sentence);
        REQUIRE(reply.head.status == HeadStatus::complete);
        pending_.erase(0, reply.head.size_bytes);
        switch (reply.head.body) {
            case ResponseHead::Body::none: break;
            case ResponseHead::Body::length:
                while (pending_.size() < reply.head.content_length)
                    receive();
                reply.body = pending_.substr(0, reply.head.content_length);
                pending_.erase(0, reply.body.size());
                break;
            case ResponseHead::Body::chunked: read_chunks(reply.body); break;
            case ResponseHead::Body::until_close: FAIL("every answer here has a length");
        }
        return reply;
    }

    // What was received and belongs to no answer.
    const std::string& left_over() const { return pending_; }

  private:
    void receive() {
        char buffer[4096];
        const auto received = ::recv(socket_, buffer, sizeof buffer, 0);
        REQUIRE(received > 0);
        pending_.append(buffer, static_cast<std::size_t>(received));
    }

    void read_chunks(std::string& body) {
        ChunkDecoder decoder;
        for (;;) {
            const auto step = decoder.next(pending_);
            body.append(step.data);
            REQUIRE(step.status != ChunkDecoder::Status::invalid);
            pending_.erase(0, step.consumed);
            if (step.status == ChunkDecoder::Status::done) return;
            if (step.status == ChunkDecoder::Status::need_more) receive();
        }
    }

    int socket_;
    std::string pending_;
};

struct Sent {
    std::string method, target, body;
    FieldList fields;
    std::string bytes;
};

// A field value that httplib does not change: it decodes "%" escapes and drops white space around.
std::string plain_value(MessageGenerator& generator) {
    std::string value = "v" + generator.text(generator.below(60)) + "v";
    std::replace(value.begin(), value.end(), '%', '.');
    return value;
}

Sent make_request(MessageGenerator& generator) {
    constexpr std::array<std::string_view, 6> kMethods{
        "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    constexpr std::array<std::string_view, 6> kTargets{"/",
                                                       "/v1/models",
                                                       "/a?b=c&d=e",
                                                       "/a%20b/c?x=%2B",
                                                       "//a//b",
                                                       "/v1beta/models/m:generate?alt=sse"};
    Sent sent;
    sent.method = generator.pick(kMethods);
    sent.target = generator.pick(kTargets);
    sent.fields.emplace_back("Host", "127.0.0.1");
    for (std::size_t count = generator.below(8); count > 0; --count) {
        sent.fields.emplace_back("X-Field-" + std::to_string(count % 4), plain_value(generator));
    }
    HeadWriter writer(sent.bytes);
    writer.request(sent.method, sent.target);
    for (const auto& [name, value] : sent.fields)
        writer.field(name, value);
    const bool has_body = sent.method[0] == 'P';
    const bool chunked = has_body && generator.one_in(2);
    if (has_body) sent.body = generator.text(generator.below(10'000));
    if (chunked) {
        writer.field("Transfer-Encoding", "chunked").end();
        for (std::size_t at = 0; at < sent.body.size();) {
            const std::string piece = sent.body.substr(at, 1 + generator.below(4000));
            sent.bytes.append(chunk_header(piece.size()).view()).append(piece).append("\r\n");
            at += piece.size();
        }
        sent.bytes.append(kLastChunk);
    } else {
        if (has_body) writer.field("Content-Length", sent.body.size());
        writer.end();
        sent.bytes.append(sent.body);
    }
    REQUIRE(writer.sound());
    return sent;
}

Answer make_answer(MessageGenerator& generator) {
    constexpr std::array<int, 5> kStatuses{200, 201, 404, 429, 503};
    Answer answer;
    answer.status = kStatuses[generator.below(kStatuses.size())];
    answer.chunked = generator.one_in(2);
    answer.body = generator.text(generator.below(10'000));
    for (std::size_t count = generator.below(5); count > 0; --count) {
        answer.headers.emplace("X-Answer-" + std::to_string(count), plain_value(generator));
    }
    return answer;
}

void compare(const Sent& sent, const httplib::Request& seen) {
    CHECK(seen.method == sent.method);
    CHECK(seen.target == sent.target);
    CHECK(seen.body == sent.body);
    for (const auto& [name, value] : sent.fields) {
        FieldList ours, theirs;
        for (const auto& field : sent.fields) {
            if (field.first == name) ours.push_back(field);
        }
        const auto [first, last] = seen.headers.equal_range(name);
        for (auto field = first; field != last; ++field)
            theirs.emplace_back(name, field->second);
        CHECK(theirs == ours);
    }
}

}  // namespace

TEST_CASE("Differential: cpp-httplib reads what we write, and we read what it answers",
          "[http][differential]") {
    Peer peer;
    Connection connection(peer.port());
    MessageGenerator generator(9211);
    for (int i = 0; i < 400; ++i) {
        CAPTURE(i);
        const Answer answer = make_answer(generator);
        const Sent sent = make_request(generator);
        CAPTURE(sent.bytes);
        peer.will_answer(answer);

        connection.send(sent.bytes);
        const Reply reply = connection.read();

        compare(sent, peer.seen());
        CHECK(reply.head.code == answer.status);
        CHECK(reply.body == answer.body);
        CHECK(reply.head.keep_alive);
        CHECK((reply.head.body == ResponseHead::Body::chunked) == answer.chunked);
        for (const auto& [name, value] : answer.headers) {
            const std::pair<std::string, std::string> field(name, value);
            const auto& fields = reply.head.fields;
            CHECK(std::find(fields.begin(), fields.end(), field) != fields.end());
        }
        REQUIRE(connection.left_over().empty());
    }
}
