#include "cache/key.hpp"

#include "base/digest.hpp"
#include "providers/json.hpp"
#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>

namespace refrain::cli {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const std::string kBody =
    R"({"model":"gpt-4o","user":"ann","stream":true,"messages":[{"role":"user","content":"Hi"}]})";

providers::Json explained(const std::string& body, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"key", "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = run_on(body, arguments);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    auto json = providers::parse_json(outcome.out);
    REQUIRE(json);
    return *json;
}

}  // namespace

TEST_CASE("key explains what a chat request is remembered by", "[cli][key]") {
    const auto it = explained(kBody);

    CHECK(it.at("memoized") == true);
    CHECK(it.at("operation") == "chat");
    CHECK(it.at("model") == "gpt-4o");
    CHECK(it.at("upstream") == "https://api.openai.com");
    CHECK(it.at("scope") == "shared");
    CHECK_THAT(it.at("canonical").get<std::string>(), !Contains("ann"));
    const auto left_out = it.at("left_out").get<std::vector<std::string>>();
    CHECK_THAT(left_out, Catch::VectorContains(std::string("user")));
    CHECK(it.at("key") == cache::derive_key({.operation = "chat",
                                             .upstream = "https://api.openai.com",
                                             .scope = "shared",
                                             .variant = "",
                                             .canonical = it.at("canonical").get<std::string>()})
                              .hex());
}

TEST_CASE("Requests that mean the same have the same key, others have not", "[cli][key]") {
    const auto key = explained(kBody).at("key");

    CHECK(explained(R"({ "messages":[{"content":"Hi","role":"user"}], "model":"gpt-4o" })")
              .at("key") == key);
    CHECK(
        explained(R"({"messages":[{"content":"Ho","role":"user"}],"model":"gpt-4o"})").at("key") !=
        key);
    CHECK(explained(kBody, {"--scope", "team-a"}).at("key") != key);
    CHECK(explained(kBody, {"--content-type", "Application/JSON; charset=utf-8"}).at("key") == key);
}

TEST_CASE("key as text names each part and what a gateway adds", "[cli][key]") {
    const Files files;
    const auto outcome = run({"key", files.write("body.json", kBody)});

    CHECK(outcome.code == 0);
    for (const char* part : {"operation  chat",
                             "model      gpt-4o",
                             "form       ",
                             "scope      shared",
                             "left out   ",
                             "canonical  {",
                             "key        ",
                             "A running gateway"}) {
        CHECK_THAT(outcome.out, Contains(part));
    }
}

TEST_CASE("What is not memoized is said with its reason, and is no failure", "[cli][key]") {
    const auto outcome = run_on("{\"model\":", {"key", "-"});
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, StartsWith("not memoized: invalid-json"));

    const auto stored = explained(R"({"model":"gpt-4o","store":true,"messages":[]})");
    CHECK(stored.at("memoized") == false);
    CHECK(stored.at("reason") == "store");

    const auto passed = run_on("{}", {"key", "--path", "/v1/files", "-"});
    CHECK(passed.code == 0);
    CHECK(passed.out == "not memoized: POST /v1/files is passed through\n");
}

TEST_CASE("key of Google's calls", "[cli][key]") {
    const auto speech = explained(R"({"input":{"text":"Hi"}})", {"--path", "/v1/text:synthesize"});
    CHECK(speech.at("operation") == "speech");
    CHECK(speech.at("upstream") == "https://texttospeech.googleapis.com");

    const auto stream =
        explained(R"({"contents":[]})",
                  {"--path", "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"});
    CHECK(stream.at("operation") == "generate");
    CHECK(stream.at("model") == "gemini-2.5-flash");
    CHECK(stream.at("form") == "sse");
    CHECK(stream.at("upstream") == "https://generativelanguage.googleapis.com");
}

TEST_CASE("key of another path", "[cli][key]") {
    const auto it = explained(R"({"model":"text-embedding-3-small","input":"Hi"})",
                              {"--path", "/v1/embeddings"});

    CHECK(it.at("operation") == "embeddings");
}

TEST_CASE("A body that cannot be read is a failure", "[cli][key]") {
    const Files files;

    CHECK(run({"key", files.folder() + "/none"}).code == 1);
    CHECK(run({"key", files.folder()}).code == 1);
    CHECK_THAT(run({"key", files.folder() + "/none"}).err, Contains("No such file"));
}

TEST_CASE("A hostile body cannot write to the terminal", "[cli][key]") {
    const auto outcome =
        run_on("{\"model\":\"\\u001b[31m\\u009b\",\"messages\":[],\"x\\u0007\":1}", {"key", "-"});

    CHECK(outcome.code == 0);
    CHECK(outcome.out.find('\x1b') == outcome.out.npos);
    CHECK(outcome.out.find('\x07') == outcome.out.npos);
    CHECK(outcome.out.find("\xc2\x9b") == outcome.out.npos);
}

}  // namespace refrain::cli
