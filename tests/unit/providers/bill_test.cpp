// Worked examples: every amount on the right was worked out by hand from the price in the comment.
#include "providers/bill.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace refrain::providers {
namespace {

constexpr WallTime kIn2026{1'795'000'000'000};  // 2026-11-18
constexpr WallTime kIn2027{1'798'761'600'000};  // 2027-01-01T00:00:00Z

Usage tokens(std::int64_t input, std::int64_t output) {
    Usage usage;
    usage.input_tokens = input;
    usage.output_tokens = output;
    return usage;
}

struct Case {
    std::string what;
    std::string vendor;
    std::string model;
    std::string voice;
    Usage usage;
    std::string cost;
    std::string discount = "0.000000";
    bool estimated = false;
    WallTime at = kIn2026;
    bool regional = false;
};

Bill bill_of(const Case& c, const Prices& prices = Prices::built_in()) {
    return make_bill(prices,
                     {{c.vendor, c.vendor, c.model, c.voice}, "chat", c.usage, c.at, c.regional});
}

std::vector<Case> examples() {
    std::vector<Case> all;
    const auto add = [&](Case c) -> Usage& {
        all.push_back(std::move(c));
        return all.back().usage;
    };
    // 2.50 in, 10 out: 1000 * 0.0000025 + 100 * 0.00001
    add({"input and output", "openai", "gpt-4o", "", tokens(1000, 100), "0.003500"});
    // 1.25 cached: 400 * 0.0000025 + 600 * 0.00000125 + 100 * 0.00001; saved 600 * 0.00000125
    auto& cached = add({"cached input is a part of input",
                        "openai",
                        "gpt-4o",
                        "",
                        tokens(1000, 100),
                        "0.002750",
                        "0.000750"});
    cached.cached_input_tokens = 600;
    // Reasoning is in output already: 0.25 in, 2 out: 10 * 0.00000025 + 50 * 0.000002
    add({"reasoning is not added", "openai", "gpt-5-mini", "", tokens(10, 50), "0.0001025"})
        .reasoning_tokens = 40;
    // gpt-5.6 4 in, 5 to write, 0.4 cached, 20 out: 100*4e-6 + 500*5e-6 + 400*0.4e-6 + 10*20e-6
    auto& written =
        add({"cache writes", "openai", "gpt-5.6", "", tokens(1000, 10), "0.003260", "0.000940"});
    written.cache_write_tokens = 500;
    written.cached_input_tokens = 400;
    // gpt-6.1-terra 1 in, 1.25 written, 2.5 for 12 h, 5 out: 200*1.25e-6 + 300*2.5e-6
    auto& kept = add(
        {"cache writes for 12 hours", "openai", "gpt-6.1-terra", "", tokens(500, 0), "0.001000"});
    kept.cache_write_tokens = 500;
    kept.cache_write_12h_tokens = 300;
    // flex half of 1.25 and 10: 1000 * 0.000000625 + 100 * 0.000005
    add({"flex tier", "openai", "gpt-5", "", tokens(1000, 100), "0.001125", "0.001125"})
        .service_tier = "flex";
    // priority 2.5 and 20
    add({"priority tier", "openai", "gpt-5", "", tokens(1000, 100), "0.004500"}).service_tier =
        "priority";
    add({"default tier", "openai", "gpt-5", "", tokens(1000, 100), "0.002250"}).service_tier =
        "default";
    // gpt-5-pro has no priority price of its own: twice 15 and 120, estimated
    add({"a tier by its usual part",
         "openai",
         "gpt-5-pro",
         "",
         tokens(100, 10),
         "0.005400",
         "0.000000",
         true})
        .service_tier = "priority";
    // gpt-5.5 5 in, 30 out; above 272,000: 10 and 45
    add({"long context, not yet", "openai", "gpt-5.5", "", tokens(272'000, 10), "1.360300"});
    add({"long context, just", "openai", "gpt-5.5", "", tokens(272'001, 10), "2.720460"});
    // gemini-2.5-pro above 200,000: 2.5 in, 0.25 cached, 15 out; 100001*2.5e-6+100000*0.25e-6
    add({"Gemini, long and cached",
         "gemini",
         "gemini-2.5-pro",
         "",
         tokens(200'001, 0),
         "0.2750025",
         "0.225000"})
        .cached_input_tokens = 100'000;
    // 10 % more: 0.0036 * 1.1 of gpt-5.4-nano 0.2 in, 1.25 out: 1000*0.2e-6 + 100*1.25e-6
    add({"regional host",
         "openai",
         "gpt-5.4-nano",
         "",
         tokens(1000, 100),
         "0.0003575",
         "0.000000",
         false,
         kIn2026,
         true});
    add({"regional host, model without uplift",
         "openai",
         "gpt-4o",
         "",
         tokens(1000, 100),
         "0.003500",
         "0.000000",
         false,
         kIn2026,
         true});
    // 0.75 and 3.75 until the end of 2026, then 1.5 and 7.5; flex moves along
    add({"before a change",
         "gemini",
         "gemini-3.6-flash",
         "",
         tokens(1000, 1000),
         "0.004500",
         "0.000000",
         false,
         WallTime{kIn2027.ms - 1}});
    add({"after a change",
         "gemini",
         "gemini-3.6-flash",
         "",
         tokens(1000, 1000),
         "0.009000",
         "0.000000",
         false,
         kIn2027});
    add({"flex after a change",
         "gemini",
         "gemini-3.6-flash",
         "",
         tokens(1000, 1000),
         "0.004500",
         "0.004500",
         false,
         kIn2027})
        .service_tier = "FLEX";
    // gpt-4o-audio-preview 2.5 text in, 40 audio in, 10 text out, 80 audio out
    auto& spoken = add(
        {"sound in and out", "openai", "gpt-4o-audio-preview", "", tokens(150, 230), "0.020425"});
    spoken.audio_input_tokens = 100;
    spoken.audio_output_tokens = 200;
    // gemini-2.5-flash audio 1, cached audio 0.1, text 0.3: 10*0.3e-6+60*1e-6+40*0.1e-6
    auto& mixed = add(
        {"cached sound", "gemini", "gemini-2.5-flash", "", tokens(110, 0), "0.000067", "0.000036"});
    mixed.audio_input_tokens = 100;
    mixed.cached_input_tokens = 40;
    mixed.cached_audio_input_tokens = 40;
    // gpt-image-2: text 5, image in 8, image out 30: 50*5e-6 + 300*8e-6 + 1000*30e-6
    auto& image =
        add({"images by tokens", "openai", "gpt-image-2", "", tokens(350, 1000), "0.032650"});
    image.image_input_tokens = 300;
    // 0.08 each
    auto& drawn = add({"images each", "openai", "dall-e-3", "", {}, "0.160000"});
    drawn.images = 2;
    drawn.image_kind = "hd/1024x1024";
    auto& plain = add({"images each, of a quality nobody named",
                       "openai",
                       "dall-e-3",
                       "",
                       {},
                       "0.040000",
                       "0.000000",
                       true});
    plain.images = 1;
    plain.image_kind = "1024x1024";
    // 0.016 whatever the quality
    auto& small = add({"images each, by size alone", "openai", "dall-e-2", "", {}, "0.032000"});
    small.images = 2;
    small.image_kind = "standard/256x256";
    add({"images at one price", "gemini", "imagen-4.0-generate-001", "", {}, "0.120000"}).images =
        3;
    auto& guess = add(
        {"images by an estimate", "openai", "gpt-image-1", "", {}, "0.042000", "0.000000", true});
    guess.images = 1;
    guess.image_kind = "medium/1024x1024";
    // The invoice of providers' facts: 4096 characters at 15 a million
    add({"characters", "openai", "tts-1", "", {}, "0.061440"}).characters = 4096;
    // gpt-4o-mini-tts 0.6 in, 12 audio out; an invoice: 1754 input tokens are 0.0010524
    add({"speech by tokens", "openai", "gpt-4o-mini-tts", "", tokens(1754, 0), "0.0010524"});
    add({"speech by tokens, out", "openai", "gpt-4o-mini-tts", "", tokens(0, 1000), "0.012000"});
    // 10 s are 201 audio tokens, 100 characters about 25 text tokens: 201*12e-6 + 25*0.6e-6
    auto& speech = add({"speech by its length",
                        "openai",
                        "gpt-4o-mini-tts",
                        "",
                        {},
                        "0.002427",
                        "0.000000",
                        true});
    speech.characters = 100;
    speech.audio_milliseconds = 10'000;
    // 0.0001 a second, whole seconds: 61
    add({"whisper rounds up", "openai", "whisper-1", "", {}, "0.006100"}).audio_milliseconds =
        60'001;
    // 0.000075 a second, exact: 1.5 s
    add({"seconds", "openai", "gpt-transcribe", "", {}, "0.0001125"}).audio_milliseconds = 1'500;
    // 2.5 text in, 6 audio in, 10 out: 4*2.5e-6 + 100*6e-6 + 20*10e-6
    add({"transcription by tokens", "openai", "gpt-4o-transcribe", "", tokens(104, 20), "0.000810"})
        .audio_input_tokens = 100;
    add({"transcription without usage",
         "openai",
         "gpt-4o-transcribe",
         "",
         {},
         "0.006000",
         "0.000000",
         true})
        .audio_milliseconds = 60'000;
    add({"voice family", "google_tts", "", "en-US-Chirp3-HD-Charon", {}, "0.003000"}).characters =
        100;
    add({"voice family, cheaper", "google_tts", "", "de-DE-Wavenet-B", {}, "0.000400"}).characters =
        100;
    add({"no voice", "google_tts", "", "", {}, "0.000400"}).characters = 100;
    // 15 billed seconds at 0.0004
    add({"recognition", "google_stt", "latest_long", "", {}, "0.006000"}).audio_milliseconds =
        14'200;
    add({"medical recognition", "google_stt", "medical_dictation", "", {}, "0.001300"})
        .audio_milliseconds = 1'000;
    add({"embeddings", "openai", "text-embedding-3-small", "", tokens(7, 0), "0.00000014"});
    add({"a model that is free", "gemini", "gemma-4-31b-it", "", tokens(7, 9), "0.000000"});
    return all;
}

}  // namespace

TEST_CASE("Bill: worked examples for every unit", "[providers][money]") {
    for (const Case& c : examples()) {
        CAPTURE(c.what);
        const Bill bill = bill_of(c);
        CHECK(bill.unpriced == "");
        CHECK(bill.cost.decimal() == c.cost);
        CHECK(bill.discount.decimal() == c.discount);
        CHECK(bill.estimated == c.estimated);
        CHECK_FALSE(bill.match.entry->source.empty());
        CHECK_FALSE(bill.match.entry->source_date.empty());
    }
}

TEST_CASE("Bill: what has no price is unpriced, with the reason", "[providers][money]") {
    const auto reason = [](Case c) { return bill_of(c).unpriced; };
    CHECK(reason({"", "openai", "llama-9", "", tokens(1, 1), ""}) ==
          "no price is known for this model");
    CHECK(reason({"", "openai", "gpt-4o", "", {}, ""}) ==
          "the answer reports nothing that this model is billed by");
    CHECK(reason({"", "openai", "text-embedding-3-small", "", tokens(1, 1), ""}) ==
          "no price is known for output of this model");
    CHECK(reason({"", "google_tts", "", "xx-Brandnew-A", {}, ""}) ==
          "no price is known for this model");
    Case odd{"", "openai", "gpt-4o", "", tokens(1, 1), ""};
    odd.usage.service_tier = "turbo";
    CHECK(reason(odd) == "nothing is known of the service tier turbo");
    Case unknown_size{"", "openai", "dall-e-3", "", {}, ""};
    unknown_size.usage.images = 1;
    CHECK(reason(unknown_size) == "no price is known for image of this model");
    Case no_estimate{"", "openai", "gpt-image-2", "", {}, ""};
    no_estimate.usage.images = 1;
    no_estimate.usage.image_kind = "high/1024x1024";
    CHECK(reason(no_estimate) == "no price is known for image of this model");
    CHECK(bill_of(odd).cost.is_zero());
    CHECK(bill_of(odd).lines.empty());
}

TEST_CASE("Bill: operations that are free cost nothing, whatever the model", "[providers][money]") {
    const Bill bill = make_bill(Prices::built_in(),
                                {{"openai", "openai", "who-knows", ""}, "moderation", {}, kIn2026});
    CHECK(bill.is_priced());
    CHECK(bill.cost.is_zero());
}

TEST_CASE("Bill: a moving alias is priced by the model that answered", "[providers][money]") {
    Case c{"", "gemini", "gemini-flash-latest", "", tokens(1'000'000, 0), ""};
    CHECK(bill_of(c).cost.decimal() == "0.300000");
    c.usage.model = "gemini-3.5-flash";
    CHECK(bill_of(c).cost.decimal() == "1.500000");
    Case fixed{"", "openai", "gpt-4o", "", tokens(1'000'000, 0), ""};
    fixed.usage.model = "gpt-3.5-turbo";
    CHECK(bill_of(fixed).cost.decimal() == "2.500000");
}

TEST_CASE("Bill: the lines add up, nothing is negative, no token counts twice",
          "[providers][money]") {
    std::mt19937_64 random(11);
    const auto models = Prices::built_in().models();
    const auto any = [&](std::int64_t most) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
    };
    for (int i = 0; i < 20'000; ++i) {
        Usage usage = tokens(any(300'000), any(100'000));
        for (auto* part : {&usage.cached_input_tokens,
                           &usage.cached_audio_input_tokens,
                           &usage.cached_image_input_tokens,
                           &usage.cache_write_tokens,
                           &usage.cache_write_12h_tokens,
                           &usage.audio_input_tokens,
                           &usage.image_input_tokens,
                           &usage.video_input_tokens,
                           &usage.audio_output_tokens,
                           &usage.image_output_tokens,
                           &usage.characters,
                           &usage.audio_milliseconds}) {
            if (any(2) == 0) *part = any(400'000);
        }
        usage.service_tier = std::vector<std::string>{"", "flex", "priority"}[random() % 3];
        const std::string& model = models[random() % models.size()];
        CAPTURE(model, usage.to_json());
        const Bill bill = make_bill(Prices::built_in(),
                                    {{"openai", "openai", model, ""},
                                     "chat",
                                     usage,
                                     random() % 2 == 0 ? kIn2026 : kIn2027,
                                     random() % 2 == 0});
        if (!bill.is_priced()) continue;
        Money sum;
        std::int64_t counted = 0;
        for (const BillLine& line : bill.lines) {
            REQUIRE(line.quantity > 0);
            REQUIRE(line.amount >= Money());
            sum += line.amount;
            const bool is_tokens = line.what.ends_with("put") || line.what.starts_with("cache");
            if (is_tokens) counted += line.quantity;
        }
        REQUIRE(sum == bill.cost);
        REQUIRE(bill.discount >= Money());
        const bool by_tokens = counted > 0 && !bill.estimated;
        if (by_tokens) REQUIRE(counted == usage.input_tokens + usage.output_tokens);
        const auto kept = read_kept_price(bill.to_json());
        REQUIRE(kept);
        REQUIRE(kept->cost == bill.cost);
    }
}

TEST_CASE("Bill: what an entry keeps says what was paid and by which price", "[providers][money]") {
    const Bill bill = bill_of({"", "openai", "gpt-4o", "", tokens(1000, 100), ""});
    CHECK(bill.to_json() ==
          R"({"usd":"0.003500","price_of":"gpt-4o","price_date":"2026-07-24","lines":)"
          R"([["input",1000,"0.0000025","0.002500"],["output",100,"0.000010","0.001000"]]})");
    const Bill none = bill_of({"", "openai", "llama-9", "", tokens(1, 1), ""});
    CHECK(none.to_json() == R"({"unpriced":"no price is known for this model"})");
    CHECK_FALSE(read_kept_price(none.to_json()));
    CHECK_FALSE(read_kept_price(""));
    CHECK_FALSE(read_kept_price(R"({"usd":"-1"})"));
    CHECK_FALSE(read_kept_price(R"({"usd":1})"));
}

}  // namespace refrain::providers
