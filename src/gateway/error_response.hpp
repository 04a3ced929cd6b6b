// The only place that turns an Error into an answer: origin and code decide the status, the path
// decides the dialect. Pure.
#pragma once

#include "base/error.hpp"
#include "providers/registry.hpp"

#include <string>
#include <string_view>

namespace refrain::gateway {

struct ErrorAnswer {
    int status = 500;
    std::string head;  // as server::Exchange::reply wants it
    std::string body;  // JSON in the dialect
};

// `code` is the refrain_… word for programs.
ErrorAnswer error_answer(providers::Dialect dialect,
                         int status,
                         std::string_view code,
                         std::string_view sentence);

ErrorAnswer error_answer(providers::Dialect dialect, const Error& error);

int http_status(const Error& error) noexcept;

}  // namespace refrain::gateway
