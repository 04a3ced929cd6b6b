#include "http/multipart.hpp"

#include "http/characters.hpp"
#include "http/fields.hpp"
#include "http/parameters.hpp"

#include <algorithm>
#include <cstring>

namespace refrain::http {

namespace {

constexpr std::string_view kFormType = "multipart/form-data";
constexpr std::string_view kDashes = "--";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kMaxBoundary = 70;

tl::unexpected<Error> malformed(std::string sentence) {
    return failure(ErrorCode::malformed, Origin::client, std::move(sentence));
}

tl::unexpected<Error> over(std::string_view what, std::size_t limit) {
    return failure(
        ErrorCode::too_large,
        Origin::client,
        std::string(what) + " of the form, and at most " + std::to_string(limit) + " are read");
}

// RFC 2046 5.1.1, bchars.
bool is_boundary_character(char c) noexcept {
    constexpr std::string_view kMarks = "'()+_,-./:=? ";
    const char low = to_lower(c);
    return is_in(c, Characters::digit) || (low >= 'a' && low <= 'z') ||
           kMarks.find(c) != kMarks.npos;
}

// An encoding that leaves the bytes as they are. RFC 7578 4.7 advises against the field; Java and
// Dart clients send it all the same.
bool is_identity(std::string_view encoding) noexcept {
    return equal_ignoring_case(encoding, "binary") || equal_ignoring_case(encoding, "8bit") ||
           equal_ignoring_case(encoding, "7bit");
}

class Reader {
  public:
    Reader(std::string_view body, std::string_view boundary, const MultipartLimits& limits)
        : body_(body), limits_(limits) {
        delimiter_.append(kDashes).append(boundary);
    }

    Result<std::vector<FormPart>> read() {
        if (!body_.starts_with(delimiter_)) {
            return malformed("the form does not begin with its boundary");
        }
        at_ = delimiter_.size();
        std::vector<FormPart> parts;
        for (;;) {
            const std::string_view rest = body_.substr(at_);
            if (rest.starts_with(kDashes)) break;
            if (!rest.starts_with(kLineEnd)) {
                return malformed("a boundary of the form is not a line of its own");
            }
            at_ += kLineEnd.size();
            if (parts.size() == limits_.parts) return over("there are more parts", limits_.parts);
            auto part = read_part();
            if (!part) return failure(part.error());
            parts.push_back(*part);
        }
        const std::string_view epilogue = body_.substr(at_ + kDashes.size());
        if (!epilogue.empty() && epilogue != kLineEnd) {
            return malformed("there is something after the last boundary of the form");
        }
        return parts;
    }

  private:
    // From the line after a boundary to just behind the next one.
    Result<FormPart> read_part() {
        FormPart part;
        const auto head = read_head(part);
        if (!head) return failure(head.error());
        const auto end = find_delimiter();
        if (!end) return failure(end.error());
        part.body = body_.substr(at_, *end - at_);
        at_ = *end + kLineEnd.size() + delimiter_.size();
        return part;
    }

    Result<void> read_head(FormPart& part) {
        const std::size_t limit = at_ + limits_.header_bytes;
        Fields fields;
        for (;;) {
            const std::size_t end = find_line_end(body_.substr(0, limit), at_);
            if (end == body_.npos) {
                if (limit < body_.size())
                    return over("a part has more header bytes", limits_.header_bytes);
                return malformed("the form ends within the header of a part");
            }
            if (!body_.substr(end).starts_with(kLineEnd)) {
                return malformed("a header line in the form does not end in CRLF");
            }
            const std::string_view line = body_.substr(at_, end - at_);
            at_ = end + kLineEnd.size();
            if (line.empty()) break;
            auto added = add_field(line, fields);
            if (!added) return added;
        }
        return read_fields(fields, part);
    }

    static Result<void> add_field(std::string_view line, Fields& fields) {
        const std::size_t colon = span_of(line, Characters::token);
        if (colon == 0 || !line.substr(colon).starts_with(':')) {
            return malformed("a header line in the form is malformed");
        }
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        if (!all_in(value, Characters::value)) {
            return malformed("a header line in the form holds a control character");
        }
        if (fields.has(name)) return malformed("a part of the form has a header field twice");
        fields.add(name, value);
        return {};
    }

