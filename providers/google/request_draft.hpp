// A plan for a Google request in the making. Used by the endpoints' plan() alone, on the stack.
#pragma once

#include "providers/endpoint.hpp"
#include "providers/google/call_path.hpp"
#include "providers/google/message.hpp"
#include "providers/json.hpp"

#include <string>
#include <string_view>

namespace refrain::providers::google {

class RequestDraft {
  public:
    RequestDraft(Operation operation, const Request& request, const KeyOptions& options);

    // Whether there is a JSON object to look at. If not, the plan is bypassed already.
    bool is_readable() const noexcept { return plan_.bypass.empty() && body_.is_object(); }

    // Brings the body into its canonical form and refuses what the message says.
    void read(const Message& message);
    // The same for a call of a model, whose name is in the path: repeated in the body it says
    // nothing more.
    void read(const Message& message, const CallPath& call);

    Plan& plan() noexcept { return plan_; }
    Json& body() noexcept { return body_; }
    // The response format asked for: "", "json", "sse", "media", "proto", …
    const std::string& alt() const noexcept { return alt_; }

    // Not memoized, and why. The first reason stays.
    void refuse(std::string_view reason);
    // Refuses whatever is not answered as plain JSON.
    void require_json();
    // Names of enumerators and their numbers are one, also in the answer: it has none.
    void answer_has_no_enumerators();

    // With the canonical form, or bypassed. `path` stands for the one the request came with.
    Plan finish(std::string_view path) &&;

  private:
    void read_query();
    void read_message(const Message& message, bool numbers_are_known);
    void note_left_out(std::string_view name);

    const Request& request_;
    KeyOptions options_;
    Json body_;
    Plan plan_;
    std::string alt_;
    std::string dollar_alt_;  // as written, with its name
    std::string query_;       // what is left of it
};

}  // namespace refrain::providers::google
