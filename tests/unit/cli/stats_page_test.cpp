#include "cli/stats_page.hpp"

#include "cli/printable.hpp"
#include "cli/text_table.hpp"

#include <catch2/catch.hpp>

namespace refrain::cli {

using Catch::Matchers::Contains;

namespace {

constexpr auto kReport = R"({
  "since": "2026-11-20T10:00:00Z", "currency": "USD",
  "totals": {"requests": 120, "hits": 80, "misses": 30, "coalesced": 5, "stale": 0, "bypassed": 4,
             "errors": 1, "hit_rate": 0.7083, "spent_usd": "0.500000", "saved_usd": "1.234567",
             "coalesced_usd": "0.050000"},
  "by_operation": [{"name": "chat", "requests": 120, "hits": 80, "misses": 30, "coalesced": 5,
                    "spent_usd": "0.500000", "saved_usd": "1.234567"}],
  "by_model": [{"name": "evil\u001b[2J\u009b\nrow", "requests": 1}],
  "by_provider": [], "by_tenant": [], "by_tag": [],
  "latency_ms": {"hit": {"p50": 0.25, "p90": 1, "p99": 2}, "miss": {"p50": 800, "p90": 900, "p99": 999}},
  "cache": {"memory": {"entries": 12, "bytes": 1572864, "capacity_bytes": 536870912, "evictions": 3},
            "disk": {"entries": 40, "bytes": 900}},
  "unpriced": [{"model": "llama-4", "requests": 7}]})";

}  // namespace

TEST_CASE("The report shows totals, tiers, latencies and breakdowns", "[cli][stats]") {
    const auto page = stats_page(kReport);

    REQUIRE(page);
    for (const char* line : {"since 2026-11-20T10:00:00Z\n",
                             "requests                120\n",
                             "hit rate             70.8 %\n",
                             "saved             $1.234567\n",
                             "miss           800   900   999\n",
                             "hit           0.25  1.00  2.00\n",
                             "memory       12  1.5 MiB  512.0 MiB          3\n",
                             "disk         40    900 B          -          -\n",
                             "chat            120    80      30          5  $1.234567  $0.500000\n",
                             "llama-4                       7\n"}) {
        CHECK_THAT(*page, Contains(line));
    }
    CHECK_THAT(*page, !Contains("provider"));
    CHECK_THAT(*page, Contains("model                       requests  hits  misses  coalesced\n"));
}

TEST_CASE("Names in a report cannot move the cursor or forge a line", "[cli][stats]") {
    const auto page = stats_page(kReport);

    REQUIRE(page);
    CHECK(page->find('\x1b') == page->npos);
    CHECK_THAT(*page, Contains("evil\\x1b[2J\\xc2\\x9b\\x0arow"));
}

TEST_CASE("A report without money, tiers or breakdowns is shown without them", "[cli][stats]") {
    const auto page = stats_page(R"({"totals":{"requests":1}})");

    REQUIRE(page);
    CHECK_THAT(*page, Contains("requests   1\n") && Contains("hits       -\n"));
    CHECK_THAT(*page, !Contains("saved") && !Contains("memory"));
}

TEST_CASE("A disk that is not there is not shown, one that failed is", "[cli][stats]") {
    const auto without = stats_page(
        R"({"totals":{},"cache":{"memory":{"entries":1},"disk":{"entries":0,"configured":false,
            "in_service":false}}})");
    const auto failed = stats_page(
        R"({"totals":{},"cache":{"disk":{"entries":4,"configured":true,"in_service":false}}})");

    REQUIRE(without);
    CHECK_THAT(*without, Contains("memory") && !Contains("disk"));
    REQUIRE(failed);
    CHECK_THAT(*failed, Contains("the disk failed too often"));
}

TEST_CASE("A report of the wrong shape is shown as far as it goes", "[cli][stats]") {
    const auto page = stats_page(
        R"({"since":7,"totals":5,"by_model":[1,null,{"name":[]}],"cache":[],"latency_ms":{"hit":{"p50":1e308}},
            "unpriced":{}})");

    REQUIRE(page);
    CHECK_THAT(*page, Contains("since 7") && Contains("requests   -"));
}

TEST_CASE("What is no report is said to be none", "[cli][stats]") {
    const auto text = GENERATE(values<std::string>(
        {"", "<html>", "[]", "{}", "{\"totals\":", "null", std::string(100'000, '[')}));

    CHECK_FALSE(stats_page(text));
}

TEST_CASE("Columns line up, also beyond ASCII", "[cli][stats]") {
    CHECK(text_table({{"a", "12"},
                      {"\xc3\xa4"
                       "bc",
                       "3"}}) ==
          "a    12\n\xc3\xa4"
          "bc   3\n");
    CHECK(text_table({}).empty());
}

TEST_CASE("Only control characters are made visible", "[cli][stats]") {
    CHECK(printable("gr\xc3\xbc\xc3\x9f \xc2\xa0 dich\t\x7f") ==
          "gr\xc3\xbc\xc3\x9f \xc2\xa0 dich\\x09\\x7f");
    CHECK(printable("\xc2\x85") == "\\xc2\\x85");
    CHECK(printable("\xc2") == "\xc2");
}

}  // namespace refrain::cli
