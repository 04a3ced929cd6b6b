// Metadata that stands around a file rather than in it: ID3v1, ID3v2, APE, Lyrics3. Pure.
#pragma once

#include <string_view>

namespace refrain::providers::audio {

// Without any ID3v2 and APE tags at the front (id3.org, ID3v2.4 structure 3.1).
std::string_view without_leading_tags(std::string_view bytes);

// Without any ID3v1 (with its "TAG+" extension), APE and Lyrics3 tags at the end.
std::string_view without_trailing_tags(std::string_view bytes);

}  // namespace refrain::providers::audio
