#include "samples/demo_provider/responses.hpp"
#include "samples/demo_provider/text.hpp"

#include <string>
#include <utility>

namespace refrain::demo {
namespace {

// Numbers the events of one stream and knows which item they are about.
class EventWriter {
  public:
    explicit EventWriter(bool with_obfuscation) : with_obfuscation_(with_obfuscation) {}

    void whole(const std::string& type, const Json& response) {
        add(type, {{"response", response}}, false);
    }
    void item(const std::string& type, const Json& item) {
        add(type, {{"output_index", output_index_}, {"item", item}}, false);
    }
    // An event about the current item; `about` says which part of it.
    void within(const std::string& type, const Json& about) { add(type, with_place(about), false); }
    void delta(const std::string& type, const Json& about, const std::string& delta) {
        Json fields = with_place(about);
        fields["delta"] = delta;
        if (with_obfuscation_) {
            fields["obfuscation"] =
                fresh_id("", 4 + static_cast<std::size_t>(fresh_id("", 1)[0]) % 12);
        }
        add(type, fields, true);
    }

    void enter_item(std::size_t index, std::string id) {
        output_index_ = index;
        item_id_ = std::move(id);
    }
    std::vector<Event> done() { return std::move(events_); }

  private:
    Json with_place(const Json& about) const {
        Json fields = {{"item_id", item_id_}, {"output_index", output_index_}};
        fields.update(about);
        return fields;
    }

    void add(const std::string& type, const Json& fields, bool is_paced) {
        Json data = {{"type", type}, {"sequence_number", events_.size()}};
        data.update(fields);
        events_.push_back(named_event(type, data, is_paced));
    }

    bool with_obfuscation_;
    std::size_t output_index_ = 0;
    std::string item_id_;
    std::vector<Event> events_;
};

Json emptied(Json value, const char* name, Json empty) {
    value[name] = std::move(empty);
    return value;
}

void write_text_part(EventWriter& writer, const Json& about, const Json& part) {
    const Json none = Json::array();
    writer.within("response.content_part.added",
                  emptied(about, "part", emptied(emptied(part, "text", ""), "logprobs", none)));
    const auto text = part.at("text").get<std::string>();
    std::size_t position = 0;
    for (const std::string& token : split_tokens(text)) {
        Json with_logprobs = emptied(about, "logprobs", none);
        if (position < part.at("logprobs").size()) {
            with_logprobs["logprobs"].push_back(part.at("logprobs").at(position));
        }
        writer.delta("response.output_text.delta", with_logprobs, token);
        ++position;
    }
    Json end = about;
    end["text"] = text;
    end["logprobs"] = part.at("logprobs");
    writer.within("response.output_text.done", end);
}

void write_refusal_part(EventWriter& writer, const Json& about, const Json& part) {
    writer.within("response.content_part.added",
                  emptied(about, "part", emptied(part, "refusal", "")));
    const auto text = part.at("refusal").get<std::string>();
    for (const std::string& token : split_tokens(text)) {
        writer.delta("response.refusal.delta", about, token);
    }
    Json end = about;
    end["refusal"] = text;
    writer.within("response.refusal.done", end);
}

void write_message(EventWriter& writer, const Json& item) {
    std::size_t index = 0;
    for (const Json& part : item.at("content")) {
        const Json about = {{"content_index", index++}};
        if (part.at("type") == "refusal") {
            write_refusal_part(writer, about, part);
        } else {
            write_text_part(writer, about, part);
        }
        Json end = about;
        end["part"] = part;
        writer.within("response.content_part.done", end);
    }
}

void write_call(EventWriter& writer, const Json& item) {
    const bool is_custom = item.at("type") == "custom_tool_call";
    const char* name = is_custom ? "input" : "arguments";
    const std::string type =
        is_custom ? "response.custom_tool_call_input" : "response.function_call_arguments";
    const auto text = item.at(name).get<std::string>();
    for (const std::string& token : split_tokens(text)) {
        writer.delta(type + ".delta", Json::object(), token);
    }
    writer.within(type + ".done", {{name, text}});
}

void write_reasoning(EventWriter& writer, const Json& item) {
    std::size_t index = 0;
    for (const Json& part : item.at("summary")) {
        const Json about = {{"summary_index", index++}};
        writer.within("response.reasoning_summary_part.added",
                      emptied(about, "part", emptied(part, "text", "")));
        const auto text = part.at("text").get<std::string>();
        for (const std::string& token : split_tokens(text)) {
            writer.delta("response.reasoning_summary_text.delta", about, token);
        }
        Json end = about;
        end["text"] = text;
        writer.within("response.reasoning_summary_text.done", end);
        Json part_end = about;
        part_end["part"] = part;
        writer.within("response.reasoning_summary_part.done", part_end);
    }
}

// The item before anything in it was said.
Json opened(Json item) {
    if (item.contains("status")) item["status"] = "in_progress";
    for (const char* name : {"content", "summary"}) {
        if (item.contains(name)) item[name] = Json::array();
    }
    for (const char* name : {"arguments", "input"}) {
        if (item.contains(name)) item[name] = "";
    }
    return item;
}

void write_item(EventWriter& writer, std::size_t index, const Json& item) {
    writer.enter_item(index, item.at("id").get<std::string>());
    writer.item("response.output_item.added", opened(item));
    const auto type = item.at("type").get<std::string>();
    if (type == "message") {
        write_message(writer, item);
    } else if (type == "reasoning") {
        write_reasoning(writer, item);
    } else {
        write_call(writer, item);
    }
    writer.item("response.output_item.done", item);
}

}  // namespace

std::vector<Event> response_events(const Json& request, const Json& response) {
    const Json options = field_or_null(request, "stream_options");
    EventWriter writer(!options.is_object() || field_or(options, "include_obfuscation", true));
    Json started = response;
    started["status"] = "in_progress";
    started["output"] = Json::array();
    for (const char* name : {"usage", "error", "incomplete_details", "completed_at"})
        started[name] = nullptr;
    writer.whole("response.created", started);
    writer.whole("response.in_progress", started);
    std::size_t index = 0;
    for (const Json& item : response.at("output"))
        write_item(writer, index++, item);
    writer.whole("response." + response.at("status").get<std::string>(), response);
    return writer.done();
}

}  // namespace refrain::demo
