# What the benchmarks make of the modules; built by `make bench` alone (bench/README.md).

# The gateway without accounting: a till that counts nothing, and no money on answers.
add_executable(refrain-without-books EXCLUDE_FROM_ALL
    $<TARGET_OBJECTS:refrain_app> bench/without_books.cpp)
target_link_libraries(refrain-without-books PRIVATE refrain_app)
if(NOT REFRAIN_SANITIZE)
    target_link_libraries(refrain-without-books PRIVATE mimalloc)
endif()

add_executable(refrain-history EXCLUDE_FROM_ALL bench/history.cpp)
target_link_libraries(refrain-history PRIVATE refrain_base refrain_cache refrain_cache_disk refrain_ledger)

add_executable(refrain-store-filler EXCLUDE_FROM_ALL bench/store_filler.cpp)
target_link_libraries(refrain-store-filler PRIVATE refrain_base refrain_cache refrain_cache_disk)
