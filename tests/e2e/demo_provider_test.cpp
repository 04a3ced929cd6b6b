#include "base/text_code.hpp"
#include "e2e/demo_fixture.hpp"

#include <chrono>
#include <cmath>
#include <cstring>
#include <future>
#include <thread>

using refrain::tests::chat_request;
using refrain::tests::Demo;
using Json = nlohmann::json;

TEST_CASE("Demo: headers are those that surround an OpenAI answer", "[demo]") {
    Demo demo;
    const auto answer = demo.post("/v1/chat/completions", chat_request("hello"));

    REQUIRE(answer);
    CHECK(answer->get_header_value("openai-version") == "2020-10-01");
    CHECK(answer->get_header_value("x-request-id").starts_with("req_"));
    CHECK(answer->has_header("openai-processing-ms"));
    CHECK(answer->has_header("x-ratelimit-remaining-tokens"));
    CHECK(answer->get_header_value("set-cookie").starts_with("__cf_bm="));
    CHECK_FALSE(answer->has_header("Content-Encoding"));
}

TEST_CASE("Demo: embeddings are unit vectors, the same as numbers and as base64",
          "[demo][embeddings]") {
    Demo demo;
    Json request = {{"model", "text-embedding-3-small"}, {"input", {"a", "b"}}};
    const Json numbers = demo.ask("/v1/embeddings", request);
    request["encoding_format"] = "base64";
    const Json packed = demo.ask("/v1/embeddings", request);

    for (std::size_t i = 0; i < 2; ++i) {
        const auto vector = numbers["data"][i]["embedding"].get<std::vector<float>>();
        REQUIRE(vector.size() == 1536);
        double square = 0;
        for (const float value : vector)
            square += static_cast<double>(value) * static_cast<double>(value);
        CHECK(std::abs(square - 1.0) < 1e-5);
        const auto bytes =
            refrain::base64_decode(packed["data"][i]["embedding"].get<std::string>());
        REQUIRE(bytes);
        REQUIRE(bytes->size() == vector.size() * sizeof(float));
        CHECK(std::memcmp(bytes->data(), vector.data(), bytes->size()) == 0);
    }
    CHECK(numbers["data"][0]["embedding"] != numbers["data"][1]["embedding"]);

    request = {{"model", "text-embedding-3-large"}, {"input", {1, 2, 3}}};
    CHECK(demo.ask("/v1/embeddings", request)["data"][0]["embedding"].size() == 3072);
    request["dimensions"] = 7;
    const Json few = demo.ask("/v1/embeddings", request);
    CHECK(few["data"][0]["embedding"].size() == 7);
    CHECK(few["usage"]["prompt_tokens"] == 3);
}

TEST_CASE("Demo: completions, moderations, images and models have OpenAI's shapes", "[demo]") {
    Demo demo;
    const Json completion = demo.ask(
        "/v1/completions", {{"model", "gpt-3.5-turbo-instruct"}, {"prompt", {"a", "b"}}, {"n", 2}});
    CHECK(completion["choices"].size() == 4);
    CHECK(completion["choices"][3]["index"] == 3);
    CHECK(completion["choices"][0]["finish_reason"] == "length");

    const Json judged = demo.ask("/v1/moderations", {{"input", {"be kind", "I will kill it"}}});
    CHECK(judged["results"][0]["flagged"] == false);
    CHECK(judged["results"][1]["categories"]["violence"] == true);

    const Json drawn =
        demo.ask("/v1/images/generations", {{"model", "gpt-image-1"}, {"prompt", "a cat"}});
    const auto png = refrain::base64_decode(drawn["data"][0]["b64_json"].get<std::string>());
    REQUIRE(png);
    CHECK(png->starts_with("\x89PNG\r\n"));
    CHECK(drawn["usage"]["output_tokens"] == 272);

    const Json linked =
        demo.ask("/v1/images/generations", {{"model", "dall-e-3"}, {"prompt", "a cat"}});
    const auto url = linked["data"][0]["url"].get<std::string>();
    const auto image = demo.client().Get(url.substr(url.find("/_demo")));
    REQUIRE(image);
    CHECK(image->get_header_value("Content-Type") == "image/png");

    CHECK(Json::parse(demo.client().Get("/v1/models")->body)["data"].size() > 5);
    CHECK(Json::parse(demo.client().Get("/v1/models/gpt-4o")->body)["id"] == "gpt-4o");
}

