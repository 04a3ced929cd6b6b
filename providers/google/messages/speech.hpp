// The requests of Cloud Text-to-Speech (v1, v1beta1) and Cloud Speech-to-Text (v1, v1p1beta1, v2),
// as tables. Constants.
#pragma once

#include "providers/google/message.hpp"

namespace refrain::providers::google {

extern const Message kSynthesizeSpeechRequest;
extern const Message kRecognizeRequest;
extern const Message kRecognizeRequestV2;

}  // namespace refrain::providers::google
