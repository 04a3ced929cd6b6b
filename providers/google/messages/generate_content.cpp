#include "providers/google/messages/gemini.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

constexpr std::array kHarmCategories{
    EnumValue{"HARM_CATEGORY_UNSPECIFIED", 0},
    EnumValue{"HARM_CATEGORY_DEROGATORY", 1},
    EnumValue{"HARM_CATEGORY_TOXICITY", 2},
    EnumValue{"HARM_CATEGORY_VIOLENCE", 3},
    EnumValue{"HARM_CATEGORY_SEXUAL", 4},
    EnumValue{"HARM_CATEGORY_MEDICAL", 5},
    EnumValue{"HARM_CATEGORY_DANGEROUS", 6},
    EnumValue{"HARM_CATEGORY_HARASSMENT", 7},
    EnumValue{"HARM_CATEGORY_HATE_SPEECH", 8},
    EnumValue{"HARM_CATEGORY_SEXUALLY_EXPLICIT", 9},
    EnumValue{"HARM_CATEGORY_DANGEROUS_CONTENT", 10},
    EnumValue{"HARM_CATEGORY_CIVIC_INTEGRITY", 11},
};
constexpr std::array kThresholds{
    EnumValue{"HARM_BLOCK_THRESHOLD_UNSPECIFIED", 0},
    EnumValue{"BLOCK_LOW_AND_ABOVE", 1},
    EnumValue{"BLOCK_MEDIUM_AND_ABOVE", 2},
    EnumValue{"BLOCK_ONLY_HIGH", 3},
    EnumValue{"BLOCK_NONE", 4},
    EnumValue{"OFF", 5},
};

constexpr std::array kSafetySettingFields{
    choice("category", kHarmCategories),
    choice("threshold", kThresholds),
};
constexpr Message kSafetySetting{kSafetySettingFields};

constexpr std::array kGenerateContentFields{
    text("model"),
    message("contents", kContent).repeated(),
    message("systemInstruction", kContent),
    message("tools", kTool).repeated(),
    message("toolConfig", kToolConfig),
    message("safetySettings", kSafetySetting).set(),
    message("generationConfig", kGenerationConfig).void_if_empty(),
    bypassed("cachedContent", "cached-content"),
    bypassed("continuationToken", "continuation"),
    bypassed("modelArmorConfig", "model-armor"),
    bypassed("generationOutputConfig", "output-config"),
    bypassed("store", "store"),
    neutral("labels"),
    neutral("serviceTier"),
};

constexpr std::array kCountTokensFields{
    text("model"),
    message("contents", kContent).repeated(),
    message("generateContentRequest", kGenerateContentRequest),
    // Vertex AI has these beside the contents.
    message("systemInstruction", kContent),
    message("tools", kTool).repeated(),
    message("generationConfig", kGenerationConfig).void_if_empty(),
};

}  // namespace

constinit const Message kGenerateContentRequest{kGenerateContentFields};
constinit const Message kCountTokensRequest{kCountTokensFields};

}  // namespace refrain::providers::google
