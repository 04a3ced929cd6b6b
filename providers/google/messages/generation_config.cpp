#include "providers/google/messages/gemini.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

constexpr std::array kModalities{
    EnumValue{"MODALITY_UNSPECIFIED", 0},
    EnumValue{"TEXT", 1},
    EnumValue{"IMAGE", 2},
    EnumValue{"AUDIO", 3},
};
constexpr std::array kMediaResolutions{
    EnumValue{"MEDIA_RESOLUTION_UNSPECIFIED", 0},
    EnumValue{"MEDIA_RESOLUTION_LOW", 1},
    EnumValue{"MEDIA_RESOLUTION_MEDIUM", 2},
    EnumValue{"MEDIA_RESOLUTION_HIGH", 3},
};

constexpr std::array kPrebuiltVoiceFields{text("voiceName").optional()};
constexpr Message kPrebuiltVoice{kPrebuiltVoiceFields};

constexpr std::array kVoiceConfigFields{message("prebuiltVoiceConfig", kPrebuiltVoice)};
constexpr Message kVoiceConfig{kVoiceConfigFields};

constexpr std::array kSpeakerVoiceFields{
    text("speaker"),
    message("voiceConfig", kVoiceConfig),
};
constexpr Message kSpeakerVoice{kSpeakerVoiceFields};

constexpr std::array kMultiSpeakerFields{message("speakerVoiceConfigs", kSpeakerVoice).repeated()};
constexpr Message kMultiSpeaker{kMultiSpeakerFields};

constexpr std::array kSpeechConfigFields{
    message("voiceConfig", kVoiceConfig),
    message("multiSpeakerVoiceConfig", kMultiSpeaker),
    text("languageCode"),
};
constexpr Message kSpeechConfig{kSpeechConfigFields};

constexpr std::array kThinkingConfigFields{
    boolean("includeThoughts").optional(),
    integer("thinkingBudget").optional(),
    text("thinkingLevel"),
};
constexpr Message kThinkingConfig{kThinkingConfigFields};

constexpr std::array kImageConfigFields{
    text("aspectRatio").optional(),
    text("imageSize").optional(),
};
constexpr Message kImageConfig{kImageConfigFields};

constexpr std::array kGenerationConfigFields{
    integer("candidateCount").optional().defaults_to("1"),
    text("stopSequences").repeated(),
    integer("maxOutputTokens").optional(),
    number("temperature").optional(),
    number("topP").optional(),
    integer("topK").optional(),
    integer("seed").optional(),
    text("responseMimeType").defaults_to("\"text/plain\""),
    message("responseSchema", kSchema).ordered(),
    free_json("responseJsonSchema"),
    number("presencePenalty").optional(),
    number("frequencyPenalty").optional(),
    boolean("responseLogprobs").optional().defaults_to("false"),
    integer("logprobs").optional(),
    boolean("enableEnhancedCivicAnswers").optional(),
    choice("responseModalities", kModalities).set(),
    message("speechConfig", kSpeechConfig),
    message("thinkingConfig", kThinkingConfig),
    message("imageConfig", kImageConfig),
    choice("mediaResolution", kMediaResolutions).optional(),
};

}  // namespace

constinit const Message kGenerationConfig{kGenerationConfigFields};

}  // namespace refrain::providers::google
