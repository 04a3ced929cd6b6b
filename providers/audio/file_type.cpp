#include "providers/audio/file_type.hpp"

namespace refrain::providers::audio {

FileType file_type(Container container) noexcept {
    switch (container) {
        case Container::wav:
        case Container::rf64: return {"audio/wav", "wav"};
        case Container::aiff: return {"audio/aiff", "aiff"};
        case Container::flac: return {"audio/flac", "flac"};
        case Container::mp3: return {"audio/mpeg", "mp3"};
        case Container::ogg: return {"audio/ogg", "ogg"};
        case Container::mp4: return {"audio/mp4", "m4a"};
        case Container::webm: return {"audio/webm", "webm"};
        case Container::matroska: return {"audio/x-matroska", "mka"};
        case Container::adts: return {"audio/aac", "aac"};
        case Container::amr: return {"audio/amr", "amr"};
        case Container::unknown: break;
    }
    return {"application/octet-stream", "bin"};
}

}  // namespace refrain::providers::audio
