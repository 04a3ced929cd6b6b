#include "ledger/book.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <thread>
#include <vector>

namespace refrain::ledger {
namespace {

using std::chrono::microseconds;

TEST_CASE("Book: requests are counted in all and by name", "[ledger]") {
    Book book;
    book.enter({"chat", "openai", "gpt-4o", Outcome::miss, microseconds(900)});
    book.enter({"chat", "openai", "gpt-4o", Outcome::hit, microseconds(50)});
    book.enter({"embeddings", "openai", "small", Outcome::coalesced, microseconds(80)});
    book.enter({"", "openai", "", Outcome::bypass, microseconds(10)});

    CHECK(book.totals().requests() == 4);
    CHECK(book.totals().hit_rate() == Approx(2.0 / 3.0));
    REQUIRE(book.by_operation().size() == 2);
    CHECK(book.by_operation()[0].name == "chat");
    CHECK(book.by_operation()[0].counts.of(Outcome::hit) == 1);
    CHECK(book.by_provider()[0].counts.requests() == 4);
}

TEST_CASE("Book: callers cannot fill the memory with names", "[ledger]") {
    Book book;
    for (int i = 0; i < 5'000; ++i) {
        const std::string model = "model-" + std::to_string(i);
        book.enter({"chat", "openai", model, Outcome::miss, microseconds(1)});
    }
    CHECK(book.by_model().size() <= 1'001);
    std::uint64_t sum = 0;
    for (const auto& row : book.by_model())
        sum += row.counts.requests();
    CHECK(sum == 5'000);
}

TEST_CASE("Book: a reset begins again from zero", "[ledger]") {
    Book book;
    book.enter({"chat", "openai", "m", Outcome::hit, microseconds(5)});
    book.reset();
    CHECK(book.totals().requests() == 0);
    CHECK(book.by_model().empty());
    CHECK(book.hits().quantile_ms(0.5) == 0);
}

TEST_CASE("Book: no line is lost between threads", "[ledger]") {
    Book book;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2'000; ++i) {
                book.enter(
                    {"chat", "openai", "m" + std::to_string(i % 7), Outcome::hit, microseconds(i)});
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(book.totals().of(Outcome::hit) == 8'000);
}

TEST_CASE("Histogram: quantiles are right within 7 %", "[ledger]") {
    Histogram histogram;
    for (int i = 1; i <= 100'000; ++i)
        histogram.add(microseconds(i));
    CHECK(histogram.quantile_ms(0.5) == Approx(50.0).epsilon(0.07));
    CHECK(histogram.quantile_ms(0.99) == Approx(99.0).epsilon(0.07));
    histogram.add(std::chrono::hours(1'000'000));
    CHECK(histogram.quantile_ms(1.0) > 1'000'000);
}

}  // namespace
}  // namespace refrain::ledger
