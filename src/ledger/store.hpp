// The ledger on disk: one row for each hour or day and cell, with its figures as they stand, so
// that writing a row twice changes nothing (docs/formats/ledger.md). A batch of rows is written
// whole or not at all. RocksDB, as in cache/disk. One thread at a time.
#pragma once

#include "base/error.hpp"
#include "ledger/cells.hpp"
#include "ledger/names.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace refrain::ledger {

struct Row {
    Period period;
    Subject subject;
    Party party;
    Figures figures;
};

class Store {
  public:
    // Makes the directory if need be.
    static Result<std::unique_ptr<Store>> open(const std::string& directory);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // When its figures begin; 0 in a new store.
    Result<WallTime> since() const;
    Result<void> read(const std::function<void(const Row&)>& each) const;

    // `removed` rows need no figures.
    Result<void> write(const std::vector<Row>& rows, const std::vector<Row>& removed);
    // Removes all rows and begins anew.
    Result<void> clear(WallTime since);

  private:
    struct Database;
    explicit Store(std::unique_ptr<Database> database);
    std::unique_ptr<Database> database_;
};

// A row's key and its figures as they are stored. decode fails on anything that is none.
std::string encode_key(const Row& row);
std::string encode_figures(const Figures& figures);
Result<Row> decode_row(std::string_view key, std::string_view figures);

}  // namespace refrain::ledger
