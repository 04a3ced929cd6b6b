#include "http/head.hpp"

#include "unit/http/head_reading.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace refrain::http;
using namespace refrain::http::testing;

namespace {

std::string request_with(std::string_view fields, std::string_view version = "HTTP/1.1") {
    return std::string("GET / ")
        .append(version)
        .append("\r\nHost: a\r\n")
        .append(fields)
        .append("\r\n");
}

std::string response_with(std::string_view fields,
                          std::string_view status_line = "HTTP/1.1 200 OK") {
    return std::string(status_line).append("\r\n").append(fields).append("\r\n");
}

}  // namespace

TEST_CASE("HeadParser: a request gives its method, target, host, fields and framing",
          "[http][head]") {
    const std::string bytes =
        "POST /v1/chat/completions?x=1 HTTP/1.1\r\n"
        "Host: api.example.com\r\n"
        "Content-Type:  application/json \r\n"
        "Content-Length: 17\r\n"
        "Expect: 100-Continue\r\n"
        "\r\n"
        "{\"model\":\"gpt\"}..";

    const RequestReading reading = read_request(bytes);

    REQUIRE(reading.status == HeadStatus::complete);
    CHECK(reading.method == "POST");
    CHECK(reading.target == "/v1/chat/completions?x=1");
    CHECK(reading.host == "api.example.com");
    CHECK(reading.minor_version == 1);
    CHECK(reading.fields == FieldList{{"Host", "api.example.com"},
                                      {"Content-Type", "application/json"},
                                      {"Content-Length", "17"},
                                      {"Expect", "100-Continue"}});
    CHECK(reading.content_length == 17);
    CHECK_FALSE(reading.chunked);
    CHECK(reading.keep_alive);
    CHECK(reading.expects_continue);
    CHECK_FALSE(reading.wants_upgrade);
    CHECK(bytes.substr(reading.size_bytes, 8) == "{\"model\"");
}

TEST_CASE("HeadParser: however a request is cut, the reading is the same", "[http][head]") {
    const std::string head =
        "\r\nPOST http://example.com:81/a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        "Connection: Upgrade, keep-alive\r\nUpgrade: websocket\r\nX-Long: "
        "0123456789abcdef\t\xc3\xa9\r\n\r\n";
    const std::string bytes = head + "5\r\nhello\r\n0\r\n\r\n";
    const RequestReading whole = read_request(bytes);
    REQUIRE(whole.status == HeadStatus::complete);
    REQUIRE(whole.size_bytes == head.size());
    REQUIRE(whole.wants_upgrade);

    for (std::size_t cut = 0; cut < head.size(); ++cut) {
        CAPTURE(cut);
        CHECK(read_request(bytes.substr(0, cut)).status == HeadStatus::incomplete);
        CHECK(read_request(bytes, {cut}) == whole);
        for (std::size_t second = cut; second < head.size(); second += 7) {
            CHECK(read_request(bytes, {cut, second}) == whole);
        }
    }
    std::vector<std::size_t> drip;
    for (std::size_t at = 0; at < head.size(); ++at)
        drip.push_back(at);
    CHECK(read_request(bytes, drip) == whole);
}

TEST_CASE("HeadParser: one parser and one head serve message after message", "[http][head]") {
    const std::string first =
        "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\n";
    const std::string second = "GET /2 HTTP/1.0\r\n\r\n";
    const std::string bytes = first + second;
    HeadParser parser;
    RequestHead head;

    REQUIRE(parser.parse_request(bytes, head) == HeadStatus::complete);
    REQUIRE(head.size_bytes == first.size());
    parser.reset();
    REQUIRE(parser.parse_request(std::string_view(bytes).substr(first.size()), head) ==
            HeadStatus::complete);

    CHECK(head.target == "/2");
    CHECK(head.host.empty());
    CHECK(head.fields.size() == 0);
    CHECK_FALSE(head.content_length);
}

TEST_CASE("HeadParser: a parser that refused is as new after reset()", "[http][head]") {
    HeadParser parser;
    RequestHead head;
    const std::string bad =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n";
    REQUIRE(parser.parse_request(bad, head) == HeadStatus::invalid);

    parser.reset();

    const std::string good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    CHECK(parser.parse_request(good, head) == HeadStatus::complete);
    CHECK_FALSE(head.content_length);
}

