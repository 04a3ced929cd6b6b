#include "providers/google/messages/speech.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

constexpr std::array kEncodings{
    EnumValue{"ENCODING_UNSPECIFIED", 0},
    EnumValue{"LINEAR16", 1},
    EnumValue{"FLAC", 2},
    EnumValue{"MULAW", 3},
    EnumValue{"AMR", 4},
    EnumValue{"AMR_WB", 5},
    EnumValue{"OGG_OPUS", 6},
    EnumValue{"SPEEX_WITH_HEADER_BYTE", 7},
    EnumValue{"MP3", 8},
    EnumValue{"WEBM_OPUS", 9},
};

constexpr std::array kPhraseFields{
    text("value"),
    number("boost"),
};
constexpr Message kPhrase{kPhraseFields};

constexpr std::array kPhraseSetFields{
    text("name"),
    message("phrases", kPhrase).repeated(),
    number("boost"),
};
constexpr Message kPhraseSet{kPhraseSetFields};

constexpr std::array kAdaptationFields{
    message("phraseSets", kPhraseSet).repeated(),
    bypassed("phraseSetReferences", "named-resource"),
    free_json("customClasses").repeated(),
    free_json("abnfGrammar"),
};
constexpr Message kAdaptation{kAdaptationFields};

constexpr std::array kSpeechContextFields{
    text("phrases").repeated(),
    number("boost"),
};
constexpr Message kSpeechContext{kSpeechContextFields};

constexpr std::array kDiarizationFields{
    boolean("enableSpeakerDiarization"),
    integer("minSpeakerCount"),
    integer("maxSpeakerCount"),
    integer("speakerTag"),
};
constexpr Message kDiarization{kDiarizationFields};

// enableSpokenPunctuation and enableSpokenEmojis are wrappers: false is not absent.
constexpr std::array kConfigFields{
    choice("encoding", kEncodings),
    integer("sampleRateHertz"),
    integer("audioChannelCount"),
    boolean("enableSeparateRecognitionPerChannel"),
    text("languageCode"),
    text("alternativeLanguageCodes").repeated(),
    integer("maxAlternatives").defaults_to("1"),
    boolean("profanityFilter"),
    message("adaptation", kAdaptation),
    message("speechContexts", kSpeechContext).repeated(),
    free_json("transcriptNormalization"),
    boolean("enableWordTimeOffsets"),
    boolean("enableWordConfidence"),
    boolean("enableAutomaticPunctuation"),
    boolean("enableSpokenPunctuation").optional(),
    boolean("enableSpokenEmojis").optional(),
    message("diarizationConfig", kDiarization),
    free_json("metadata"),
    text("model"),
    boolean("useEnhanced"),
};
constexpr Message kConfig{kConfigFields};

constexpr std::array kAudioFields{
    bytes("content").optional().sound(),
    bypassed("uri", "external-media"),
};
constexpr Message kAudio{kAudioFields};

constexpr std::array kRecognizeFields{
    message("config", kConfig),
    message("audio", kAudio),
};

}  // namespace

constinit const Message kRecognizeRequest{kRecognizeFields};

}  // namespace refrain::providers::google
