#include "base/text_code.hpp"
#include "samples/demo_provider/endpoints.hpp"

namespace refrain::demo {
namespace {

Answer no_such_file(const std::string& id) {
    return problem_answer(
        {.status = 404, .message = "No such File object: " + id, .param = "id", .code = ""});
}

}  // namespace

Answer Files::upload(const Call& call) {
    const auto purpose = call.form.find("purpose");
    if (!call.file || purpose == call.form.end()) {
        return problem_answer(
            {.message = "'file' and 'purpose' are required parts of a multipart upload.",
             .param = call.file ? "purpose" : "file",
             .code = "missing_required_parameter"});
    }
    const std::string id = fresh_id("file-", 22);
    const Json file = {{"id", id},
                       {"object", "file"},
                       {"bytes", call.file->content.size()},
                       {"created_at", unix_seconds()},
                       {"expires_at", nullptr},
                       {"filename", call.file->name},
                       {"purpose", purpose->second},
                       {"status", "processed"},
                       {"status_details", nullptr}};
    stored_.put(id, {{"file", file}, {"content", base64_encode(call.file->content)}});
    return json_answer(file);
}

Answer Files::list(const Call& /*call*/) {
    Json data = Json::array();
    for (const Json& entry : stored_.all())
        data.push_back(entry.at("file"));
    const Json first = data.empty() ? Json() : data.front().at("id");
    const Json last = data.empty() ? Json() : data.back().at("id");
    return json_answer({{"object", "list"},
                        {"data", std::move(data)},
                        {"first_id", first},
                        {"last_id", last},
                        {"has_more", false}});
}

Answer Files::get(const Call& call) {
    const std::string id = last_segment(call.path);
    const Json found = stored_.get(id);
    return found.is_null() ? no_such_file(id) : json_answer(found.at("file"));
}

Answer Files::content(const Call& call) {
    const std::string id = last_segment(call.path.substr(0, call.path.rfind('/')));
    const Json found = stored_.get(id);
    if (found.is_null()) return no_such_file(id);
    Answer answer;
    answer.content_type = "application/octet-stream";
    answer.body = base64_decode(found.at("content").get<std::string>()).value_or("");
    return answer;
}

Answer Files::remove(const Call& call) {
    const std::string id = last_segment(call.path);
    if (!stored_.remove(id)) return no_such_file(id);
    return json_answer({{"id", id}, {"object", "file"}, {"deleted", true}});
}

}  // namespace refrain::demo
