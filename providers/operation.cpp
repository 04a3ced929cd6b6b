#include "providers/operation.hpp"

namespace refrain::providers {

std::string_view name(Operation operation) noexcept {
    switch (operation) {
        case Operation::chat: return "chat";
        case Operation::responses: return "responses";
        case Operation::completions: return "completions";
        case Operation::embeddings: return "embeddings";
        case Operation::speech: return "speech";
        case Operation::transcription: return "transcription";
        case Operation::translation: return "translation";
        case Operation::images: return "images";
        case Operation::moderation: return "moderation";
        case Operation::generate: return "generate";
        case Operation::count_tokens: return "count_tokens";
        case Operation::catalog: return "catalog";
    }
    return "chat";
}

std::optional<Operation> operation_named(std::string_view wanted) noexcept {
    for (const Operation operation : kOperations) {
        if (name(operation) == wanted) return operation;
    }
    return std::nullopt;
}

}  // namespace refrain::providers
