#include "providers/openai/responses_echo.hpp"

#include "providers/json.hpp"
#include "providers/json_splice.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_events.hpp"

#include <array>
#include <utility>

namespace refrain::providers::openai {
namespace {

struct Echoed {
    std::string_view name;
    std::string_view neutral;  // what the API writes if the request did not have it
};
constexpr std::array<Echoed, 5> kEchoed{{{"metadata", "{}"},
                                         {"user", "null"},
                                         {"safety_identifier", "null"},
                                         {"prompt_cache_key", "null"},
                                         {"prompt_cache_retention", "null"}}};

class EchoFilter final : public EventFilter {
  public:
    explicit EchoFilter(EchoChange change) : change_(std::move(change)) {}

  private:
    void pass(const http::SseEvent& event, std::string& out) const override {
        const auto json = may_have_object(event.data, "response")
                              ? parse_json(event.data)
                              : failure(ErrorCode::not_found, Origin::gateway, "no response");
        const Json* response = json ? find(*json, "response") : nullptr;
        if (response == nullptr || !response->is_object()) {
            out += event.raw;
            return;
        }
        const auto text = member_text(event.data, "response");
        out += with_data(event.raw, with_member(event.data, "response", with_echo(*text, change_)));
    }

    bool may_change(std::string_view bytes) const override {
        return bytes.find(R"("response")") != std::string_view::npos;
    }

    EchoChange change_;
};

}  // namespace

std::string with_echo(std::string_view response, const EchoChange& change) {
    std::string result(response);
    for (const auto& [name, neutral] : kEchoed) {
        const auto before = member_text(change.from, name);
        const auto after = member_text(change.to, name);
        if (before == after) {
            continue;
        }
        if (after) {
            result = with_member(result, name, *after);
        } else if (member_text(result, name)) {
            result = with_member(result, name, neutral);
        }
    }
    return result;
}

std::unique_ptr<LiveFilter> echo_filter(EchoChange change) {
    return std::make_unique<EchoFilter>(std::move(change));
}

}  // namespace refrain::providers::openai
