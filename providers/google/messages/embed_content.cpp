#include "providers/google/messages/gemini.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

constexpr std::array kTaskTypes{
    EnumValue{"TASK_TYPE_UNSPECIFIED", 0},
    EnumValue{"RETRIEVAL_QUERY", 1},
    EnumValue{"RETRIEVAL_DOCUMENT", 2},
    EnumValue{"SEMANTIC_SIMILARITY", 3},
    EnumValue{"CLASSIFICATION", 4},
    EnumValue{"CLUSTERING", 5},
    EnumValue{"QUESTION_ANSWERING", 6},
    EnumValue{"FACT_VERIFICATION", 7},
    EnumValue{"CODE_RETRIEVAL_QUERY", 8},
};

constexpr std::array kEmbedContentFields{
    text("model"),
    message("content", kContent),
    choice("taskType", kTaskTypes).optional(),
    text("title").optional(),
    integer("outputDimensionality").optional(),
};
constexpr std::array kBatchEmbedContentsFields{
    text("model"),
    message("requests", kEmbedContentRequest).repeated(),
};

// Both are Value: what is in them is between the caller and the model.
constexpr std::array kPredictFields{
    free_json("instances").repeated(),
    free_json("parameters"),
    neutral("labels"),
};

}  // namespace

constinit const Message kEmbedContentRequest{kEmbedContentFields};
constinit const Message kBatchEmbedContentsRequest{kBatchEmbedContentsFields};
constinit const Message kPredictRequest{kPredictFields};

}  // namespace refrain::providers::google
