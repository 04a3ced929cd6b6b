#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/printable.hpp"
#include "cli/warm_bar.hpp"
#include "cli/warm_list.hpp"
#include "cli/warm_pause.hpp"
#include "providers/json.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace refrain::cli {

namespace {

constexpr std::uint64_t kMaxListBytes = 256ULL << 20;
constexpr std::size_t kMaxReason = 300;

bool is_credential(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return name == "authorization" || name == "api-key" || name == "x-api-key" ||
           name == "x-goog-api-key";
}

// The provider's or the gateway's own words, or the beginning of whatever came.
std::string reason_in(const HttpAnswer& answer) {
    std::string reason;
    if (const auto json = providers::parse_json(answer.body); json && json->is_object()) {
        const auto error = json->find("error");
        if (error != json->end() && error->is_object()) {
            const auto message = error->find("message");
            if (message != error->end() && message->is_string()) reason = *message;
        }
    }
    if (reason.empty()) reason = answer.body;
    return std::to_string(answer.status) + ": " + printable(reason.substr(0, kMaxReason));
}

// Why the answer warmed nothing, "" if it did.
std::string fault_of(const HttpAnswer& answer) {
    if (answer.status != 200) return reason_in(answer);
    const std::string& status = answer.cache_status;
    if (status.empty()) return "answered by something that is no Refrain gateway";
    if (status.find("fwd=bypass") == status.npos) return "";
    return "answered, but not kept: " + printable(status);
}

// From the cache, or shared with another line that asks the same.
bool is_known(const std::string& cache_status) {
    return cache_status.starts_with("refrain; hit") ||
           cache_status.find("; collapsed") != cache_status.npos;
}

std::string link_in(const std::string& body) {
    const auto json = providers::parse_json(body);
    if (!json || !json->is_object()) return "";
    const auto url = json->find("url");
    return url != json->end() && url->is_string() ? url->get<std::string>() : "";
}

class Warming {
  public:
    Warming(const WarmOptions& options, const std::vector<WarmLine>& lines, Console& console)
        : options_(options), lines_(lines), console_(console), bar_(console, lines.size()) {
        const auto key = console.environment.find("OPENAI_API_KEY");
        if (key != console.environment.end()) key_ = key->second;
        links_.resize(lines.size());
    }

    int run() {
        std::vector<std::thread> threads;
        const std::size_t count = std::min(options_.concurrency, lines_.size());
        for (std::size_t i = 0; i < count; ++i)
            threads.emplace_back([this] { work(); });
        for (std::thread& thread : threads)
            thread.join();
        bar_.clear();
        for (const std::string& link : links_) {
            if (!link.empty()) console_.out << link << '\n';
        }
        const std::size_t failed = lines_.size() - bought_ - known_;
        console_.err << lines_.size() << " requests: " << bought_ << " bought, " << known_
                     << " already there, " << failed << " failed\n";
        return failed == 0 ? kDone : kFailed;
    }

  private:
    // Until there is nothing left, or no gateway.
    void work() {
        auto poster = HttpPoster::open(options_.url);
        if (!poster) return give_up(poster.error().message);
        for (;;) {
            const std::size_t index = next_++;
            if (index >= lines_.size() || gave_up_) return;
            const WarmLine& line = lines_[index];
            const auto answer = ask(*poster, line);
            if (!answer && answer.error().code != ErrorCode::broken) {
                return give_up(answer.error().message);
            }
            count(index, answer);
        }
    }

    // Again and again while somebody is too busy for it, within reason.
    Result<HttpAnswer> ask(HttpPoster& poster, const WarmLine& line) {
        const HttpHeaders headers = headers_of(line);
        for (unsigned attempt = 1;; ++attempt) {
            auto answer = poster.post(line.path, headers, line.body);
            if (!answer) return answer;
            const auto pause =
                pause_before_retry(answer->status, answer->retry_after, attempt, wall_now());
            if (!pause || !wait_for(*pause)) return answer;
        }
    }

    // False if meanwhile all was given up.
    bool wait_for(std::chrono::milliseconds pause) {
        std::unique_lock lock(mutex_);
        return !over_.wait_for(lock, pause, [this] { return gave_up_.load(); });
    }

    HttpHeaders headers_of(const WarmLine& line) const {
        HttpHeaders headers = line.headers;
        const bool has_credential =
            std::any_of(headers.begin(), headers.end(), [](const auto& one) {
                return is_credential(one.first);
            });
        const bool is_openai = line.path.starts_with("/v1/") || line.path.starts_with("/openai/");
        if (!has_credential && !key_.empty() && is_openai) {
            headers.emplace_back("Authorization", "Bearer " + key_);
        }
        if (options_.links && line.is_speech) headers.emplace_back("X-Refrain-Deliver", "url");
        return headers;
    }

    void count(std::size_t index, const Result<HttpAnswer>& answer) {
        const std::lock_guard lock(mutex_);
        const std::string fault = answer ? fault_of(*answer) : answer.error().message;
        if (!fault.empty()) {
            say(index, fault);
        } else {
            ++(is_known(answer->cache_status) ? known_ : bought_);
            if (options_.links && lines_[index].is_speech) links_[index] = link_in(answer->body);
        }
        bar_.at(++done_);
    }

    // REQUIRES: the lock.
    void say(std::size_t index, const std::string& reason) {
        bar_.clear();
        console_.complain("line " + std::to_string(lines_[index].number) + ": " + reason);
    }

    // No gateway answers: all that is left fails, with one sentence for it.
    void give_up(const std::string& reason) {
        const std::lock_guard lock(mutex_);
        if (gave_up_.exchange(true)) return;
        bar_.clear();
        console_.complain(reason);
        over_.notify_all();
    }

    const WarmOptions& options_;
    const std::vector<WarmLine>& lines_;
    Console& console_;
    std::string key_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> gave_up_{false};

    std::condition_variable over_;
    std::mutex mutex_;  // guards what follows
    WarmBar bar_;
    std::vector<std::string> links_;  // by line
    std::size_t done_ = 0;
    std::size_t bought_ = 0;
    std::size_t known_ = 0;
};

}  // namespace

int warm(const WarmOptions& options, Console& console) {
    auto input = Input::open(options.file, console);
    auto text =
        input ? input->read_all(kMaxListBytes) : Result<std::string>(failure(input.error()));
    if (!text) {
        console.complain(text.error().message);
        return kFailed;
    }
    const auto lines = read_warm_list(*text);
    if (!lines) {
        console.complain(options.file + ": " + lines.error().message);
        return kFailed;
    }
    return Warming(options, *lines, console).run();
}

}  // namespace refrain::cli
