// Makes messages that are nearly right: sound and hostile pieces put together by chance, then bytes
// damaged by chance. The same seed gives the same messages everywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace refrain::http::testing {

class MessageGenerator {
  public:
    explicit MessageGenerator(std::uint64_t seed) : random_(seed) {}

    // Below `limit`. Not a std distribution: those differ between libraries.
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
    bool one_in(std::size_t n) { return below(n) == 0; }

    template <std::size_t N>
    std::string_view pick(const std::array<std::string_view, N>& choices) {
        return choices[below(N)];
    }

    std::string request() {
        std::string bytes = one_in(20) ? "\r\n" : "";
        bytes.append(pick(kMethods)).append(" ").append(target()).append(" ");
        bytes.append(one_in(8) ? pick(kOddVersions) : "HTTP/1.1").append("\r\n");
        if (!one_in(20)) bytes.append("Host: ").append(pick(kHosts)).append("\r\n");
        append_fields(bytes);
        append_body(bytes);
        return damaged(bytes);
    }

    std::string response() {
        std::string bytes;
        bytes.append(one_in(8) ? pick(kOddVersions) : "HTTP/1.1").append(" ");
        bytes.append(pick(kStatuses)).append("\r\n");
        append_fields(bytes);
        append_body(bytes);
        return damaged(bytes);
    }

    std::string text(std::size_t size) {
        std::string bytes(size, ' ');
        for (char& c : bytes)
            c = static_cast<char>(32 + below(95));
        return bytes;
    }

  private:
    static constexpr std::array<std::string_view, 8> kMethods{
        "GET", "POST", "PUT", "OPTIONS", "HEAD", "DELETE", "M-SEARCH", "get"};
    static constexpr std::array<std::string_view, 12> kTargets{"/",
                                                               "/v1/chat/completions",
                                                               "/a?b=c&d",
                                                               "//x",
                                                               "/%2e%2e/",
                                                               "/{a}|^`[]",
                                                               "*",
                                                               "http://example.com/a",
                                                               "http://example.com",
                                                               "https://[::1]:81/?q",
                                                               "/:~!$&'()*+,;=@",
                                                               "/a#b"};
    static constexpr std::array<std::string_view, 5> kOddVersions{
        "HTTP/1.0", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1"};
    static constexpr std::array<std::string_view, 6> kHosts{
        "example.com", "127.0.0.1:8080", "[::1]:80", "a_b", "", "user@host"};
    static constexpr std::array<std::string_view, 8> kStatuses{"200 OK",
                                                               "200 ",
                                                               "404 Not Found",
                                                               "204 No Content",
                                                               "304 Not Modified",
                                                               "500 \xc3\x9c",
                                                               "101 Up",
                                                               "599 x y"};
    static constexpr std::array<std::string_view, 12> kFields{"Accept: */*",
                                                              "X-Empty:",
                                                              "X:\t a\tb \t",
                                                              "X-Text: caf\xc3\xa9",
                                                              "Connection: close",
                                                              "Connection: keep-alive",
                                                              "Connection: keep-alive, Upgrade",
                                                              "Upgrade: websocket",
                                                              "Expect: 100-continue",
                                                              "!#$%&'*+-.^_`|~9: mark",
                                                              "X : space",
                                                              " folded"};
    static constexpr std::array<std::string_view, 10> kFramings{
        "Content-Length: 5",
        "Content-Length: 0",
        "Content-Length: 005",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: identity",
        "transfer-encoding: CHUNKED"};
    static constexpr std::array<std::string_view, 6> kSizeLines{
        "5\r\n", "005;a=b\r\n", "5;a=\"q\"\r\n", "5;a;b=c\r\n", "5 \r\n", "+5\r\n"};
    static constexpr std::array<std::string_view, 4> kTrailers{
        "", "", "X-Sum: 1\r\n", "A:\r\nB: c\r\n"};
    static constexpr std::array<std::string_view, 18> kDamage{"\r",
                                                              "\n",
                                                              "\r\n",
                                                              " ",
                                                              "\t",
                                                              ":",
                                                              ",",
                                                              ";",
                                                              "\"",
                                                              "0",
                                                              "5",
                                                              "a",
                                                              "\x7f",
                                                              "\x01",
                                                              "\xff",
                                                              "/",
                                                              "%",
                                                              "-"};

    std::string target() {
        if (!one_in(6)) return std::string(pick(kTargets));
        std::string random = "/" + text(below(20));
        for (char& c : random) {
            if (c == ' ') c = '_';
        }
        return random;
    }

    void append_fields(std::string& bytes) {
        for (std::size_t count = below(5); count > 0; --count) {
            // The last two are hostile, and rare so that most messages get through.
            const std::size_t which = below(one_in(20) ? kFields.size() : kFields.size() - 2);
            bytes.append(kFields[which]).append("\r\n");
        }
        if (one_in(10)) bytes.append("X-Long: ").append(text(below(600))).append("\r\n");
    }

    void append_body(std::string& bytes) {
        if (one_in(6)) bytes.append(pick(kFramings)).append("\r\n");
        switch (below(3)) {
            case 0: bytes.append("\r\n"); break;
            case 1: bytes.append("Content-Length: 5\r\n\r\nhello"); break;
            default:
                bytes.append("Transfer-Encoding: chunked\r\n\r\n");
                for (std::size_t count = below(4); count > 0; --count) {
                    const std::size_t which =
                        below(one_in(8) ? kSizeLines.size() : kSizeLines.size() - 2);
                    bytes.append(kSizeLines[which]).append("hello\r\n");
                }
                bytes.append("0\r\n").append(pick(kTrailers)).append("\r\n");
        }
        if (one_in(4)) bytes.append("GET /next HTTP/1.1\r\n");
    }

    std::string damaged(std::string bytes) {
        if (!one_in(3)) return bytes;
        for (std::size_t count = 1 + below(3); count > 0; --count) {
            const std::size_t at = below(bytes.size() + 1);
            switch (below(4)) {
                case 0: bytes.insert(at, pick(kDamage)); break;
                case 1: bytes.erase(at, 1 + below(3)); break;
                case 2: bytes.insert(at, 1, static_cast<char>(below(256))); break;
                default: bytes.insert(at, bytes.substr(below(bytes.size() + 1), below(40)));
            }
            if (bytes.empty()) bytes = "G";
        }
        return bytes;
    }

    std::mt19937_64 random_;
};

}  // namespace refrain::http::testing