    Result<void> read_fields(const Fields& fields, FormPart& part) {
        const auto disposition = fields.find("content-disposition");
        if (!disposition) return malformed("a part of the form has no Content-Disposition");
        part.content_type = fields.find("content-type").value_or("");
        constexpr std::string_view kNested = "multipart/";
        if (equal_ignoring_case(part.content_type.substr(0, kNested.size()), kNested)) {
            return malformed("a part of the form is itself multipart");
        }
        const auto encoding = fields.find("content-transfer-encoding");
        if (encoding && !is_identity(*encoding)) {
            return malformed("a part of the form has a Content-Transfer-Encoding");
        }
        return read_disposition(*disposition, part);
    }

    Result<void> read_disposition(std::string_view text, FormPart& part) {
        const auto disposition = parse_parameters(text);
        if (!disposition || !equal_ignoring_case(disposition->value, "form-data")) {
            return malformed("the Content-Disposition of a part is no form-data, or is malformed");
        }
        const auto name = disposition->find("name");
        part.file_name = disposition->find("filename");
        // RFC 7578 4.2 forbids filename*, and nothing else is defined.
        if (disposition->list.size() > (part.file_name ? 2U : 1U)) {
            return malformed("the Content-Disposition of a part has an unknown parameter");
        }
        if (!name || name->empty()) return malformed("a part of the form has no name");
        if (name->find('\\') != name->npos) {
            return malformed("the name of a part of the form holds a backslash");
        }
        if (name->size() > limits_.name_bytes) {
            return over("the name of a part has more bytes", limits_.name_bytes);
        }
        if (part.file_name && part.file_name->size() > limits_.file_name_bytes) {
            return over("a file name has more bytes", limits_.file_name_bytes);
        }
        part.name = *name;
        return {};
    }

    // Where the CRLF of the next boundary is. Searched with the line end in front, which a boundary
    // cannot hold: so the search stays linear whatever the boundary.
    Result<std::size_t> find_delimiter() const {
        const std::string_view rest = body_.substr(at_);
        const std::size_t found = position_of('\n', rest);
        if (position_of('\r', rest.substr(0, found)) != rest.npos || found == 0 ||
            (found != rest.npos && rest[found - 1] != '\r') || rest.starts_with(delimiter_)) {
            return malformed("a boundary in the form does not follow a CRLF");
        }
        if (found == rest.npos) return malformed("the last boundary of the form is missing");
        return at_ + found - 1;
    }

    std::size_t position_of(char line_end, std::string_view text) const {
        const std::string needle = line_end + delimiter_;
        const void* found = memmem(text.data(), text.size(), needle.data(), needle.size());
        if (found == nullptr) return text.npos;
        return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    }

    std::string_view body_;
    const MultipartLimits& limits_;
    std::string delimiter_;
    std::size_t at_ = 0;
};

}  // namespace

bool is_multipart_form(std::string_view content_type) noexcept {
    return equal_ignoring_case(trim(content_type.substr(0, content_type.find(';'))), kFormType);
}

Result<std::string_view> multipart_boundary(std::string_view content_type) {
    const auto type = parse_parameters(content_type);
    if (!type || !equal_ignoring_case(type->value, kFormType)) {
        return malformed("the Content-Type is no well-formed multipart/form-data");
    }
    const auto boundary = type->find("boundary");
    if (!boundary || boundary->empty()) return malformed("the Content-Type names no boundary");
    if (boundary->size() > kMaxBoundary) {
        return malformed("the boundary is longer than 70 characters");
    }
    const bool legal = std::all_of(boundary->begin(), boundary->end(), is_boundary_character);
    if (!legal || boundary->ends_with(' ')) {
        return malformed("the boundary holds a character that is not allowed in one");
    }
    return *boundary;
}

Result<std::vector<FormPart>> parse_multipart(std::string_view body,
                                              std::string_view boundary,
                                              const MultipartLimits& limits) {
    return Reader(body, boundary, limits).read();
}

}  // namespace refrain::http
