// Judges, counts and converts the answers of POST /v1/images/generations. Pure; called by the
// images endpoint from any thread. Forms: "json", "sse" (the completed event alone), "sse+partial".
#pragma once

#include "providers/endpoint.hpp"

#include <string>
#include <string_view>

namespace refrain::providers::openai {

// Links expire, so an answer with a url is never kept.
Verdict judge_images(const Plan& plan, const Answer& answer);
Usage images_usage(const Plan& plan, const Answer& answer);
// As prices name a kind of image: "hd/1024x1024", the size alone where the quality is not known, ""
// where the size is not.
std::string image_kind(std::string_view quality, std::string_view size);
// A stream of one image and JSON become each other; partial images cannot be made up.
bool can_render_images(std::string_view recorded_form, std::string_view wanted_form) noexcept;
Result<Rendered> render_images(const Answer& recorded, std::string_view wanted_form);

}  // namespace refrain::providers::openai
