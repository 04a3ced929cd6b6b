#include "providers/google/messages/speech.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

constexpr std::array kEncodings{
    EnumValue{"AUDIO_ENCODING_UNSPECIFIED", 0},
    EnumValue{"LINEAR16", 1},
    EnumValue{"MULAW", 2},
    EnumValue{"ALAW", 3},
    EnumValue{"AMR", 4},
    EnumValue{"AMR_WB", 5},
    EnumValue{"FLAC", 6},
    EnumValue{"MP3", 7},
    EnumValue{"OGG_OPUS", 8},
    EnumValue{"WEBM_OPUS", 9},
    EnumValue{"MP4_AAC", 10},
    EnumValue{"M4A_AAC", 11},
    EnumValue{"MOV_AAC", 12},
};
constexpr std::array kMultiChannelModes{
    EnumValue{"MULTI_CHANNEL_MODE_UNSPECIFIED", 0},
    EnumValue{"SEPARATE_RECOGNITION_PER_CHANNEL", 1},
};

constexpr std::array kDecodingFields{
    choice("encoding", kEncodings),
    integer("sampleRateHertz"),
    integer("audioChannelCount"),
};
constexpr Message kDecoding{kDecodingFields};

constexpr std::array kDiarizationFields{
    integer("minSpeakerCount"),
    integer("maxSpeakerCount"),
};
constexpr Message kDiarization{kDiarizationFields};

constexpr std::array kFeaturesFields{
    boolean("profanityFilter"),
    boolean("enableWordTimeOffsets"),
    boolean("enableWordConfidence"),
    boolean("enableAutomaticPunctuation"),
    boolean("enableSpokenPunctuation"),
    boolean("enableSpokenEmojis"),
    choice("multiChannelMode", kMultiChannelModes),
    message("diarizationConfig", kDiarization),
    integer("maxAlternatives"),
};
constexpr Message kFeatures{kFeaturesFields};

constexpr std::array kPhraseSetFields{
    bypassed("phraseSet", "named-resource"),
    free_json("inlinePhraseSet"),
};
constexpr Message kPhraseSet{kPhraseSetFields};

constexpr std::array kAdaptationFields{
    message("phraseSets", kPhraseSet).repeated(),
    free_json("customClasses").repeated(),
};
constexpr Message kAdaptation{kAdaptationFields};

constexpr std::array kConfigFields{
    free_json("autoDecodingConfig"),
    message("explicitDecodingConfig", kDecoding),
    text("model"),
    text("languageCodes").repeated(),
    message("features", kFeatures),
    message("adaptation", kAdaptation),
    free_json("transcriptNormalization"),
    free_json("translationConfig"),
};
constexpr Message kConfig{kConfigFields};

constexpr std::array kRecognizeFields{
    message("config", kConfig),
    text("configMask"),
    bytes("content").optional().sound(),
    bypassed("uri", "external-media"),
};

}  // namespace

constinit const Message kRecognizeRequestV2{kRecognizeFields};

}  // namespace refrain::providers::google
