#include "providers/openai/upload_form.hpp"

#include "http/fields.hpp"
#include "http/parameters.hpp"
#include "providers/utf8.hpp"

#include <utility>

namespace refrain::providers::openai {

namespace {

using http::FormPart;

tl::unexpected<Error> refuse(std::string_view reason) {
    return failure(ErrorCode::malformed, Origin::client, std::string(reason));
}

// Fields mostly come without a type. One in another charset would be other text than its bytes.
bool is_text_in_utf8(std::string_view content_type) {
    if (content_type.empty()) return true;
    const auto type = http::parse_parameters(content_type);
    if (!type || !http::equal_ignoring_case(type->value, "text/plain")) return false;
    const auto charset = type->find("charset").value_or("utf-8");
    return http::equal_ignoring_case(charset, "utf-8") ||
           http::equal_ignoring_case(charset, "us-ascii");
}

Result<void> add_field(const FormPart& part, UploadForm& form) {
    // RFC 7578 4.6: it would name the charset of all the others.
    if (part.name == "_charset_" || !is_text_in_utf8(part.content_type)) {
        return refuse("content-type");
    }
    if (!is_utf8(part.name) || !is_utf8(part.body)) return refuse("invalid-unicode");
    auto& values = form.fields[std::string(part.name)];
    if (!values.empty() && !part.name.ends_with("[]")) return refuse("duplicate-names");
    values.emplace_back(part.body);
    return {};
}

}  // namespace

std::string_view UploadForm::value(std::string_view name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string_view() : found->second.front();
}

Json UploadForm::fields_as_json() const {
    Json json = Json::object();
    for (const auto& [name, values] : fields) {
        json[name] = name.ends_with("[]") ? Json(values) : Json(values.front());
    }
    return json;
}

Result<UploadForm> read_upload(const Request& request) {
    if (!http::is_multipart_form(request.content_type)) return refuse("not-multipart");
    const auto boundary = http::multipart_boundary(request.content_type);
    if (!boundary) return refuse("malformed-multipart");
    const auto parts = http::parse_multipart(request.body, *boundary);
    if (!parts) {
        const bool limit = parts.error().code == ErrorCode::too_large;
        return refuse(limit ? "multipart-limits" : "malformed-multipart");
    }
    UploadForm form;
    bool has_file = false;
    for (const FormPart& part : *parts) {
        if (part.file_name) {
            if (has_file || part.name != "file") return refuse("unexpected-file");
            form.file = part;
            has_file = true;
            continue;
        }
        const auto added = add_field(part, form);
        if (!added) return failure(added.error());
    }
    if (!has_file || form.fields.contains("file")) return refuse("no-file");
    return form;
}

}  // namespace refrain::providers::openai
