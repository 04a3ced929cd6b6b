// The path of a Google call taken apart: "/v1beta/models/gemini-2.5-flash:generateContent". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers::google {

struct CallPath {
    std::string_view version;   // "v1beta"
    std::string_view resource;  // "models/gemini-2.5-flash", "projects/p/locations/l/…/models/m"
    std::string_view method;    // "generateContent"

    // Vertex AI numbers some enumerators in its own way.
    bool is_vertex() const noexcept;
    // The model as prices and reports name it: "gemini-2.5-flash", "tunedModels/mine".
    std::string model() const;
};

// Of a decoded path. Absent if it is no call of a model's method.
std::optional<CallPath> parse_call_path(std::string_view path) noexcept;

}  // namespace refrain::providers::google
