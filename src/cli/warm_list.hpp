// What `refrain warm` sends: a file of JSON lines, {"path": "/v1/…", "body": {…}, "headers": {…}}.
#pragma once

#include "base/error.hpp"
#include "cli/http_client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace refrain::cli {

struct WarmLine {
    std::size_t number = 0;  // in its file, from 1
    std::string path;
    std::string body;     // as JSON, numbers as they were written
    HttpHeaders headers;  // as given, and a Content-Type
    bool is_speech = false;
};

// Empty lines are skipped. Fails with every line that is wrong, one sentence each, so that nothing
// is bought before the list is right.
Result<std::vector<WarmLine>> read_warm_list(std::string_view text);

}  // namespace refrain::cli
