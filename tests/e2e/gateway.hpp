// The gateway under test, as its users run it: the real program on a port of its own, with a data
// directory of its own, in front of a scripted provider.
//
//     Scenario s;
//     s.openai.on("POST", "/v1/chat/completions", Reply::json(kChatAnswer));
//     const auto first = s.gateway.post("/v1/chat/completions", kBody);
//     CHECK(first.header("X-Cache") == "MISS");
#pragma once

#include "support/process.hpp"
#include "support/scratch_dir.hpp"
#include "support/scripted_upstream.hpp"

#include <httplib.h>
#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace refrain::tests {

struct Answer {
    int status = 0;  // 0: no answer came, or it was cut
    httplib::Headers headers;
    std::string body;

    // The first field of that name, "" if there is none.
    std::string header(const std::string& name) const;
    bool has_header(const std::string& name) const { return headers.count(name) > 0; }
    // The seconds it will still be kept, by its Cache-Status; -1 if that tells none.
    std::int64_t ttl() const;
};

using Environment = std::map<std::string, std::string>;

class Gateway {
  public:
    struct Options {
        std::string data_dir;
        std::string upstream_url;  // of the OpenAI upstream
        Environment environment;   // more of it
        std::vector<std::string> arguments;
        std::string trusted{};  // PEM file of who signs its certificate, if it has one
    };

    explicit Gateway(Options options);

    // Calls with an API key, and posts JSON, unless `headers` bring another Authorization or
    // Content-Type.
    Answer post(const std::string& path, const std::string& body, httplib::Headers headers = {});
    Answer get(const std::string& path, httplib::Headers headers = {});
    Answer remove(const std::string& path, httplib::Headers headers = {});

    // The savings report's totals, by name: "hits", "misses", …
    std::uint64_t total(const std::string& name);

    void restart();  // after a clean end
    void crash();    // kill -9, then start again
    int stop() { return process_->stop(); }
    // Ends it and starts it with another environment on the same data.
    void restart_with(Environment environment);

    std::string url() { return process_->url(); }
    int port();
    Process& process() { return *process_; }

  private:
    void start();

    Options options_;
    std::unique_ptr<Process> process_;
};

struct Scenario {
    explicit Scenario(Environment environment = {}, std::vector<std::string> arguments = {})
        : gateway({data / "data", openai.url(), std::move(environment), std::move(arguments)}) {}

    ScriptedUpstream openai;
    ScratchDir data;
    Gateway gateway;
};

// The savings report once that many requests are in it: a call may be entered after its answer was
// sent.
nlohmann::json report_after(Gateway& gateway, std::uint64_t requests);

// A whole chat answer with that text, as OpenAI sends it.
std::string chat_answer(const std::string& text, const std::string& id = "chatcmpl-1");
// The same as the chunks of a stream; the last is [DONE].
std::vector<std::string> chat_chunks(const std::string& text, const std::string& id = "chatcmpl-1");
// A chat request with that prompt; `extra` are more members, each with a leading comma.
std::string chat_request(const std::string& prompt, const std::string& extra = "");
// A streamed reply of those chunks, with usage, ended well.
Reply chat_stream(const std::string& text, const std::string& id = "chatcmpl-1");
// The same, but all behind its first chunk waits for the gate.
Reply chat_stream_until(const Gate& rest, const std::string& text);

inline const std::string kChat = "/v1/chat/completions";

}  // namespace refrain::tests