TEST_CASE("HeadParser: what is invalid stays invalid, whatever comes after it", "[http][head]") {
    const auto bad = GENERATE(as<std::string>{},
                              "GET / HTTP/1.1\r\nX : y\r\n",
                              "GET / HTTP/1.1\r\nAccept: a\r\n\r\n",
                              "X: y\r\n",
                              "\x16");
    CAPTURE(bad);
    HeadParser parser;
    RequestHead head;

    REQUIRE(parser.parse_request(bad, head) == HeadStatus::invalid);
    const int status = parser.fault().status;

    CHECK(parser.parse_request(bad, head) == HeadStatus::invalid);
    CHECK(parser.parse_request(bad + "Host: a\r\n\r\n", head) == HeadStatus::invalid);
    CHECK(parser.fault().status == status);
}

TEST_CASE("HeadParser: keep-alive follows the version and Connection", "[http][head]") {
    const auto [fields, version, keeps] = GENERATE(table<std::string, std::string, bool>({
        {"", "HTTP/1.1", true},
        {"Connection: close\r\n", "HTTP/1.1", false},
        {"Connection: CLOSE\r\n", "HTTP/1.1", false},
        {"Connection: keep-alive, close\r\n", "HTTP/1.1", false},
        {"Connection: keep-alive\r\nConnection: close\r\n", "HTTP/1.1", false},
        {"Connection: x-close\r\n", "HTTP/1.1", true},
        {"Connection:\r\n", "HTTP/1.1", true},
        {"", "HTTP/1.0", false},
        {"Connection: Keep-Alive\r\n", "HTTP/1.0", true},
        {"Connection: keep-alive, close\r\n", "HTTP/1.0", false},
        {"Keep-Alive: 300\r\n", "HTTP/1.0", false},
    }));
    CAPTURE(fields, version);

    const auto request = read_request(request_with(fields, version));
    const auto response =
        read_response(response_with(fields + "Content-Length: 0\r\n", version + " 200 OK"));

    REQUIRE(request.status == HeadStatus::complete);
    CHECK(request.keep_alive == keeps);
    REQUIRE(response.status == HeadStatus::complete);
    CHECK(response.keep_alive == keeps);
}

TEST_CASE("HeadParser: an upgrade needs both fields and HTTP/1.1", "[http][head]") {
    const auto [fields, version, wanted] = GENERATE(table<std::string, std::string, bool>({
        {"Connection: Upgrade\r\nUpgrade: websocket\r\n", "HTTP/1.1", true},
        {"Connection: keep-alive, upgrade\r\nUpgrade: h2c\r\n", "HTTP/1.1", true},
        {"Connection: Upgrade\r\n", "HTTP/1.1", false},
        {"Upgrade: websocket\r\n", "HTTP/1.1", false},
        {"Connection: Upgrade\r\nUpgrade: websocket\r\n", "HTTP/1.0", false},
    }));
    CAPTURE(fields, version);

    CHECK(read_request(request_with(fields, version)).wants_upgrade == wanted);
}

TEST_CASE("HeadParser: 100-continue is expected in HTTP/1.1 only", "[http][head]") {
    CHECK(read_request(request_with("Expect: 100-continue\r\n")).expects_continue);
    CHECK_FALSE(
        read_request(request_with("Expect: 100-continue\r\n", "HTTP/1.0")).expects_continue);
    CHECK_FALSE(read_request(request_with("Expect: 200-ok\r\n")).expects_continue);
}

