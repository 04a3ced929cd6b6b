// What Google's endpoints that answer with one JSON object share: one form, nothing to convert.
#pragma once

#include "providers/endpoint.hpp"
#include "providers/google/answer_forms.hpp"
#include "providers/json.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace refrain::providers::google {

class JsonEndpoint : public Endpoint {
  public:
    std::string recorded_form(const Plan& plan, std::string_view) const final {
        return plan.upstream_form;
    }
    Result<Rendered> render(const Answer& recorded, std::string_view wanted_form) const override;
    bool can_render(std::string_view recorded_form, std::string_view wanted_form) const override;
    std::unique_ptr<LiveFilter> live_filter(std::string_view, std::string_view) const final {
        return nullptr;
    }
};

// The object in an answer with status 200. A failure's message is a reason as in
// generate_answer.hpp.
Result<Json> json_answer(const Answer& answer);

}  // namespace refrain::providers::google
