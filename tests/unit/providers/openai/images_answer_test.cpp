#include "providers/openai/images_answer.hpp"

#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {
namespace {

const std::string kImage =
    R"({"created":1713833628,"background":"opaque","data":[{"b64_json":"iVBORw0KGgo="}],)"
    R"("output_format":"png","quality":"high","size":"1024x1024","usage":{"total_tokens":100,)"
    R"("input_tokens":50,"output_tokens":50,"input_tokens_details":{"text_tokens":10,)"
    R"("image_tokens":40}}})";

const std::string kPartialEvent =
    "event: image_generation.partial_image\n"
    R"(data: {"type":"image_generation.partial_image","b64_json":"iVBO","created_at":1,)"
    R"("partial_image_index":0})"
    "\n\n";

const std::string kCompletedEvent =
    "event: image_generation.completed\n"
    R"(data: {"type":"image_generation.completed","b64_json":"iVBORw0KGgo=","created_at":1713833628,)"
    R"("background":"opaque","output_format":"png","quality":"high","size":"1024x1024",)"
    R"("usage":{"total_tokens":100,"input_tokens":50,"output_tokens":50,)"
    R"("input_tokens_details":{"text_tokens":10,"image_tokens":40}}})"
    "\n\n";

std::string reason(const Answer& answer, int images = 1) {
    return judge_images(plan_for(images), answer).reason;
}

}  // namespace

TEST_CASE("Images: whole and streamed answers become each other", "[providers][images]") {
    const auto stream = render_images(json_of(kImage), "sse");
    REQUIRE(stream);
    CHECK(stream->content_type == "text/event-stream; charset=utf-8");
    CHECK(stream->body == kCompletedEvent);

    const auto whole =
        render_images(stream_of(kPartialEvent + kCompletedEvent, "sse+partial"), "json");
    REQUIRE(whole);
    CHECK(data_of(whole->body) == data_of(kImage));

    CHECK_FALSE(can_render_images("json", "sse+partial"));
    CHECK_FALSE(can_render_images("sse", "sse+partial"));
    CHECK_FALSE(render_images(json_of(kImage), "sse+partial"));
    CHECK_FALSE(
        render_images(json_of(replaced(kImage, R"([{"b64)", R"([{"b64_json":""},{"b64)")), "sse"));
    CHECK_FALSE(render_images(json_of("{}"), "sse"));
}

TEST_CASE("Images: complete answers are kept", "[providers][images]") {
    CHECK(reason(json_of(kImage)).empty());
    CHECK(reason(stream_of(kCompletedEvent, "sse")).empty());
    CHECK(reason(stream_of(kPartialEvent + kCompletedEvent, "sse+partial")).empty());
    CHECK(reason(stream_of(kCompletedEvent + "data: [DONE]\n\n", "sse")).empty());
}

TEST_CASE("Images: answers are refused by their fault", "[providers][images][hostile]") {
    CHECK(reason(json_of(kImage), 2) == "missing-choices");
    CHECK(reason(json_of(R"({"data":[]})")) == "missing-choices");
    CHECK(reason(json_of(R"({"data":7})")) == "malformed");
    CHECK(reason(json_of(R"({"data":[{"url":"https://x/y.png"}]})")) == "expiring-url");
    CHECK(reason(json_of(R"({"data":[{"b64_json":"","x":1}]})")) == "malformed");
    CHECK(reason(json_of(R"({"data":[{"b64_json":"%%%%"}]})")) == "malformed");
    CHECK(reason(json_of(R"({"data":[{"b64_json":7}]})")) == "malformed");
    CHECK(reason(json_of(R"({"data":[7]})")) == "malformed");
    CHECK(reason({500, "application/json", kImage, "json"}) == "status-500");
    CHECK(reason(stream_of("", "sse")) == "not-terminated");
    CHECK(reason(stream_of(kPartialEvent, "sse")) == "not-terminated");
    CHECK(reason(stream_of(kCompletedEvent + kPartialEvent, "sse")) == "not-terminated");
    CHECK(reason(stream_of(kPartialEvent + "event: error\ndata: {\"type\":\"error\"}\n\n",
                           "sse")) == "error-object");
    CHECK(reason(stream_of("data: {\"type\":\"x\"}\n\n" + kCompletedEvent, "sse")) == "malformed");
    CHECK(reason(stream_of(kCompletedEvent + "data: {", "sse")) == "truncated");
}

TEST_CASE("Images: a stream cut at any byte but the last is refused",
          "[providers][images][hostile]") {
    const auto stream = kPartialEvent + kCompletedEvent;

    for (std::size_t size = 0; size + 1 < stream.size(); ++size) {
        CAPTURE(size);
        REQUIRE_FALSE(reason(stream_of(stream.substr(0, size), "sse")).empty());
    }
}

TEST_CASE("Images: what comes out is image tokens unless the answer says otherwise",
          "[providers][images]") {
    const auto usage = images_usage({}, json_of(kImage));
    CHECK(usage.input_tokens == 50);
    CHECK(usage.image_input_tokens == 40);
    CHECK(usage.output_tokens == 50);
    CHECK(usage.image_output_tokens == 50);
    CHECK(images_usage({}, stream_of(kCompletedEvent, "sse")) == usage);

    const auto detailed = replaced(kImage,
                                   R"("output_tokens":50,)",
                                   R"("output_tokens":50,"output_tokens_details":)"
                                   R"({"text_tokens":20,"image_tokens":30},)");
    CHECK(images_usage({}, json_of(detailed)).image_output_tokens == 30);
    CHECK(images_usage({}, stream_of("", "sse")) == Usage{});
}

TEST_CASE("Images: without tokens they are counted, of the kind answered or else asked for",
          "[providers][images][money]") {
    Plan plan;
    plan.asked.image_kind = "hd/1024x1024";
    const auto links = images_usage(
        plan, json_of(R"({"created":1,"data":[{"url":"https://x/1"},{"url":"https://x/2"}]})"));
    CHECK(links.images == 2);
    CHECK(links.image_kind == "hd/1024x1024");

    const auto described = images_usage(
        plan, json_of(R"({"data":[{"b64_json":"aaaa"}],"quality":"medium","size":"1024x1536"})"));
    CHECK(described.images == 1);
    CHECK(described.image_kind == "medium/1024x1536");

    CHECK(images_usage(plan, json_of(kImage)).images == 0);  // its tokens count
    CHECK(image_kind("", "512x512") == "512x512");
    CHECK(image_kind("auto", "512x512") == "512x512");
    CHECK(image_kind("hd", "auto").empty());
    CHECK(image_kind("hd", "").empty());
}

}  // namespace refrain::providers::openai
