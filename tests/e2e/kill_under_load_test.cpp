// Callers ask as fast as they can until SIGKILL ends the gateway at a random moment; the next
// gateway on the same data must start at once, and every answer, before and after, must be right to
// the byte. REFRAIN_KILL_LOOPS sets the number of rounds; with it the figures are told.
#include "e2e/gateway.hpp"
#include "support/sanitized.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>
#include <vector>

namespace refrain::tests {
namespace {

// Half of the questions of a round are new, the others came in the round before.
constexpr int kNew = 150;
constexpr int kQuestions = 2 * kNew;
constexpr int kCallers = 4;

// Of all sizes up to 30 KB, of text that compresses and of text that hardly does; many are equal.
std::string text_for(int question) {
    const int seed = question % 4 == 0 ? question % 20 : question;
    std::mt19937 random(static_cast<unsigned>(seed));
    std::string text(random() % 30'000, 'a');
    if (seed % 3 != 0) {
        for (char& c : text)
            c = static_cast<char>('a' + random() % 26);
    }
    return text;
}

bool is_stream(int question) {
    return question % 2 == 1;
}

std::string request_for(int question) {
    return chat_request(
        std::to_string(question),
        is_stream(question) ? R"(,"stream":true,"stream_options":{"include_usage":true})" : "");
}

// The one right answer.
std::string answer_for(int question) {
    if (!is_stream(question)) return chat_answer(text_for(question));
    std::string all;
    for (const auto& chunk : chat_chunks(text_for(question).substr(0, 400)))
        all += chunk;
    return all;
}

Reply reply_for(int question) {
    return is_stream(question) ? chat_stream(text_for(question).substr(0, 400))
                               : Reply::json(chat_answer(text_for(question)));
}

// The question in a request's body.
int question_of(const std::string& body) {
    const std::string before = R"("content":")";
    return std::atoi(body.c_str() + body.find(before) + before.size());
}

struct Tally {
    std::atomic<int> right{0};
    std::atomic<int> hits{0};
    std::atomic<int> wrong{0};  // any other than what the provider says, or cut
};

struct Round {
    explicit Round(int number) : first(number * kNew) {
        for (int i = 0; i < kQuestions; ++i)
            answers.push_back(answer_for(first + i));
    }
    int first;
    std::vector<std::string> answers;
    std::atomic<bool> over{false};
};

httplib::Client client_of(const std::string& url) {
    httplib::Client client(url);
    client.set_keep_alive(true);
    client.set_tcp_nodelay(true);
    client.set_read_timeout(30);
    return client;
}

void ask_until_dead(const std::string& url, const Round& round, unsigned seed, Tally& tally) {
    std::mt19937 random(seed);
    auto client = client_of(url);
    while (!round.over) {
        const int at = static_cast<int>(random() % kQuestions);
        const auto result = client.Post(kChat,
                                        {{"Authorization", "Bearer sk-test"}},
                                        request_for(round.first + at),
                                        "application/json");
        if (!result) break;  // the moment of death
        const bool right =
            result->status == 200 && result->body == round.answers[static_cast<std::size_t>(at)];
        ++(right ? tally.right : tally.wrong);
        if (result->get_header_value("X-Cache") == "HIT") ++tally.hits;
    }
}

// Processor time of all its threads: unlike the time on the clock it does not depend on who else
// uses the machine.
double cpu_seconds(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::stringstream text;
    text << file.rdbuf();
    std::istringstream fields(text.str().substr(text.str().rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

TEST_CASE("kill -9 during load never yields a wrong byte, and the next start takes no time",
          "[e2e][crash]") {
    const char* const asked = std::getenv("REFRAIN_KILL_LOOPS");
    const int loops = asked == nullptr ? 3 : std::atoi(asked);
    Scenario s;
    s.openai.on("POST", kChat, [](const Seen& seen) { return reply_for(question_of(seen.body)); });
    // The client library makes its tables at the first call: not in four threads at once.
    CHECK(s.gateway.get("/refrain/health").status == 200);
    std::mt19937 random(1);
    Tally during;
    Tally after;
    double slowest = 0;
    double slowest_cpu = 0;

    for (int loop = 0; loop < loops; ++loop) {
        CAPTURE(loop);
        Round round(loop);
        std::vector<std::thread> callers;
        for (int i = 0; i < kCallers; ++i) {
            callers.emplace_back([&, url = s.gateway.url(), seed = random()] {
                ask_until_dead(url, round, static_cast<unsigned>(seed), during);
            });
        }
        // The moment of death is the point of this test.
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 480));
        s.gateway.process().kill();
        round.over = true;
        for (auto& caller : callers)
            caller.join();

        const auto begin = std::chrono::steady_clock::now();
        s.gateway.crash();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        slowest = std::max(slowest, took.count());
        slowest_cpu = std::max(slowest_cpu, cpu_seconds(s.gateway.process().pid()));

        auto client = client_of(s.gateway.url());
        for (int at = 0; at < kQuestions; ++at) {
            const auto result = client.Post(kChat,
                                            {{"Authorization", "Bearer sk-test"}},
                                            request_for(round.first + at),
                                            "application/json");
            REQUIRE(result);
            const bool right = result->body == round.answers[static_cast<std::size_t>(at)];
            ++(right ? after.right : after.wrong);
            if (result->get_header_value("X-Cache") == "HIT") ++after.hits;
        }
        REQUIRE(during.wrong == 0);
        REQUIRE(after.wrong == 0);
    }

    CHECK(during.right > 0);
    CHECK(after.hits > 0);
    CHECK(slowest_cpu < kSlower);
    if (asked != nullptr) {
        WARN(loops << " kills; " << during.right << " answers before and " << after.right
                   << " after were right, " << after.hits
                   << " of these from the store; slowest start " << slowest << " s, " << slowest_cpu
                   << " s of processor time");
    }
}

}  // namespace
}  // namespace refrain::tests
