// Whole requests and answers with everything the provider says of them, one folder each:
//
//   request.json or request.form           the request; a form is a line for each part, NAME=VALUE,
//                                          where @NAME is a file of samples/audio
//   headers.txt  query.txt                 more of it, where there is any
//   canonical.json  key.txt  upstream.json  bypass.txt   what plan() made of it
//   answer.json, answer.sse or answer.txt   what the provider answered
//   verdict.txt  usage.json                 what judge() and usage() made of that
//
// A changed key.txt empties every cache and needs a decision record. REFRAIN_GOLDEN_UPDATE=1
// rewrites what is expected.
#include "base/digest.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/openai/endpoints.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace refrain::providers {
namespace {

namespace fs = std::filesystem;

struct GoldenEndpoint {
    std::string_view folder;  // of openai/ or google/; no two are named alike
    std::string_view method;
    std::string_view path;
    const Endpoint& endpoint;
};

const GoldenEndpoint& golden_endpoint(const std::string& folder) {
    static const std::vector<GoldenEndpoint> kAll{
        {"chat", "POST", "/v1/chat/completions", openai::chat()},
        {"responses", "POST", "/v1/responses", openai::responses()},
        {"completions", "POST", "/v1/completions", openai::completions()},
        {"embeddings", "POST", "/v1/embeddings", openai::embeddings()},
        {"moderation", "POST", "/v1/moderations", openai::moderation()},
        {"images", "POST", "/v1/images/generations", openai::images()},
        {"transcription", "POST", "/v1/audio/transcriptions", openai::transcription()},
        {"translation", "POST", "/v1/audio/translations", openai::translation()},
        {"speech", "POST", "/v1/audio/speech", openai::speech()},
        {"catalog", "GET", "/v1/models", openai::catalog()},
        {"generate_content",
         "POST",
         "/v1beta/models/gemini-2.5-flash:generateContent",
         google::generate_content()},
        {"stream_generate_content",
         "POST",
         "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
         google::generate_content()},
        {"batch_embed_contents",
         "POST",
         "/v1beta/models/gemini-embedding-001:batchEmbedContents",
         google::embed_content()},
        {"count_tokens",
         "POST",
         "/v1beta/models/gemini-2.5-flash:countTokens",
         google::count_tokens()},
        {"text_to_speech", "POST", "/v1/text:synthesize", google::synthesize()},
        {"speech_to_text", "POST", "/v1/speech:recognize", google::recognize()},
    };
    for (const GoldenEndpoint& one : kAll) {
        if (one.folder == folder) return one;
    }
    FAIL("no endpoint is called " << folder);
    return kAll.front();
}

std::optional<std::string> contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string line_of(const fs::path& file) {
    std::string text = contents(file).value_or("");
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

// Compares one expectation, or writes it. An absent text expects an absent file.
void expect(const fs::path& file, const std::optional<std::string>& text) {
    CAPTURE(file.string());
    if (std::getenv("REFRAIN_GOLDEN_UPDATE") != nullptr) {
        fs::remove(file);
        if (text) std::ofstream(file, std::ios::binary) << *text;
    }
    CHECK(contents(file) == text);
}

std::vector<std::pair<std::string, std::string>> headers_in(const fs::path& file) {
    std::vector<std::pair<std::string, std::string>> headers;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const std::size_t colon = line.find(": ");
        REQUIRE(colon != std::string::npos);
        headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    return headers;
}

std::optional<std::string> as_line(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text + "\n");
}

std::string key_of(const Plan& plan) {
    return sha256_framed({"refrain-1",
                          name(plan.operation),
                          "https://api.openai.com",
                          "shared",
                          "",
                          plan.canonical})
        .hex();
}

void check_answer(const fs::path& folder, const Endpoint& endpoint, const Plan& plan) {
    constexpr std::array<std::pair<const char*, std::string_view>, 3> kFiles{
        std::pair{"answer.json", "application/json"},
        std::pair{"answer.sse", "text/event-stream; charset=utf-8"},
        std::pair{"answer.txt", "text/plain; charset=utf-8"}};
    Answer answer;
    std::optional<std::string> body;
    for (const auto& [file, type] : kFiles) {
        if (!fs::exists(folder / file)) continue;
        answer.content_type = type;
        body = contents(folder / file);
    }
    if (!body) return;
    answer.body = *body;
    const std::string form = endpoint.recorded_form(plan, answer.content_type);
    answer.form = form;
    const Verdict verdict = endpoint.judge(plan, answer);
    expect(folder / "verdict.txt", verdict.keep() ? "keep\n" : verdict.reason + "\n");
    expect(folder / "usage.json", endpoint.usage(plan, answer).to_json() + "\n");
}

constexpr std::string_view kFormType = "multipart/form-data; boundary=golden";

std::string form_in(const fs::path& file) {
    std::ifstream in(file);
    std::string body;
    for (std::string line; std::getline(in, line);) {
        const std::size_t equals = line.find('=');
        REQUIRE(equals != std::string::npos);
        std::string value = line.substr(equals + 1);
        body +=
            "--golden\r\nContent-Disposition: form-data; name=\"" + line.substr(0, equals) + "\"";
        if (value.starts_with('@')) {
            body += "; filename=\"" + value.substr(1) + "\"";
            const fs::path root(REFRAIN_SOURCE_DIR);
            value = contents(root / "samples" / "audio" / value.substr(1)).value();
        }
        body += "\r\n\r\n" + value + "\r\n";
    }
    return body.empty() ? body : body + "--golden--\r\n";
}

void check_case(const fs::path& folder, const GoldenEndpoint& golden) {
    const std::string form = form_in(folder / "request.form");
    const std::string body = form.empty() ? contents(folder / "request.json").value_or("") : form;
    Request request;
    request.method = golden.method;
    request.path = golden.path;
    request.content_type = !form.empty() ? kFormType : body.empty() ? "" : "application/json";
    request.body = body;
    request.query = line_of(folder / "query.txt");
    request.keyed_headers = headers_in(folder / "headers.txt");

    const Plan plan = golden.endpoint.plan(request, {});

    expect(folder / "bypass.txt", as_line(plan.bypass));
    expect(folder / "canonical.json", as_line(plan.canonical));
    expect(folder / "key.txt", plan.bypass.empty() ? as_line(key_of(plan)) : std::nullopt);
    expect(folder / "upstream.json", plan.upstream_body);
    check_answer(folder, golden.endpoint, plan);
}

}  // namespace

TEST_CASE("Recorded requests and answers keep their keys and verdicts", "[providers][golden]") {
    const std::string provider = GENERATE("openai", "google");
    int cases = 0;
    const fs::path root = fs::path(REFRAIN_SOURCE_DIR) / "tests" / "golden" / provider;
    for (const auto& endpoint : fs::directory_iterator(root)) {
        const GoldenEndpoint& golden = golden_endpoint(endpoint.path().filename().string());
        for (const auto& folder : fs::directory_iterator(endpoint.path())) {
            CAPTURE(folder.path().string());
            check_case(folder.path(), golden);
            ++cases;
        }
    }
    CHECK(cases >= 10);
}

}  // namespace refrain::providers
