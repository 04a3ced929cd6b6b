#include "samples/demo_provider/server.hpp"

#include "samples/demo_provider/connection.hpp"
#include "samples/demo_provider/google.hpp"
#include "samples/demo_provider/headers.hpp"
#include "samples/demo_provider/threads.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace refrain::demo {
namespace {

constexpr std::size_t kMostThreads = 2048;
constexpr int kBacklog = 1024;  // the library's own is 5, which drops bursts
constexpr std::chrono::seconds kKeepAlive{60};

bool is_own_path(std::string_view path) {
    return path.starts_with("/_demo/");
}

// Whether the segments are equal, "*" standing for any.
bool matches(std::string_view pattern, std::string_view path) {
    while (true) {
        const std::string_view wanted = pattern.substr(0, pattern.find('/'));
        const std::string_view given = path.substr(0, path.find('/'));
        if (wanted != given && (wanted != "*" || given.empty())) return false;
        if (wanted.size() == pattern.size() || given.size() == path.size()) {
            return wanted.size() == pattern.size() && given.size() == path.size();
        }
        pattern.remove_prefix(wanted.size() + 1);
        path.remove_prefix(given.size() + 1);
    }
}

std::optional<Answer> refused_credential(const Call& call) {
    constexpr std::string_view kScheme = "Bearer ";
    if (!call.authorization.starts_with(kScheme) || call.authorization.size() == kScheme.size()) {
        return problem_answer(
            {.status = 401,
             .message = "You didn't provide an API key. Send any key in an Authorization "
                        "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
             .param = "",
             .code = ""});
    }
    if (call.authorization.find("invalid") != std::string::npos) {
        return problem_answer({.status = 401,
                               .message =
                                   "Incorrect API key provided. The demo provider refuses keys "
                                   "that contain \"invalid\".",
                               .param = "",
                               .code = "invalid_api_key"});
    }
    return {};
}

Call read_call(const httplib::Request& request) {
    Call call;
    call.method = request.method;
    call.path = request.path;
    // Google's endpoint for clients that speak OpenAI's format.
    constexpr std::string_view kCompatible = "/v1beta/openai/";
    if (call.path.starts_with(kCompatible))
        call.path = "/v1/" + call.path.substr(kCompatible.size());
    call.query = request.target.substr(std::min(request.target.find('?'), request.target.size()));
    call.authorization = request.get_header_value("Authorization");
    call.google_key = request.get_header_value("x-goog-api-key");
    if (call.google_key.empty()) call.google_key = request.get_param_value("key");
    call.origin = "http://" + request.get_header_value("Host");
    if (request.is_multipart_form_data()) {
        for (const auto& [name, part] : request.files) {
            if (name == "file") {
                call.file = UploadedFile{part.filename, part.content};
            } else if (call.form[name].empty()) {
                call.form[name] = part.content;
            } else {
                call.form[name] += "," + part.content;  // "include[]" and the like
            }
        }
    } else if (!request.body.empty()) {
        call.body = Json::parse(request.body, nullptr, false);
    }
    return call;
}

}  // namespace

Server::Server(const Settings& settings) : settings_(settings), routes_(routes()) {
    new_task_queue = [] { return new GrowingThreads(kMostThreads); };
    set_tcp_nodelay(true);
    set_keep_alive_timeout(kKeepAlive.count());
    set_keep_alive_max_count(1'000'000);
    set_socket_options([this](socket_t socket) {
        httplib::default_socket_options(socket);
        listener_ = socket;
    });
    const auto any = [this](const httplib::Request& request, httplib::Response& response) {
        handle(request, response);
    };
    Get(".*", any).Post(".*", any).Put(".*", any).Patch(".*", any).Delete(".*", any).Options(".*",
                                                                                             any);
}

std::vector<Server::Route> Server::routes() {
    return {
        {"POST", "/v1/chat/completions", chat},
        {"POST", "/v1/completions", completions},
        {"POST", "/v1/embeddings", embeddings},
        {"POST", "/v1/moderations", moderations},
        {"POST", "/v1/images/generations", images},
        {"POST", "/v1/audio/transcriptions", transcribe},
        {"POST", "/v1/audio/translations", translate},
        {"POST", "/v1/audio/speech", speech},
        {"GET", "/v1/models", list_models},
        {"GET", "/v1/models/*", get_model},
        {"POST", "/v1/responses", [this](const Call& call) { return responses_.create(call); }},
        {"POST",
         "/v1/responses/input_tokens",
         [this](const Call& call) { return responses_.input_tokens(call); }},
        {"GET", "/v1/responses/*", [this](const Call& call) { return responses_.get(call); }},
        {"DELETE", "/v1/responses/*", [this](const Call& call) { return responses_.remove(call); }},
        {"POST", "/v1/files", [this](const Call& call) { return files_.upload(call); }},
        {"GET", "/v1/files", [this](const Call& call) { return files_.list(call); }},
        {"GET", "/v1/files/*", [this](const Call& call) { return files_.get(call); }},
        {"DELETE", "/v1/files/*", [this](const Call& call) { return files_.remove(call); }},
        {"GET", "/v1/files/*/content", [this](const Call& call) { return files_.content(call); }},
        {"GET", "/_demo/images/*", demo_image},
        {"GET", "/_demo/calls", [this](const Call&) { return json_answer(calls_.report()); }},
        {"DELETE",
         "/_demo/calls",
         [this](const Call&) {
             calls_.forget();
             faults_.forget();
             return json_answer(calls_.report());
         }},
    };
}

