#include "providers/google/messages/gemini.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

constexpr std::array kBehaviors{
    EnumValue{"UNSPECIFIED", 0},
    EnumValue{"BLOCKING", 1},
    EnumValue{"NON_BLOCKING", 2},
};
constexpr std::array kModes{
    EnumValue{"MODE_UNSPECIFIED", 0},
    EnumValue{"AUTO", 1},
    EnumValue{"ANY", 2},
    EnumValue{"NONE", 3},
    EnumValue{"VALIDATED", 4},
};

constexpr std::array kFunctionDeclarationFields{
    text("name"),
    text("description"),
    choice("behavior", kBehaviors),
    message("parameters", kSchema).ordered(),
    free_json("parametersJsonSchema"),
    message("response", kSchema).ordered(),
    free_json("responseJsonSchema"),
};
constexpr Message kFunctionDeclaration{kFunctionDeclarationFields};

// Whatever the provider runs itself sees a world that changes.
constexpr std::array kToolFields{
    message("functionDeclarations", kFunctionDeclaration).repeated(),
    bypassed("googleSearch", "google-search"),
    bypassed("googleSearchRetrieval", "google-search"),
    bypassed("enterpriseWebSearch", "google-search"),
    bypassed("googleMaps", "google-maps"),
    bypassed("urlContext", "url-context"),
    bypassed("codeExecution", "code-execution"),
    bypassed("fileSearch", "file-search"),
    bypassed("retrieval", "retrieval"),
    bypassed("computerUse", "computer-use"),
    bypassed("mcpServers", "mcp"),
};

constexpr std::array kFunctionCallingConfigFields{
    choice("mode", kModes),
    text("allowedFunctionNames").repeated(),
};
constexpr Message kFunctionCallingConfig{kFunctionCallingConfigFields};

constexpr std::array kToolConfigFields{
    message("functionCallingConfig", kFunctionCallingConfig),
    free_json("retrievalConfig"),
};

}  // namespace

constinit const Message kTool{kToolFields, "server-tool"};
constinit const Message kToolConfig{kToolConfigFields};

}  // namespace refrain::providers::google
