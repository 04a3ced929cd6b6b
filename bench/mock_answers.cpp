#include "mock_answers.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

constexpr std::string_view kEventStart =
    R"(data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,)"
    R"("model":"gpt-4o-mini","choices":[)";

std::string chunk(std::string_view data) {
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
    return size.data() + std::string(data) + "\r\n";
}

double number_after(std::string_view text, std::string_view name, double otherwise) {
    const auto at = text.find(name);
    if (at == std::string_view::npos) return otherwise;
    return std::strtod(std::string(text.substr(at + name.size(), 16)).c_str(), nullptr);
}

bool says(std::string_view body, std::string_view name) {
    const auto at = body.find(name);
    if (at == std::string_view::npos) return false;
    const auto value = body.find_first_not_of(" \t\r\n:", at + name.size());
    return value != std::string_view::npos && body.substr(value, 4) == "true";
}

std::string make_whole_answer() {
    const std::string start =
        R"({"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,)"
        R"("model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":")";
    const std::string end =
        R"(","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":200,)"
        R"("completion_tokens":300,"total_tokens":500},"system_fingerprint":"fp_bench"})";
    const std::string words = "The quick brown fox jumps over the lazy dog. ";
    std::string content;
    const std::size_t room = 2048 - start.size() - end.size();
    while (content.size() < room)
        content += words;
    content.resize(room);
    return start + content + end;
}

}  // namespace

Manner manner_of(Manner defaults, std::string_view target, std::string_view body) {
    Manner manner = defaults;
    const auto query = target.find('?');
    if (query != std::string_view::npos) {
        const std::string_view asked = target.substr(query);
        manner.delay_ms = static_cast<int>(number_after(asked, "delay_ms=", manner.delay_ms));
        manner.rate = static_cast<int>(number_after(asked, "rate=", manner.rate));
        manner.seconds = number_after(asked, "seconds=", manner.seconds);
    }
    manner.stream = says(body, R"("stream")");
    manner.usage = says(body, R"("include_usage")");
    return manner;
}

std::string text_answer(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string& whole_answer() {
    static const std::string answer = text_answer(make_whole_answer());
    return answer;
}

std::string speech_answer(int kib) {
    const auto number = [](std::uint32_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i)
            text += static_cast<char>(value >> (8 * i) & 0xFFU);
        return text;
    };
    const auto size = static_cast<std::uint32_t>(kib) * 1024 - 44;
    std::string wav = "RIFF" + number(size + 36, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) +
                      number(1, 2) + number(24'000, 4) + number(48'000, 4) + number(2, 2) +
                      number(16, 2) + "data" + number(size, 4);
    // Noise, for nobody's disk is to be spared by compressing it.
    for (std::uint32_t noise = 1; wav.size() < size + 44;) {
        noise = noise * 1'664'525U + 1'013'904'223U;
        wav += static_cast<char>(noise >> 24U);
    }
    return "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: " +
           std::to_string(wav.size()) + "\r\n\r\n" + wav;
}

const std::string& stream_head() {
    static const std::string head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    return head;
}

std::string stream_event(std::int64_t sent_ns) {
    return chunk(std::string(kEventStart) + R"({"index":0,"delta":{"content":"t=)" +
                 std::to_string(sent_ns) + R"( "},"logprobs":null,"finish_reason":null}]})" +
                 "\n\n");
}

std::string stream_end(bool usage) {
    const std::string start(kEventStart);
    std::string end = chunk(
        start + R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]})" + "\n\n");
    if (usage) {
        end += chunk(start +
                     R"(],"usage":{"prompt_tokens":20,"completion_tokens":30,"total_tokens":50}})" +
                     "\n\n");
    }
    return end + chunk("data: [DONE]\n\n") + "0\r\n\r\n";
}

}  // namespace bench
