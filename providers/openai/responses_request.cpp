#include "providers/openai/responses_request.hpp"

#include "providers/openai/answer_checks.hpp"
#include "providers/openai/request_content.hpp"
#include "providers/prompt_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace refrain::providers::openai {

namespace {

// Tools that the caller runs. A namespace is looked into, a shell has to be local.
constexpr std::array<std::string_view, 5> kClientTools{
    "function", "custom", "local_shell", "apply_patch", "tool_search"};

bool is_client_tool(const Json& tool) {
    const std::string_view type = string_of(tool, "type");
    if (std::find(kClientTools.begin(), kClientTools.end(), type) != kClientTools.end()) {
        return true;
    }
    if (type == "shell") {
        const Json* environment = find(tool, "environment");
        return environment != nullptr && string_of(*environment, "type") == "local";
    }
    if (type != "namespace") return false;
    const Json* inner = find(tool, "tools");
    return inner != nullptr && inner->is_array() &&
           std::all_of(inner->begin(), inner->end(), is_client_tool);
}

// An item by reference says no type, or says so.
bool is_reference(const Json& item, std::string_view type) {
    if (type == "item_reference") return true;
    return type.empty() && find(item, "role") == nullptr && find(item, "id") != nullptr;
}

// Earlier calls whose results stayed with the provider.
bool needs_server(std::string_view type) noexcept {
    return type == "image_generation_call" || type == "code_interpreter_call" ||
           type == "program" || type == "program_output";
}

void read_item(RequestDraft& draft, Json& item) {
    if (!item.is_object()) return;
    const std::string type(string_of(item, "type"));
    if (is_reference(item, type)) return draft.refuse("item-reference");
    if (needs_server(type)) draft.refuse("server-tool");
    // The provider may complete an item it stored, such as reasoning, by its id.
    if (find_set(item, "id") != nullptr) draft.plan().credential_scope_only = true;
    if (type.empty() || type == "message") {
        if (const auto content = item.find("content"); content != item.end()) {
            read_content(draft, *content);
        }
    }
    read_media(draft, item);
}

}  // namespace

void read_responses_input(RequestDraft& draft) {
    if (Json* instructions = draft.find("instructions"); instructions != nullptr) {
        if (instructions->is_string()) {
            normalize_prompt(instructions->get_ref<std::string&>(), draft.normalize());
        }
    }
    Json* input = draft.find("input");
    if (input == nullptr) return;
    if (input->is_string()) {
        // Documented as the same as one user message with that text.
        Json message = Json::object({{"role", "user"}, {"content", std::move(*input)}});
        *input = Json::array();
        input->push_back(std::move(message));
    }
    if (!input->is_array()) return;
    for (Json& item : *input)
        read_item(draft, item);
}

void read_responses_tools(RequestDraft& draft) {
    const Json* tools = draft.find("tools");
    if (tools == nullptr || !tools->is_array()) return;
    if (!std::all_of(tools->begin(), tools->end(), is_client_tool)) draft.refuse("server-tool");
}

}  // namespace refrain::providers::openai
