// A plan in the making: the JSON body of a request, from which an endpoint takes what is no part of
// the key. Used by the endpoints' plan() alone, on the stack.
#pragma once

#include "providers/canonical_request.hpp"
#include "providers/endpoint.hpp"
#include "providers/json.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace refrain::providers::openai {

// How one top-level field of a request counts for the key. Fields without a rule count as they are.
struct FieldRule {
    enum class Effect {
        none,      // cannot change the answer: never in the key
        nullable,  // null means absent
        plain,     // null is data
    };
    std::string_view name;
    Effect effect = Effect::nullable;
    // Canonical JSON of the documented default, which means the same as absent. "" if there is
    // none.
    std::string_view default_value = {};
};

class RequestDraft {
  public:
    RequestDraft(Operation operation, const Request& request, const KeyOptions& options);

    // Whether there is a JSON object to look at. If not, the plan is bypassed already.
    bool is_readable() const noexcept { return plan_.bypass.empty() && body_.is_object(); }

    Plan& plan() noexcept { return plan_; }
    Json& body() noexcept { return body_; }
    Normalize normalize() const noexcept { return options_.normalize; }
    audio::IdentityMode audio_identity() const noexcept { return options_.audio_identity; }
    const Request& request() const noexcept { return request_; }

    // Not memoized, and why. The first reason stays.
    void refuse(std::string_view reason);

    // A top-level field that is there and not null, else nullptr.
    Json* find(std::string_view name);
    // Of a type that is read here; another is left for the provider to judge ("invalid-field").
    bool flag(std::string_view name);         // false if absent
    std::string text(std::string_view name);  // "" if absent
    Json* object(std::string_view name);

    void require_model();
    // Reads `n`.
    void read_choices();
    // An array whose order means nothing.
    void sort_set(std::string_view name);

    // Removes a field from the key and names it in left_out.
    void leave_out(std::string_view name);
    void note_left_out(std::string_view name);
    // One member of an object field whose default means absent; an object emptied so goes too.
    void drop_member(std::string_view field,
                     std::string_view member,
                     std::string_view default_value);
    void apply(std::span<const FieldRule> rules);
    // Writes JSON Schemas in their own order, numbers as spelled, wherever they are but below the
    // field that holds the conversation.
    void keep_schema_order(std::string_view conversation);

    // With the canonical form, or bypassed.
    Plan finish() &&;

  private:
    const Request& request_;
    KeyOptions options_;
    Json body_;
    Plan plan_;
};

// Reads stream and stream_options of chat and completions into the plan's forms. A stream whose
// usage the caller did not ask for is asked of the upstream with it, for the ledger.
void plan_chunk_forms(RequestDraft& draft);

using providers::add_query_and_headers;

// Of the members of stream_options only unknown ones stay in the key.
void leave_out_stream_options(RequestDraft& draft);

// The form an answer has by its content type: upstreams do not always obey `stream`.
std::string form_by_type(std::string_view content_type, const Plan& plan);

}  // namespace refrain::providers::openai
