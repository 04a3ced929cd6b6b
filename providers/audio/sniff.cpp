#include "providers/audio/sniff.hpp"

#include "providers/audio/adts.hpp"
#include "providers/audio/mpeg.hpp"
#include "providers/audio/numbers.hpp"

namespace refrain::providers::audio {

namespace {

// DocType (RFC 8794 11.2.3.7) stands within the first few elements of the EBML head; its length
// takes one byte to eight.
Container ebml_kind(std::string_view bytes) {
    const std::string_view head = slice(bytes, 0, 64);
    const std::string_view type = slice(head, head.find("\x42\x82"), 18);
    if (type.find("webm") != type.npos) return Container::webm;
    return type.find("matroska") != type.npos ? Container::matroska : Container::unknown;
}

}  // namespace

Container sniff(std::string_view bytes) {
    if (has_at(bytes, 8, "WAVE")) {
        if (has_at(bytes, 0, "RIFF")) return Container::wav;
        if (has_at(bytes, 0, "RF64") || has_at(bytes, 0, "BW64")) return Container::rf64;
    }
    if (has_at(bytes, 0, "FORM") && (has_at(bytes, 8, "AIFF") || has_at(bytes, 8, "AIFC"))) {
        return Container::aiff;
    }
    if (has_at(bytes, 0, "fLaC")) return Container::flac;
    if (has_at(bytes, 0, "OggS")) return Container::ogg;
    if (has_at(bytes, 4, "ftyp")) return Container::mp4;
    if (has_at(bytes, 0, "\x1A\x45\xDF\xA3")) return ebml_kind(bytes);
    if (has_at(bytes, 0, "#!AMR\n") || has_at(bytes, 0, "#!AMR-WB\n")) return Container::amr;
    if (begins_with_mpeg(bytes)) return Container::mp3;
    if (begins_with_adts(bytes)) return Container::adts;
    return Container::unknown;
}

}  // namespace refrain::providers::audio
