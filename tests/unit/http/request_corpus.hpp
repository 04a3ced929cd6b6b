// The lists of requests in malformed_requests.txt and odd_requests.txt.
#pragma once

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::http::testing {

struct CorpusCase {
    std::string expected;
    std::string name;
    std::string bytes;
};

inline std::string unescape(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\') {
            bytes.push_back(text[at]);
            continue;
        }
        REQUIRE(++at < text.size());
        switch (text[at]) {
            case 'r': bytes.push_back('\r'); break;
            case 'n': bytes.push_back('\n'); break;
            case 't': bytes.push_back('\t'); break;
            case '0': bytes.push_back('\0'); break;
            case '\\': bytes.push_back('\\'); break;
            case 'x': {
                const std::string hex(text.substr(at + 1, 2));
                bytes.push_back(static_cast<char>(std::strtoul(hex.c_str(), nullptr, 16)));
                at += 2;
                break;
            }
            default: FAIL("unknown escape in " << text);
        }
    }
    return bytes;
}

inline std::vector<CorpusCase> read_corpus(const std::string& file) {
    constexpr std::string_view kHost = "{host}";
    constexpr std::string_view kBar = " | ";
    std::ifstream stream(std::string(REFRAIN_SOURCE_DIR) + "/tests/unit/http/" + file);
    REQUIRE(stream);
    std::vector<CorpusCase> cases;
    for (std::string line; std::getline(stream, line);) {
        if (line.empty() || line.front() == '#') continue;
        const std::size_t first = line.find(kBar);
        const std::size_t second = line.find(kBar, first + 1);
        CAPTURE(line);
        REQUIRE(second != line.npos);
        std::string text = line.substr(second + kBar.size());
        if (const std::size_t host = text.find(kHost); host != text.npos) {
            text.replace(host, kHost.size(), "Host: example.com\\r\\n");
        }
        cases.push_back({line.substr(0, first),
                         line.substr(first + kBar.size(), second - first - kBar.size()),
                         unescape(text)});
    }
    return cases;
}

}  // namespace refrain::http::testing
