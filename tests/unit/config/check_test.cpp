#include "unit/config/loading.hpp"

#include <catch2/catch.hpp>

namespace refrain::config {

using Catch::Matchers::Contains;

TEST_CASE("Certificate and key come together", "[config][check]") {
    CHECK_THAT(problem("[server]\ntls_key = \"k.pem\""), Contains("needs server.tls_cert"));
    CHECK_THAT(problem("[server]\ntls_cert = \"c.pem\""), Contains("needs server.tls_key"));
    CHECK(loaded("[server]\ntls_cert = \"~/c.pem\"\ntls_key = \"k.pem\"").server.tls_cert ==
          "/home/ann/c.pem");
}

TEST_CASE("A key that is wrong already is not complained about twice", "[config][check]") {
    CHECK_THAT(problem("[server]\ntls_cert = 5\ntls_key = \"k.pem\""), Contains("is not text"));
    CHECK_THAT(problem("[upstreams.x]\nbase_url = \"nowhere\""), Contains("is not a URL"));
}

TEST_CASE("A further upstream needs to say where it is", "[config][check]") {
    CHECK_THAT(problem("[upstreams.llama]"), Contains("upstreams.llama.base_url is empty"));
    CHECK_THAT(problem("[upstreams.openai]\nbase_url = \"\""),
               Contains("upstreams.openai.base_url is empty"));
}

TEST_CASE("An upstream's name must fit into a path", "[config][check]") {
    const auto name = GENERATE(values<std::string>(
        {"Llama", "\"\"", "\"a b\"", "\"a.b\"", "\"../x\"", "9a", "-a", "\"a/b\"", "\"\\u0000\""}));
    CAPTURE(name);

    CHECK_THAT(problem("[upstreams." + name + "]\nbase_url = \"http://a\""),
               Contains("is no name for an upstream"));
}

TEST_CASE("What is always there keeps its kind", "[config][check]") {
    CHECK(problem("[upstreams.openai]\nkind = \"gemini\"") ==
          "upstreams.openai.kind = \"gemini\" (team.toml:2) cannot be changed from openai; leave "
          "it out, or choose another name for the upstream.");
    CHECK(problems("[upstreams.openai]\nkind = \"openai\"").empty());
}

TEST_CASE("Fallbacks exist, speak the same API and come to an end", "[config][check]") {
    const std::string a = "[upstreams.a]\nbase_url = \"http://a\"\nfallback = ";
    const std::string b = "[upstreams.b]\nbase_url = \"http://b\"\nfallback = ";

    CHECK(problems(a + "\"openai\"\n" + b + "\"a\"").empty());
    CHECK_THAT(problem(a + "\"opnai\""), Contains("is not a configured upstream"));
    CHECK_THAT(problem(a + "\"gemini\""), Contains("which speaks another API"));
    CHECK_THAT(problem(a + "\"a\""), Contains("leads back to \"a\""));
    CHECK(problems(a + "\"b\"\n" + b + "\"a\"").size() == 2);
    CHECK_THAT(problem(a + "\"b\"\n" + b + "\"nobody\""), Contains("upstreams.b.fallback"));
}

TEST_CASE("A setting this version cannot honour is refused, not ignored", "[config][check]") {
    const auto [toml, why] = GENERATE(table<std::string, std::string>({
        {"[cache]\nsealed = true", "does not encrypt"},
        {"[cache]\nscope = \"tenant\"", "no virtual keys"},
        {"[redis]\nurl = \"redis://localhost\"", "in memory and on disk only"},
        {"[limits]\nrequests_per_minute = 60", "does not limit rates"},
        {"[cache.ttl]\nstale_if_error = \"1d\"", "serves no stale answers"},
    }));
    CAPTURE(toml);

    CHECK_THAT(problem(toml), Contains("cannot be used") && Contains(why));
    CHECK(problems("[cache]\nsealed = false\n[limits]\nrequests_per_minute = 0").empty());
}

}  // namespace refrain::config
