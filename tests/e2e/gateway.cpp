#include "e2e/gateway.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <thread>

namespace refrain::tests {

namespace {

using Json = nlohmann::ordered_json;

Answer answer_of(const httplib::Result& result) {
    if (!result) return {};
    return {result->status, result->headers, result->body};
}

httplib::Headers with_credential(httplib::Headers headers) {
    if (headers.count("Authorization") == 0) headers.emplace("Authorization", "Bearer sk-test");
    return headers;
}

httplib::Client client_of(const std::string& url, const std::string& trusted) {
    httplib::Client client(url);
    if (!trusted.empty()) client.set_ca_cert_path(trusted.c_str());
    client.set_read_timeout(std::chrono::seconds(30));
    client.set_tcp_nodelay(true);
    return client;
}

}  // namespace

std::string Answer::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
}

std::int64_t Answer::ttl() const {
    const std::string told = header("Cache-Status");
    const auto at = told.find("; ttl=");
    return at == std::string::npos ? -1 : std::stoll(told.substr(at + 6));
}

Gateway::Gateway(Options options) : options_(std::move(options)) {
    start();
}

void Gateway::start() {
    Command command;
    command.program = REFRAIN_PROGRAM;
    command.arguments = {"serve", "--listen", "127.0.0.1:0", "--data-dir", options_.data_dir};
    command.arguments.insert(
        command.arguments.end(), options_.arguments.begin(), options_.arguments.end());
    command.environment = options_.environment;
    command.environment.emplace("REFRAIN_UPSTREAMS_OPENAI_BASE_URL", options_.upstream_url);
    process_ = std::make_unique<Process>(std::move(command));
    process_->url();
}

Answer Gateway::post(const std::string& path, const std::string& body, httplib::Headers headers) {
    auto client = client_of(url(), options_.trusted);
    std::string type = "application/json";
    if (const auto given = headers.find("Content-Type"); given != headers.end()) {
        type = given->second;
        headers.erase(given);  // the library adds one of its own
    }
    return answer_of(client.Post(path, with_credential(std::move(headers)), body, type));
}

Answer Gateway::get(const std::string& path, httplib::Headers headers) {
    auto client = client_of(url(), options_.trusted);
    return answer_of(client.Get(path, with_credential(std::move(headers))));
}

Answer Gateway::remove(const std::string& path, httplib::Headers headers) {
    auto client = client_of(url(), options_.trusted);
    return answer_of(client.Delete(path, with_credential(std::move(headers))));
}

std::uint64_t Gateway::total(const std::string& name) {
    const auto report = Json::parse(get("/refrain/stats").body);
    return report.at("totals").at(name).get<std::uint64_t>();
}

void Gateway::restart() {
    if (process_->stop() != 0) throw std::runtime_error("the gateway did not end well");
    start();
}

void Gateway::crash() {
    process_->kill();
    start();
}

void Gateway::restart_with(Environment environment) {
    options_.environment = std::move(environment);
    restart();
}

int Gateway::port() {
    const std::string address = url();
    return std::stoi(address.substr(address.rfind(':') + 1));
}

nlohmann::json report_after(Gateway& gateway, std::uint64_t requests) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < deadline) {
        auto report = nlohmann::json::parse(gateway.get("/refrain/stats").body);
        if (report["totals"]["requests"] == requests) return report;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("the requests were not entered");
}

std::string chat_answer(const std::string& text, const std::string& id) {
    Json answer;
    answer["id"] = id;
    answer["object"] = "chat.completion";
    answer["created"] = 1'790'000'000;
    answer["model"] = "gpt-4o-2024-08-06";
    answer["choices"] = {
        {{"index", 0},
         {"message", {{"role", "assistant"}, {"content", text}, {"refusal", nullptr}}},
         {"logprobs", nullptr},
         {"finish_reason", "stop"}}};
    answer["usage"] = {{"prompt_tokens", 9}, {"completion_tokens", 3}, {"total_tokens", 12}};
    return answer.dump();
}

std::vector<std::string> chat_chunks(const std::string& text, const std::string& id) {
    const auto chunk = [&](const Json& delta, const Json& finish) {
        Json json;
        json["id"] = id;
        json["object"] = "chat.completion.chunk";
        json["created"] = 1'790'000'000;
        json["model"] = "gpt-4o-2024-08-06";
        json["choices"] = {
            {{"index", 0}, {"delta", delta}, {"logprobs", nullptr}, {"finish_reason", finish}}};
        json["usage"] = nullptr;
        return "data: " + json.dump() + "\n\n";
    };
    std::vector<std::string> chunks;
    chunks.push_back(
        chunk({{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}}, nullptr));
    for (std::size_t i = 0; i < text.size(); i += 4) {
        chunks.push_back(chunk({{"content", text.substr(i, 4)}}, nullptr));
    }
    chunks.push_back(chunk(Json::object(), "stop"));
    Json usage;
    usage["id"] = id;
    usage["object"] = "chat.completion.chunk";
    usage["created"] = 1'790'000'000;
    usage["model"] = "gpt-4o-2024-08-06";
    usage["choices"] = Json::array();
    usage["usage"] = {{"prompt_tokens", 9}, {"completion_tokens", 3}, {"total_tokens", 12}};
    chunks.push_back("data: " + usage.dump() + "\n\n");
    chunks.push_back("data: [DONE]\n\n");
    return chunks;
}

std::string chat_request(const std::string& prompt, const std::string& extra) {
    const std::string text = Json(prompt).dump();
    return R"({"model":"gpt-4o","messages":[{"role":"user","content":)" + text + "}]" + extra + "}";
}

Reply chat_stream(const std::string& text, const std::string& id) {
    auto reply = Reply::chunked(200, {{"Content-Type", "text/event-stream; charset=utf-8"}});
    for (const auto& chunk : chat_chunks(text, id))
        reply.chunk(chunk);
    reply.finish();
    return reply;
}

Reply chat_stream_until(const Gate& rest, const std::string& text) {
    auto reply = Reply::chunked(200, {{"Content-Type", "text/event-stream"}});
    const auto chunks = chat_chunks(text);
    reply.chunk(chunks[0]).wait(rest);
    for (std::size_t i = 1; i < chunks.size(); ++i)
        reply.chunk(chunks[i]);
    reply.finish();
    return reply;
}

}  // namespace refrain::tests
