// multipart/form-data (RFC 7578 on RFC 2046 5.1) over a whole body held in memory: views into it,
// no copies. Sans-I/O, pure, fuzzed.
//
// What one reader takes for a part and another for data could be stored under the wrong key, so
// whatever is not plain is refused: lines that do not end in CRLF, text before the first boundary
// or after the last, white space after a boundary, a boundary that begins a longer line or follows
// a bare CR or LF, encoded or nested parts, fields or parameters given twice.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::http {

struct FormPart {
    std::string_view name;                      // as written
    std::optional<std::string_view> file_name;  // as written; a part without one is a field
    std::string_view content_type;              // "" if there is none
    std::string_view body;
};

struct MultipartLimits {
    std::size_t parts = 64;
    std::size_t header_bytes = 4096;  // of one part
    std::size_t name_bytes = 128;
    std::size_t file_name_bytes = 1024;
};

bool is_multipart_form(std::string_view content_type) noexcept;

// The boundary that a Content-Type names: 1 to 70 legal characters (RFC 2046 5.1.1).
Result<std::string_view> multipart_boundary(std::string_view content_type);

// The parts in their order. REQUIRES: a boundary as multipart_boundary() gives. A failure's message
// is a sentence without its dot; its code is too_large where a limit was passed, else malformed.
Result<std::vector<FormPart>> parse_multipart(std::string_view body,
                                              std::string_view boundary,
                                              const MultipartLimits& limits = {});

}  // namespace refrain::http
