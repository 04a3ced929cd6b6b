// A multipart request with one file, taken apart as a key needs it: the file, and its fields by
// name. Used by the endpoints that take uploads, on the stack; views into the request's body.
#pragma once

#include "base/error.hpp"
#include "http/multipart.hpp"
#include "providers/endpoint.hpp"
#include "providers/json.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers::openai {

struct UploadForm {
    http::FormPart file;  // the part named "file"
    // The values of each other name in their order. Only names that end in "[]" have several.
    std::map<std::string, std::vector<std::string>, std::less<>> fields;

    // The one value of a name, "" if there is none.
    std::string_view value(std::string_view name) const;

    // As it stands in a key: a list for "name[]", text for any other.
    Json fields_as_json() const;
};

// A failure's message is a reason users see in Cache-Status:
//
//   not-multipart        malformed-multipart  multipart-limits
//   no-file              no part of that name, or one without a file name
//   unexpected-file      a second one
//   duplicate-names      a field that is no list, given twice
//   content-type         a field that says it is no text in UTF-8
//   invalid-unicode
Result<UploadForm> read_upload(const Request& request);

}  // namespace refrain::providers::openai
