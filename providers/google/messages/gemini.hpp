// The requests of the Gemini API, as tables: generativelanguage.googleapis.com v1beta. Vertex AI
// has the same messages, with other numbers for some enumerators. Constants.
#pragma once

#include "providers/google/message.hpp"

namespace refrain::providers::google {

extern const Message kSchema;
extern const Message kContent;
extern const Message kTool;
extern const Message kToolConfig;
extern const Message kGenerationConfig;

extern const Message kGenerateContentRequest;
extern const Message kCountTokensRequest;
extern const Message kEmbedContentRequest;
extern const Message kBatchEmbedContentsRequest;
extern const Message kPredictRequest;

}  // namespace refrain::providers::google
