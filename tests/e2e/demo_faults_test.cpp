#include "e2e/demo_fixture.hpp"

#include <zlib.h>

#include <chrono>

using refrain::tests::chat_request;
using refrain::tests::Demo;
using Json = nlohmann::json;

namespace {

httplib::Result faulty(Demo& demo, const std::string& fault, bool stream) {
    Json request = chat_request("hello");
    request["stream"] = stream;
    return demo.post("/v1/chat/completions", request, {{"X-Demo-Fault", fault}});
}

std::string gunzip(const std::string& bytes) {
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
    std::string result(1 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    result.resize(stream.total_out);
    inflateEnd(&stream);
    return result;
}

}  // namespace

TEST_CASE("Demo: a limited call is told when to come back, and only as often as asked",
          "[demo][faults]") {
    Demo demo;
    const auto limited = faulty(demo, "429*1", false);
    CHECK(limited->status == 429);
    CHECK(limited->get_header_value("Retry-After") == "1");
    CHECK(Json::parse(limited->body)["error"]["code"] == "rate_limit_exceeded");
    CHECK(faulty(demo, "429*1", false)->status == 200);
    CHECK(faulty(demo, "500", false)->status == 500);
    CHECK(faulty(demo, "no such fault", false)->status == 200);
}

TEST_CASE("Demo: --fault strikes every call but those about itself", "[demo][faults]") {
    Demo demo({"--fault", "500*2"});
    CHECK(demo.client().Get("/_demo/calls")->status == 200);
    CHECK(demo.client().Get("/v1/models")->status == 500);
    CHECK(demo.post("/v1/chat/completions", chat_request("x"))->status == 500);
    CHECK(demo.client().Get("/v1/models")->status == 200);
}

TEST_CASE("Demo: a reset or truncated answer is never mistaken for a whole one", "[demo][faults]") {
    Demo demo;
    const bool stream = GENERATE(false, true);
    const std::string fault = GENERATE("reset", "truncated");
    CAPTURE(stream, fault);

    CHECK_FALSE(faulty(demo, fault, stream));
    CHECK(faulty(demo, "429", stream)->status == 429);  // and it serves on
}

TEST_CASE("Demo: a stalled answer sends its head and nothing more", "[demo][faults]") {
    Demo demo;
    std::string type;
    httplib::Request request;
    request.method = "POST";
    request.path = "/v1/chat/completions";
    request.body = chat_request("x").dump();
    request.headers = {{"X-Demo-Fault", "stall"},
                       {"Authorization", "Bearer k"},
                       {"Content-Length", std::to_string(request.body.size())}};
    request.response_handler = [&](const httplib::Response& response) {
        type = response.get_header_value("Content-Type");
        return false;  // it would never end
    };

    demo.client().send(request);

    CHECK(type == "application/json");
}

TEST_CASE("Demo: gzip is unasked for but valid, garbage is not JSON", "[demo][faults]") {
    Demo demo;
    demo.client().set_decompress(false);
    const auto zipped = faulty(demo, "gzip", false);
    REQUIRE(zipped);
    CHECK(zipped->get_header_value("Content-Encoding") == "gzip");
    CHECK(Json::parse(gunzip(zipped->body))["object"] == "chat.completion");
    CHECK(gunzip(faulty(demo, "gzip", true)->body).ends_with("data: [DONE]\n\n"));

    const auto garbage = faulty(demo, "garbage", false);
    CHECK(garbage->status == 200);
    CHECK(Json::parse(garbage->body, nullptr, false).is_discarded());
}

TEST_CASE("Demo: latency and token rate are kept", "[demo][faults]") {
    Demo demo({"--latency-ms", "80", "--token-rate", "100"});
    const auto begin = std::chrono::steady_clock::now();
    Json request = chat_request("hello");
    request["stream"] = true;
    request["max_tokens"] = 8;
    demo.stream("/v1/chat/completions", request);
    const auto taken = std::chrono::steady_clock::now() - begin;

    CHECK(taken >= std::chrono::milliseconds(80 + 8 * 10));
}
