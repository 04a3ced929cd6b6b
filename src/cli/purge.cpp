#include "cli/commands.hpp"
#include "cli/http_client.hpp"
#include "cli/printable.hpp"
#include "providers/json.hpp"

#include <string>

namespace refrain::cli {

namespace {

using providers::Json;

std::string order_of(const PurgeOptions& options) {
    Json order = Json::object();
    for (const auto& [name, value] : options.selection)
        order[name] = value;
    if (!options.tags.empty()) order["tags"] = options.tags;
    if (options.all) order["all"] = true;
    if (options.dry_run) order["dry_run"] = true;
    return order.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The gateway's own words, where it has some.
std::string refusal(const HttpAnswer& answer) {
    const auto json = providers::parse_json(answer.body);
    if (json && json->is_object() && json->contains("error") && (*json)["error"].is_object() &&
        (*json)["error"].contains("message") && (*json)["error"]["message"].is_string()) {
        return printable((*json)["error"]["message"].get<std::string>());
    }
    return "the answer was " + std::to_string(answer.status) +
           "; is a Refrain gateway at that URL?";
}

}  // namespace

int purge(const PurgeOptions& options, Console& console) {
    auto gateway = HttpPoster::open(options.url);
    if (!gateway) {
        console.complain(gateway.error().message);
        return kFailed;
    }
    HttpHeaders headers{{"Content-Type", "application/json"}};
    const auto token = console.environment.find("REFRAIN_ADMIN_TOKEN");
    if (token != console.environment.end()) {
        headers.emplace_back("Authorization", "Bearer " + token->second);
    }
    const auto answer = gateway->post("/refrain/invalidate", headers, order_of(options));
    if (!answer) {
        console.complain(answer.error().message);
        return kFailed;
    }
    const auto json = providers::parse_json(answer->body);
    const bool counted = answer->status == 200 && json && json->is_object() &&
                         json->contains("matched") && (*json)["matched"].is_number_unsigned();
    if (!counted) {
        console.complain(refusal(*answer));
        return kFailed;
    }
    const auto matched = (*json)["matched"].get<std::uint64_t>();
    console.out << matched << (matched == 1 ? " entry " : " entries ")
                << (options.dry_run ? "would go\n" : "gone\n");
    return kDone;
}

}  // namespace refrain::cli
