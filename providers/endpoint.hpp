// A provider is a set of pure functions, one Endpoint per kind of call: what is the key, or why is
// there none; what goes upstream; is this answer complete and worth keeping; what did it use; how
// does it look in another form. No sockets, no cache, no clock. Stateless, so any thread may call.
//
// A "form" is a word for how an answer is written down, private to its endpoint: "json", "sse",
// "sse+usage", "json;base64"… An entry is stored in the form it was recorded in and rendered into
// the form a caller wants.
#pragma once

#include "base/error.hpp"
#include "providers/audio/sound.hpp"
#include "providers/operation.hpp"
#include "providers/usage.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::providers {

// What is done to prompts before they are keyed (never to what goes upstream).
enum class Normalize { exact, standard, relaxed };

struct KeyOptions {
    Normalize normalize = Normalize::standard;
    audio::IdentityMode audio_identity = audio::IdentityMode::sound;
};

// A request as its provider would see it: no mount, no credentials.
struct Request {
    std::string_view method;
    std::string path;          // decoded: "/v1/chat/completions"
    std::string query;         // as written, without credentials ("key=" and the like)
    std::string content_type;  // lower-case media type with parameters as sent
    std::string_view body;
    // Headers that can change the answer, lower-case names, sorted: openai-beta,
    // openai-organization, openai-project. They are part of the canonical form.
    std::vector<std::pair<std::string, std::string>> keyed_headers;
};

// What the gateway should do with a request.
struct Plan {
    Operation operation = Operation::chat;
    std::string model;  // "" where the request names none
    std::string voice;

    // Not memoized, and why: a token such as "store", "web-search", "file-id", "invalid-json",
    // "duplicate-names". The request is forwarded as it came.
    std::string bypass;

    std::string canonical;  // the last field of the key
    // That of a request whose answer holds this one's as well ("verbose_json" and "text" of one
    // recording), so that its entry is rendered into this one's form. "" if there is none.
    std::string wider_canonical;
    std::vector<std::string>
        left_out;  // names in the body that are not part of it: "user", "stream"

    std::string wanted_form;    // what this caller asked for
    std::string upstream_form;  // what the upstream will be asked for, mostly the same
    // What goes upstream instead of the caller's own bytes, when they must differ (usage
    // injection).
    std::optional<std::string> upstream_body;

    int choices = 1;      // `n`, for the validator
    bool silent = false;  // the answer will hold no sound, though the endpoint's others may
    Usage asked;  // what the request itself says is used: characters to speak, sound sent in
    std::optional<std::chrono::seconds> max_ttl;  // the operation's TTL is cut to this
    bool credential_scope_only = false;           // never shared wider than one credential
};

// An answer as it was recorded.
struct Answer {
    int status = 200;
    std::string_view content_type;
    std::string_view body;  // whole
    std::string_view form;
    std::string_view envelope{};  // of a packed answer (Packed)
};

// Whether an answer may be kept. An empty reason means yes; else a token such as "truncated",
// "content-filter", "status-500", "invalid-json", "not-terminated".
struct Verdict {
    std::string reason;
    bool keep() const noexcept { return reason.empty(); }
};

struct Rendered {
    std::string content_type;
    std::string body;
};

// An answer as it is kept, where that differs from how it came: sound that came as base64 stands as
// itself, so that equal sound is kept once and can be linked to, and `envelope` is the text around
// it. render() makes what came from it, byte for byte.
struct Packed {
    std::string form;
    std::string body;
    std::string envelope;
};

// The sound in an answer, as a link to it serves it.
struct Sound {
    std::string content_type;  // "audio/mpeg"
    std::string extension;     // "mp3"
    std::string bytes;         // "" where the answer's body is the sound itself
    std::chrono::milliseconds duration{0};
};

// Rewrites a stream while it passes. One per reader.
class LiveFilter {
  public:
    virtual ~LiveFilter() = default;
    // Takes a piece as recorded (cut anywhere), returns what can be passed on by now.
    virtual std::string feed(std::string_view piece) = 0;
    // Whether feed() would return the piece as it is, and may be left out.
    virtual bool passes(std::string_view) const { return false; }
    // At a clean end: whatever was held back.
    virtual std::string finish() = 0;
};

class Endpoint {
  public:
    virtual ~Endpoint() = default;

    virtual Operation operation() const noexcept = 0;

    // Never fails: what cannot be understood is bypassed with a reason and forwarded.
    virtual Plan plan(const Request& request, const KeyOptions& options) const = 0;
    // Whether plan() may take milliseconds (sound to decode), so that a worker should do it.
    virtual bool plans_slowly(const Request& request) const;

    // The form an answer really has: upstreams sometimes ignore `stream`.
    virtual std::string recorded_form(const Plan& plan, std::string_view content_type) const = 0;

    virtual Verdict judge(const Plan& plan, const Answer& answer) const = 0;
    // What the answer reports, and where it reports nothing, what plan.asked says.
    virtual Usage usage(const Plan& plan, const Answer& answer) const = 0;

    // How a good answer is kept instead of as it came; mostly as it came.
    virtual std::optional<Packed> pack(const Answer& answer) const;
    // Whether an answer of this endpoint can have sound, so that a caller may ask for a link to it.
    virtual bool may_have_sound() const noexcept;
    // The sound of an answer as it is kept (packed, if it can be); absent where it has none. Only
    // sound that is the whole body can be linked to.
    virtual std::optional<Sound> sound(const Answer& answer) const;

    // The recorded answer in another form. Fails if that form cannot be made from this one.
    virtual Result<Rendered> render(const Answer& recorded, std::string_view wanted_form) const = 0;
    // Whether render() could ever make one from the other: decides hit or miss before a body is
    // read.
    virtual bool can_render(std::string_view recorded_form, std::string_view wanted_form) const = 0;

    // A filter that turns one form into the other as it streams; null if that needs the whole
    // answer. Equal forms need none and are never asked for.
    virtual std::unique_ptr<LiveFilter> live_filter(std::string_view recorded_form,
                                                    std::string_view wanted_form) const = 0;

    // Other names an answer is found by later: "response:resp_123". Mostly none.
    virtual std::vector<std::string> names(const Answer& answer) const;
};

}  // namespace refrain::providers
