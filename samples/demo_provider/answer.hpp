// What a handler is asked and what it answers: plain values, so that handlers know nothing of
// sockets, pace or faults. Pure and thread-safe.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::demo {

// Keeps the order of names, as OpenAI's answers have an order too.
using Json = nlohmann::ordered_json;

struct UploadedFile {
    std::string name;
    std::string content;
};

struct Call {
    std::string method;
    std::string path;
    std::string query;  // as written
    std::string authorization;
    std::string google_key;  // x-goog-api-key, or ?key=
    std::string origin;      // http://host:port, for links back to this server
    Json body;               // of a JSON request; null otherwise
    std::map<std::string, std::string>
        form;                          // text parts of a multipart request, lists with commas
    std::optional<UploadedFile> file;  // its part named "file"
};

// One event of a stream. A paced one carries a token and waits for its turn under --token-rate.
struct Event {
    std::string bytes;
    bool is_paced = false;
};

struct Answer {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<Event> events;  // if there are any, the answer is a stream
    std::vector<std::pair<std::string, std::string>> headers;

    bool is_stream() const noexcept { return !events.empty(); }
};

Answer json_answer(const Json& body, int status = 200);
Answer stream_answer(std::vector<Event> events);

// OpenAI's error object. `param` and `code` are null when empty.
struct Problem {
    int status = 400;
    std::string message;
    std::string type = "invalid_request_error";
    std::string param;
    std::string code;
};
Answer problem_answer(const Problem& problem);
// 404 for a model that does not exist here: one whose name contains "missing".
std::optional<Answer> unknown_model(const Json& body);
// 400 for the first of `names` that the body lacks.
std::optional<Answer> missing_field(const Json& body, std::initializer_list<const char*> names);

// body[name] if it is there and not null, else `fallback`.
template <class T>
T field_or(const Json& body, const char* name, T fallback) {
    const auto found = body.find(name);
    return found == body.end() || found->is_null() ? fallback : found->template get<T>();
}
Json field_or_null(const Json& body, const char* name);

// "data: {...}" and an empty line, as chat streams have them; with an "event:" line if named.
Event data_event(const Json& data, bool is_paced = false);
Event named_event(const std::string& name, const Json& data, bool is_paced = false);

// `prefix` and `length` unpredictable letters and digits, as providers' ids are fresh on each call.
std::string fresh_id(std::string_view prefix, std::size_t length);
std::int64_t unix_seconds();

}  // namespace refrain::demo
