#include "providers/google/messages/gemini.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

constexpr std::array kLanguages{
    EnumValue{"LANGUAGE_UNSPECIFIED", 0},
    EnumValue{"PYTHON", 1},
};
constexpr std::array kOutcomes{
    EnumValue{"OUTCOME_UNSPECIFIED", 0},
    EnumValue{"OUTCOME_OK", 1},
    EnumValue{"OUTCOME_FAILED", 2},
    EnumValue{"OUTCOME_DEADLINE_EXCEEDED", 3},
};

constexpr std::array kBlobFields{
    text("mimeType"),
    bytes("data").sound(),
    text("displayName"),
};
constexpr Message kBlob{kBlobFields};

constexpr std::array kFunctionCallFields{
    text("id"),
    text("name"),
    free_json("args"),
};
constexpr Message kFunctionCall{kFunctionCallFields};

constexpr std::array kFunctionResponsePartFields{
    message("inlineData", kBlob),
    bypassed("fileData", "external-media"),
};
constexpr Message kFunctionResponsePart{kFunctionResponsePartFields};

constexpr std::array kFunctionResponseFields{
    text("id"),
    text("name"),
    free_json("response"),
    message("parts", kFunctionResponsePart).repeated(),
    boolean("willContinue"),
};
constexpr Message kFunctionResponse{kFunctionResponseFields};

constexpr std::array kExecutableCodeFields{
    choice("language", kLanguages),
    text("code"),
};
constexpr Message kExecutableCode{kExecutableCodeFields};

constexpr std::array kCodeExecutionResultFields{
    choice("outcome", kOutcomes),
    text("output"),
};
constexpr Message kCodeExecutionResult{kCodeExecutionResultFields};

constexpr std::array kVideoMetadataFields{
    duration("startOffset"),
    duration("endOffset"),
    number("fps"),
};
constexpr Message kVideoMetadata{kVideoMetadataFields};

// What a part holds is a oneof: "" is there.
constexpr std::array kPartFields{
    text("text").optional().prompt(),
    message("inlineData", kBlob),
    message("functionCall", kFunctionCall),
    message("functionResponse", kFunctionResponse),
    bypassed("fileData", "external-media"),
    message("executableCode", kExecutableCode),
    message("codeExecutionResult", kCodeExecutionResult),
    boolean("thought"),
    bytes("thoughtSignature"),
    message("videoMetadata", kVideoMetadata),
    free_json("partMetadata"),
};
constexpr Message kPart{kPartFields};

constexpr std::array kContentFields{
    message("parts", kPart).repeated(),
    text("role"),
};

}  // namespace

constinit const Message kContent{kContentFields};

}  // namespace refrain::providers::google