TEST_CASE("Demo: a file comes back as it went up", "[demo][files]") {
    Demo demo;
    const std::string bytes("a\0b\r\n--c", 8);
    const auto uploaded = demo.client().Post(
        "/v1/files",
        httplib::MultipartFormDataItems{{"purpose", "user_data", "", ""},
                                        {"file", bytes, "data.bin", "application/octet-stream"}});

    REQUIRE(uploaded);
    REQUIRE(uploaded->status == 200);
    const Json file = Json::parse(uploaded->body);
    CHECK(file["bytes"] == bytes.size());
    CHECK(file["filename"] == "data.bin");
    const std::string path = "/v1/files/" + file["id"].get<std::string>();
    CHECK(demo.client().Get(path + "/content")->body == bytes);
    CHECK(Json::parse(demo.client().Get("/v1/files")->body)["data"][0] == file);
    CHECK(Json::parse(demo.client().Delete(path)->body)["deleted"] == true);
    CHECK(demo.client().Get(path)->status == 404);
}

TEST_CASE("Demo: mistakes are answered as OpenAI answers them", "[demo][errors]") {
    Demo demo;
    const auto error_of = [](const httplib::Result& answer) {
        return Json::parse(answer->body)["error"];
    };
    Json request = chat_request("x");
    request["model"] = "gpt-missing";
    const auto unknown = demo.post("/v1/chat/completions", request);
    CHECK(unknown->status == 404);
    CHECK(error_of(unknown)["code"] == "model_not_found");

    const auto malformed =
        demo.client().Post("/v1/chat/completions", "{\"a\":", "application/json");
    CHECK(malformed->status == 400);
    CHECK(error_of(malformed)["type"] == "invalid_request_error");

    const auto incomplete = demo.post("/v1/chat/completions", {{"model", "gpt-4o"}});
    CHECK(incomplete->status == 400);
    CHECK(error_of(incomplete)["param"] == "messages");

    const auto mistyped = demo.post("/v1/chat/completions", {{"model", 4}, {"messages", "x"}});
    CHECK(mistyped->status == 400);

    CHECK(demo.client().Get("/v1/nonsense")->status == 404);
    CHECK(demo.client().Get("/v1/chat/completions")->status == 404);

    httplib::Client nobody(demo.process().url());
    const auto keyless =
        nobody.Post("/v1/chat/completions", chat_request("x").dump(), "application/json");
    CHECK(keyless->status == 401);
    CHECK(error_of(keyless).contains("code"));
    nobody.set_bearer_token_auth("sk-invalid");
    CHECK(error_of(nobody.Get("/v1/models"))["code"] == "invalid_api_key");
}

TEST_CASE("Demo: it counts the calls it received, not those about itself", "[demo]") {
    Demo demo;
    demo.post("/v1/chat/completions", chat_request("x"));
    demo.post("/v1/chat/completions", chat_request("x"));
    demo.client().Get("/v1/models?x=1");

    const Json calls = Json::parse(demo.client().Get("/_demo/calls")->body);
    CHECK(calls ==
          Json{{"total", 3}, {"by_path", {{"/v1/chat/completions", 2}, {"/v1/models", 1}}}});
    demo.client().Delete("/_demo/calls");
    CHECK(Json::parse(demo.client().Get("/_demo/calls")->body) ==
          Json{{"total", 0}, {"by_path", Json::object()}});
}

TEST_CASE("Demo: SIGTERM ends it with 0, streams under way or not", "[demo]") {
    Demo demo({"--token-rate", "0.1"});
    std::promise<void> begun;
    std::thread reader([&] {
        httplib::Client client(demo.process().url());
        client.set_bearer_token_auth("sk-test");
        httplib::Request request;
        request.method = "POST";
        request.path = "/v1/chat/completions";
        Json body = chat_request("x");
        body["stream"] = true;
        request.body = body.dump();
        request.set_header("Content-Length", std::to_string(request.body.size()));
        request.content_receiver =
            [&, first = true](const char*, std::size_t, std::uint64_t, std::uint64_t) mutable {
                if (std::exchange(first, false)) begun.set_value();
                return true;
            };
        client.send(request);
    });
    CHECK(begun.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);

    CHECK(demo.process().stop() == 0);
    reader.join();
}

TEST_CASE("Demo: wrong usage is told apart from failure", "[demo]") {
    using refrain::tests::run;
    const auto with = [](std::vector<std::string> flags) {
        return run({.program = REFRAIN_DEMO_BIN,
                    .arguments = std::move(flags),
                    .environment = {},
                    .standard_input = ""});
    };
    CHECK(with({"--fault", "nonsense"}).exit_code == 2);
    CHECK(with({"--listen", "nowhere"}).exit_code == 2);
    CHECK(with({"--listen", "192.0.2.1:9"}).exit_code == 1);
    const auto help = with({"--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.standard_output.find("--token-rate") != std::string::npos);
}
