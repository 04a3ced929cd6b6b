// The real demo provider on a port of its own, and a client with a key. For the demo's own tests.
#pragma once

#include "support/process.hpp"

#include <catch2/catch.hpp>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace refrain::tests {

class Demo {
  public:
    using Json = nlohmann::json;

    explicit Demo(std::vector<std::string> flags = {})
        : process_({.program = REFRAIN_DEMO_BIN,
                    .arguments = with_listen(std::move(flags)),
                    .environment = {},
                    .standard_input = ""}),
          client_(process_.url()) {
        client_.set_read_timeout(10);
        client_.set_default_headers({{"Authorization", "Bearer sk-test"}});
    }

    httplib::Result post(const std::string& path,
                         const Json& body,
                         const httplib::Headers& headers = {}) {
        return client_.Post(path, headers, body.dump(), "application/json");
    }
    // The parsed answer; the test fails unless it is a 200.
    Json ask(const std::string& path, const Json& body) {
        const auto answer = post(path, body);
        REQUIRE(answer);
        CAPTURE(answer->body);
        REQUIRE(answer->status == 200);
        CHECK(answer->get_header_value("Content-Type") == "application/json");
        return Json::parse(answer->body);
    }
    // The data of each event of a stream, unparsed.
    std::vector<std::string> stream(const std::string& path, const Json& body) {
        const auto answer = post(path, body);
        REQUIRE(answer);
        REQUIRE(answer->status == 200);
        CHECK(answer->get_header_value("Content-Type") == "text/event-stream; charset=utf-8");
        std::vector<std::string> events;
        std::size_t at = 0;
        while ((at = answer->body.find("data: ", at)) != std::string::npos) {
            const std::size_t end = answer->body.find("\n\n", at);
            REQUIRE(end != std::string::npos);
            events.push_back(answer->body.substr(at + 6, end - at - 6));
            at = end;
        }
        return events;
    }

    httplib::Client& client() { return client_; }
    Process& process() { return process_; }

  private:
    static std::vector<std::string> with_listen(std::vector<std::string> flags) {
        flags.insert(flags.end(), {"--listen", "127.0.0.1:0"});
        return flags;
    }

    Process process_;
    httplib::Client client_;
};

inline nlohmann::json chat_request(const std::string& prompt) {
    return {{"model", "gpt-4o"}, {"messages", {{{"role", "user"}, {"content", prompt}}}}};
}

}  // namespace refrain::tests
