// Runs a story on an event loop of its own and waits for its end.
#pragma once

#include "http/fields.hpp"
#include "net/loop.hpp"
#include "upstream/client.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::upstream::testing {

// `story` is a coroutine that takes the loop.
template <class Story>
void on_loop(Story story) {
    net::Loop loop;
    std::exception_ptr thrown;  // by a REQUIRE
    auto task = [&story, &thrown](net::Loop& on) -> net::Task<void> {
        try {
            co_await story(on);
        } catch (...) {
            thrown = std::current_exception();
        }
        on.stop();
    };
    loop.spawn(task(loop));
    loop.run();
    if (thrown) std::rethrow_exception(thrown);
}

// Options with time-outs that a test can wait for, and no proxies.
inline Options patient() {
    Options options;
    options.connect_timeout = std::chrono::seconds(10);
    options.first_byte_timeout = std::chrono::seconds(10);
    options.between_bytes_timeout = std::chrono::seconds(10);
    return options;
}

inline Address address_of(const std::string& url) {
    const auto address = parse_base_url(url);
    REQUIRE(address);
    return *address;
}

inline Request get(std::string_view target) {
    return {.method = "GET", .target = target, .fields = {}, .body = {}};
}

inline Request post(std::string_view target, std::string_view body) {
    return {.method = "POST", .target = target, .fields = {}, .body = body};
}

// What an exchange came to.
struct Answer {
    int status = 0;
    std::string body;
    std::size_t pieces = 0;
    std::size_t largest_piece = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::optional<Error> error;  // instead of a clean end

    std::string complaint() const { return error ? error->message : ""; }
    std::string field(std::string_view name) const {
        for (const auto& [key, value] : fields) {
            if (http::equal_ignoring_case(key, name)) return value;
        }
        return "(none)";
    }
};

inline void note_head(const Exchange& exchange, Answer& answer) {
    answer.status = exchange.head().status;
    for (const auto& field : exchange.head().fields) {
        answer.fields.emplace_back(field.name, field.value);
    }
}

// The rest of the body, to its end or its error.
inline net::Task<void> read_body(Exchange& exchange, Answer& answer) {
    while (true) {
        auto piece = co_await exchange.read_some();
        if (!piece) {
            answer.error = piece.error();
            co_return;
        }
        if (piece->empty()) co_return;
        answer.body += *piece;
        ++answer.pieces;
        answer.largest_piece = std::max(answer.largest_piece, piece->size());
    }
}

// One exchange from its begin to its end; its connection is back in the pool after, or closed.
inline net::Task<Answer> ask(Client& client, const Address& to, const Request& request) {
    Answer answer;
    auto exchange = co_await client.exchange(to, request);
    if (!exchange) {
        answer.error = exchange.error();
        co_return answer;
    }
    note_head(**exchange, answer);
    co_await read_body(**exchange, answer);
    co_return answer;
}

// One request from a client of its own.
inline Answer ask_once(const std::string& url,
                       const Request& request,
                       const Options& options,
                       std::shared_ptr<net::TlsContext> tls = nullptr) {
    Answer answer;
    const Address to = address_of(url);
    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, tls, options);
        answer = co_await ask(client, to, request);
    });
    return answer;
}

}  // namespace refrain::upstream::testing
