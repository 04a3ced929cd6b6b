// The operations users see in config, stats and purge. One enum, one word each.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace refrain::providers {

enum class Operation {
    chat,
    responses,
    completions,
    embeddings,
    speech,
    transcription,
    translation,
    images,
    moderation,
    generate,
    count_tokens,
    catalog,
};

inline constexpr std::array kOperations{
    Operation::chat,
    Operation::responses,
    Operation::completions,
    Operation::embeddings,
    Operation::speech,
    Operation::transcription,
    Operation::translation,
    Operation::images,
    Operation::moderation,
    Operation::generate,
    Operation::count_tokens,
    Operation::catalog,
};

std::string_view name(Operation operation) noexcept;
std::optional<Operation> operation_named(std::string_view name) noexcept;

}  // namespace refrain::providers