std::string Server::bind() {
    const int port = settings_.port == 0
                         ? bind_to_any_port(settings_.host)
                         : (bind_to_port(settings_.host, settings_.port) ? settings_.port : -1);
    if (port <= 0) return {};
    ::listen(listener_, kBacklog);  // again, only to lengthen the queue
    const bool is_v6 = settings_.host.find(':') != std::string::npos;
    return "http://" + (is_v6 ? "[" + settings_.host + "]" : settings_.host) + ":" +
           std::to_string(port);
}

void Server::run() {
    listen_after_bind();
}

void Server::stop() {
    stopping_ = true;
    httplib::Server::stop();
}

bool Server::process_and_close_socket(socket_t socket) {
    Connection connection(socket, stopping_);
    bool is_good = true;
    bool is_closed = false;
    while (is_good && !is_closed && connection.wait_for_request(kKeepAlive)) {
        is_good = process_request(connection, false, is_closed, [](httplib::Request& request) {
            // The library would compress whatever it thinks compressible, streams included.
            request.headers.erase("Accept-Encoding");
        });
    }
    return is_good;
}

void Server::handle(const httplib::Request& request, httplib::Response& response) {
    const auto began = std::chrono::steady_clock::now();
    const Call call = read_call(request);
    Answer result = answer(request, call);
    if (is_own_path(call.path)) {
        deliver(std::move(result), Fault::none, {}, response);
        return;
    }
    calls_.count(call.path);
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - began + settings_.pace.latency);
    for (auto& [name, value] : provider_headers(taken))
        response.set_header(name, value);
    deliver(std::move(result), fault_for(request), settings_.pace, response);
}

Answer Server::answer(const httplib::Request& request, const Call& call) {
    try {
        return route(request, call);
    } catch (const nlohmann::json::exception& mismatch) {
        return problem_answer(
            {.message = std::string("Invalid value in the request: ") + mismatch.what(),
             .param = "",
             .code = "invalid_value"});
    }
}

Answer Server::route(const httplib::Request& request, const Call& call) {
    if (!is_own_path(call.path)) {
        if (is_google_call(call)) return google(call);
        if (auto refused = refused_credential(call)) return *std::move(refused);
    }
    for (const Route& route : routes_) {
        if (route.method != call.method || !matches(route.pattern, call.path)) continue;
        if (call.method == "POST" && !request.is_multipart_form_data() && !call.body.is_object()) {
            return problem_answer(
                {.message = "We could not parse the JSON body of your request. (HINT: This "
                            "likely means you aren't using your HTTP library correctly. "
                            "The API expects a JSON payload, but what was sent was not "
                            "valid JSON.)",
                 .param = "",
                 .code = ""});
        }
        return route.endpoint(call);
    }
    return problem_answer({.status = 404,
                           .message = "Invalid URL (" + call.method + " " + call.path + ")",
                           .param = "",
                           .code = ""});
}

namespace {

// The header, or a member of W3C Baggage: a gateway passes that on as telemetry, so that a request
// with a fault and one without are the same request.
std::string fault_asked_for(const httplib::Request& request) {
    constexpr std::string_view kMember = "demo-fault=";
    const std::string baggage = request.get_header_value("Baggage");
    if (baggage.starts_with(kMember)) return baggage.substr(kMember.size());
    return request.get_header_value("X-Demo-Fault");
}

}  // namespace

Fault Server::fault_for(const httplib::Request& request) {
    const std::string asked = fault_asked_for(request);
    if (asked.empty()) return faults_.next(settings_.fault, "");
    const std::optional<FaultOrder> order = parse_fault(asked);
    return order ? faults_.next(*order, asked + "\n" + request.path + "\n" + request.body)
                 : Fault::none;
}

}  // namespace refrain::demo
