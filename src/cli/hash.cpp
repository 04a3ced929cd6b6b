#include "cli/commands.hpp"
#include "cli/content_address.hpp"
#include "cli/input.hpp"
#include "providers/json.hpp"

#include <string>

namespace refrain::cli {

namespace {

// As sha256sum writes names: one with a backslash or a line end is escaped, and its line begins
// with a backslash.
std::string line_of(const std::string& file, const ContentAddress& address) {
    std::string name;
    for (const char c : file) {
        if (c == '\\') {
            name += "\\\\";
        } else if (c == '\n') {
            name += "\\n";
        } else if (c == '\r') {
            name += "\\r";
        } else {
            name += c;
        }
    }
    return (name == file ? "" : "\\") + address.digest.hex() + "  " + name;
}

std::string json_of(const std::string& file, const ContentAddress& address) {
    providers::Json object;
    object["file"] = file;
    object["kind"] = address.kind;
    object["digest"] = address.digest.hex();
    object["bytes"] = address.bytes;
    return object.dump(-1, ' ', false, providers::Json::error_handler_t::replace);
}

}  // namespace

int hash(const HashOptions& options, Console& console) {
    int code = kDone;
    for (const std::string& file : options.files) {
        auto address = Input::open(file, console).and_then([&](Input input) {
            return content_address(input, options.bytes);
        });
        if (!address) {
            console.complain(address.error().message);
            code = kFailed;
            continue;
        }
        console.out << (options.json ? json_of(file, *address) : line_of(file, *address)) << '\n';
    }
    return code;
}

}  // namespace refrain::cli