TEST_CASE("HeadParser: a target over its limit is 414 before its end is seen",
          "[http][head][limits]") {
    const HeadLimits limits{.head_bytes = 4096, .target_bytes = 100, .field_lines = 10};
    const std::string allowed(100, 'a');
    const auto line = [](const std::string& target) {
        return "GET /" + target.substr(1) + " HTTP/1.1\r\n";
    };

    CHECK(read_request(line(allowed) + "Host: a\r\n\r\n", {}, limits).status ==
          HeadStatus::complete);
    CHECK(read_request(line(allowed + "a") + "Host: a\r\n\r\n", {}, limits).fault == 414);
    CHECK(read_request("GET /" + std::string(120, 'a'), {}, limits).fault == 414);
    CHECK(read_request("GET /" + std::string(100'000, 'a'), {}, limits).fault == 414);
}

TEST_CASE("HeadParser: a head over its limit is 431 before its end is seen",
          "[http][head][limits]") {
    const HeadLimits limits{.head_bytes = 200, .target_bytes = 100, .field_lines = 10};
    const auto head_of = [](std::size_t size) {
        const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
    };

    CHECK(read_request(head_of(200), {}, limits).status == HeadStatus::complete);
    CHECK(read_request(head_of(200) + "body", {}, limits).status == HeadStatus::complete);
    CHECK(read_request(head_of(201), {}, limits).fault == 431);
    CHECK(read_request(head_of(300).substr(0, 199), {}, limits).status == HeadStatus::incomplete);
    CHECK(read_request(head_of(300).substr(0, 200), {}, limits).fault == 431);
    CHECK(read_request(head_of(300), {150, 199}, limits).fault == 431);
    CHECK(read_response("HTTP/1.1 200 " + std::string(200, 'x'), false, {}, limits).status ==
          HeadStatus::invalid);
}

TEST_CASE("HeadParser: one field line too many is 431 as soon as it is whole",
          "[http][head][limits]") {
    const HeadLimits limits{.field_lines = 3};
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n";

    CHECK(read_request(start + "\r\n", {}, limits).status == HeadStatus::complete);
    CHECK(read_request(start + "C: 3\r\n", {}, limits).fault == 431);
    CHECK(read_request(start + "C: 3\r\n", {20, 30, 40}, limits).fault == 431);
}

TEST_CASE("HeadParser: a head that drips in byte by byte costs no more than linear time",
          "[http][head][limits]") {
    // One value of 4 MiB, then as many bytes in short lines: a parser that starts over with every
    // byte would look at some 10^13 of them.
    const HeadLimits limits{.head_bytes = 16u << 20, .target_bytes = 100, .field_lines = 1'000'000};
    std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    bytes.append(4u << 20, 'x').append("\r\n");
    for (int i = 0; i < 500'000; ++i)
        bytes.append("Y: 1234\r\n");
    bytes.append("\r\n");
    HeadParser parser(limits);
    RequestHead head;
    HeadStatus status = HeadStatus::incomplete;

    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        status = parser.parse_request(std::string_view(bytes).substr(0, size), head);
        if (status != HeadStatus::incomplete) break;
    }

    CHECK(status == HeadStatus::complete);
    CHECK(head.fields.size() == 500'002);
}

TEST_CASE("HeadParser: a response gives its status, reason, fields and framing", "[http][head]") {
    const std::string bytes =
        "HTTP/1.1 200 All right\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi";

    const ResponseReading reading = read_response(bytes);

    REQUIRE(reading.status == HeadStatus::complete);
    CHECK(reading.code == 200);
    CHECK(reading.minor_version == 1);
    CHECK(reading.reason == "All right");
    CHECK(reading.fields == FieldList{{"Content-Type", "text/plain"}, {"Content-Length", "2"}});
    CHECK(reading.body == ResponseHead::Body::length);
    CHECK(reading.content_length == 2);
    CHECK(reading.keep_alive);
    CHECK(bytes.substr(reading.size_bytes) == "hi");
    for (std::size_t cut = 0; cut < reading.size_bytes; ++cut) {
        CAPTURE(cut);
        CHECK(read_response(bytes.substr(0, cut)).status == HeadStatus::incomplete);
        CHECK(read_response(bytes, false, {cut}) == reading);
    }
}

TEST_CASE("HeadParser: the body of a response is framed as RFC 9112 6.3 says", "[http][head]") {
    using Body = ResponseHead::Body;
    const auto [line, fields, to_head, body, keeps] =
        GENERATE(table<std::string, std::string, bool, Body, bool>({
            {"HTTP/1.1 200 OK", "Content-Length: 5\r\n", false, Body::length, true},
            {"HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\n", false, Body::chunked, true},
            {"HTTP/1.1 200 OK", "", false, Body::until_close, false},
            {"HTTP/1.1 500 Oops", "", false, Body::until_close, false},
            {"HTTP/1.0 200 OK", "Connection: keep-alive\r\n", false, Body::until_close, false},
            {"HTTP/1.1 200 OK", "Content-Length: 5\r\n", true, Body::none, true},
            {"HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\n", true, Body::none, true},
            {"HTTP/1.1 200 OK", "", true, Body::none, true},
            {"HTTP/1.1 304 Not Modified", "Content-Length: 5\r\n", false, Body::none, true},
            {"HTTP/1.1 204 No Content", "", false, Body::none, true},
            {"HTTP/1.1 204 No Content", "Content-Length: 0\r\n", false, Body::none, true},
            {"HTTP/1.1 204 No Content", "Content-Length: 5\r\n", false, Body::none, false},
            {"HTTP/1.1 204 No Content", "Transfer-Encoding: chunked\r\n", false, Body::none, false},
            {"HTTP/1.1 100 Continue", "", false, Body::none, true},
            {"HTTP/1.1 103 Early Hints", "Link: </a>\r\n", false, Body::none, true},
            {"HTTP/1.1 101 Switching Protocols",
             "Connection: Upgrade\r\nUpgrade: websocket\r\n",
             false,
             Body::none,
             true},
            {"HTTP/1.1 205 Reset Content", "Content-Length: 0\r\n", false, Body::length, true},
        }));
    CAPTURE(line, fields, to_head);

    const ResponseReading reading = read_response(response_with(fields, line), to_head);

    REQUIRE(reading.status == HeadStatus::complete);
    CHECK(reading.body == body);
    CHECK(reading.keep_alive == keeps);
}

TEST_CASE("HeadParser: a response that is malformed or framed twice is invalid", "[http][head]") {
    const auto bytes =
        GENERATE(as<std::string>{},
                 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                 "HTTP/1.1 204 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                 "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nnothing\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nX: \x01\r\n\r\n",
                 "HTTP/1.1 200 OK\nX: a\r\n\r\n",
                 "HTTP/1.1 200 O\rK\r\n\r\n",
                 "HTTP/1.1 200 O\x7fK\r\n\r\n",
                 "\r\nHTTP/1.1 200 OK\r\n\r\n",
                 "HTTP/1.1  200 OK\r\n\r\n",
                 "HTTP/1.1 20 OK\r\n\r\n",
                 "HTTP/1.1 2000 OK\r\n\r\n",
                 "HTTP/1.1 099 OK\r\n\r\n",
                 "HTTP/1.1 600 OK\r\n\r\n",
                 "HTTP/1.1 2x0 OK\r\n\r\n",
                 "HTTP/1.1 -20 OK\r\n\r\n",
                 "HTTP/1.1\r\n\r\n",
                 "HTTP/1.1 \r\n\r\n",
                 "HTTP/1.2 200 OK\r\n\r\n",
                 "HTTP/2 200 OK\r\n\r\n",
                 "HTTP/2.0 200 OK\r\n\r\n",
                 "http/1.1 200 OK\r\n\r\n",
                 "ICY 200 OK\r\n\r\n",
                 "SSH-2.0-OpenSSH_9.2\r\n",
                 "\x15\x03\x01",
                 "<html>");
    CAPTURE(bytes);

    const ResponseReading reading = read_response(bytes);

    CHECK(reading.status == HeadStatus::invalid);
    CHECK(reading.fault == 502);
    CHECK_FALSE(reading.sentence.empty());
    for (const auto& cuts : all_cuts(bytes.size())) {
        CHECK(read_response(bytes, false, cuts).status == HeadStatus::invalid);
    }
}

TEST_CASE("HeadParser: a status line needs no reason", "[http][head]") {
    CHECK(read_response("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n").code == 200);
    CHECK(read_response("HTTP/1.1 429\r\nContent-Length: 0\r\n\r\n").code == 429);
    CHECK(read_response("HTTP/1.1 200 \xc3\x9c\r\nContent-Length: 0\r\n\r\n").reason == "\xc3\x9c");
}

TEST_CASE("HeadParser: an interim head is followed by the final one", "[http][head]") {
    const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
    const std::string bytes = interim + "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    HeadParser parser;
    ResponseHead head;

    REQUIRE(parser.parse_response(bytes, false, head) == HeadStatus::complete);
    REQUIRE(head.status == 100);
    REQUIRE(head.size_bytes == interim.size());
    parser.reset();
    REQUIRE(parser.parse_response(std::string_view(bytes).substr(interim.size()), false, head) ==
            HeadStatus::complete);

    CHECK(head.status == 201);
}

TEST_CASE("RequestHead: its views follow the bytes to where they were copied", "[http][head]") {
    const std::string target = GENERATE(as<std::string>{}, "/v1/x?y=1", "http://b", "http://b/z");
    std::string bytes = "POST " + target + " HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-Empty:\r\n\r\n";
    HeadParser parser;
    RequestHead head;
    REQUIRE(parser.parse_request(bytes, head) == HeadStatus::complete);
    const std::string expected(head.target);
    const std::string host(head.host);
    std::string copy = bytes;

    head.move_views(bytes.data(), copy.data());
    bytes.assign(bytes.size(), '?');

    CHECK(head.method == "POST");
    CHECK(head.target == expected);
    CHECK(head.host == host);
    CHECK(head.fields.find("x-a") == "1");
    CHECK(head.fields.find("x-empty") == "");
    CHECK(head.fields.size() == 3);
}
