#include "providers/google/messages/speech.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

constexpr std::array kGenders{
    EnumValue{"SSML_VOICE_GENDER_UNSPECIFIED", 0},
    EnumValue{"MALE", 1},
    EnumValue{"FEMALE", 2},
    EnumValue{"NEUTRAL", 3},
};
constexpr std::array kEncodings{
    EnumValue{"AUDIO_ENCODING_UNSPECIFIED", 0},
    EnumValue{"LINEAR16", 1},
    EnumValue{"MP3", 2},
    EnumValue{"OGG_OPUS", 3},
    EnumValue{"MP3_64_KBPS", 4},
    EnumValue{"MULAW", 5},
    EnumValue{"ALAW", 6},
    EnumValue{"PCM", 7},
    EnumValue{"M4A", 8},
};
constexpr std::array kPhoneticEncodings{
    EnumValue{"PHONETIC_ENCODING_UNSPECIFIED", 0},
    EnumValue{"PHONETIC_ENCODING_IPA", 1},
    EnumValue{"PHONETIC_ENCODING_X_SAMPA", 2},
    EnumValue{"PHONETIC_ENCODING_JAPANESE_YOMIGANA", 3},
    EnumValue{"PHONETIC_ENCODING_PINYIN", 4},
};
constexpr std::array kTimePoints{
    EnumValue{"TIMEPOINT_TYPE_UNSPECIFIED", 0},
    EnumValue{"SSML_MARK", 1},
};

constexpr std::array kTurnFields{
    text("speaker"),
    text("text").spoken(),
};
constexpr Message kTurn{kTurnFields};

constexpr std::array kMultiSpeakerMarkupFields{message("turns", kTurn).repeated()};
constexpr Message kMultiSpeakerMarkup{kMultiSpeakerMarkupFields};

constexpr std::array kPronunciationFields{
    text("phrase").optional(),
    choice("phoneticEncoding", kPhoneticEncodings).optional(),
    text("pronunciation").optional(),
};
constexpr Message kPronunciation{kPronunciationFields};

constexpr std::array kPronunciationsFields{message("pronunciations", kPronunciation).repeated()};
constexpr Message kPronunciations{kPronunciationsFields};

// What is to be spoken is a oneof: "" is there. White space in SSML may be heard.
constexpr std::array kInputFields{
    text("text").optional().spoken(),
    text("ssml").optional().prompt(),
    text("markup").optional().spoken(),
    message("multiSpeakerMarkup", kMultiSpeakerMarkup),
    text("prompt").optional().prompt(),
    message("customPronunciations", kPronunciations),
};
constexpr Message kInput{kInputFields};

constexpr std::array kCustomVoiceFields{
    text("model"),
    neutral("reportedUsage"),
};
constexpr Message kCustomVoice{kCustomVoiceFields};

constexpr std::array kVoiceCloneFields{text("voiceCloningKey")};
constexpr Message kVoiceClone{kVoiceCloneFields};

constexpr std::array kSpeakerFields{
    text("speakerAlias"),
    text("speakerId"),
};
constexpr Message kSpeaker{kSpeakerFields};

constexpr std::array kSpeakersFields{message("speakerVoiceConfigs", kSpeaker).repeated()};
constexpr Message kSpeakers{kSpeakersFields};

constexpr std::array kVoiceFields{
    text("languageCode"),
    text("name"),
    choice("ssmlGender", kGenders),
    message("customVoice", kCustomVoice),
    message("voiceClone", kVoiceClone),
    text("modelName"),
    message("multiSpeakerVoiceConfig", kSpeakers),
};
constexpr Message kVoice{kVoiceFields};

constexpr std::array kAudioConfigFields{
    choice("audioEncoding", kEncodings),
    number("speakingRate").defaults_to("1"),
    number("pitch"),
    number("volumeGainDb"),
    integer("sampleRateHertz"),
    text("effectsProfileId").repeated(),
};
constexpr Message kAudioConfig{kAudioConfigFields};

constexpr std::array kAdvancedVoiceOptionsFields{
    boolean("lowLatencyJourneySynthesis").optional(),
    boolean("relaxSafetyFilters"),
    free_json("safetySettings"),
    boolean("enableTextnorm").optional(),
};
constexpr Message kAdvancedVoiceOptions{kAdvancedVoiceOptionsFields};

constexpr std::array kSynthesizeSpeechFields{
    message("input", kInput),
    message("voice", kVoice),
    message("audioConfig", kAudioConfig),
    choice("enableTimePointing", kTimePoints).set(),
    message("advancedVoiceOptions", kAdvancedVoiceOptions).void_if_empty(),
};

}  // namespace

constinit const Message kSynthesizeSpeechRequest{kSynthesizeSpeechFields};

}  // namespace refrain::providers::google
