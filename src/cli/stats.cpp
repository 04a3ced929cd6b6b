#include "cli/commands.hpp"
#include "cli/http_client.hpp"
#include "cli/stats_page.hpp"

#include <string>

namespace refrain::cli {

namespace {

std::string refusal(int status) {
    const std::string code = std::to_string(status);
    if (status == 401 || status == 403) {
        return "the gateway refused (" + code +
               "); set REFRAIN_ADMIN_TOKEN to the token it was started with";
    }
    return "the answer was " + code + "; is a Refrain gateway at that URL?";
}

}  // namespace

int stats(const StatsOptions& options, Console& console) {
    const auto token = console.environment.find("REFRAIN_ADMIN_TOKEN");
    const auto answer =
        http_get({.url = options.url,
                  .path = "/refrain/stats",
                  .bearer_token = token == console.environment.end() ? "" : token->second});
    if (!answer) {
        console.complain(answer.error().message);
        return kFailed;
    }
    if (answer->status != 200) {
        console.complain(refusal(answer->status));
        return kFailed;
    }
    const auto page = stats_page(answer->body);
    if (!page) {
        console.complain(page.error().message + "; is a Refrain gateway at that URL?");
        return kFailed;
    }
    if (options.json) {
        console.out << answer->body;
        if (!answer->body.ends_with('\n')) console.out << '\n';
    } else {
        console.out << *page;
    }
    return kDone;
}

}  // namespace refrain::cli
