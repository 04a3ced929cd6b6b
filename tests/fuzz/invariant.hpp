// FUZZ_REQUIRE: what must hold for every input. Ends the fuzzer's run with its sentence.
#pragma once

#include "base/check.hpp"

#define FUZZ_REQUIRE(condition) REFRAIN_CHECK(condition, #condition)
