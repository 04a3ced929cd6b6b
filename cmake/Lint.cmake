# refrain_lint(NAME SCRIPT): a script of cmake/ that reads the tree, run as the test "lint.NAME".
# refrain_lint_test(NAME SCRIPT): the test in tests/lint/ that sees it fire, "lint.NAME.rules".
if(REFRAIN_TESTS)
    find_package(Python3 REQUIRED COMPONENTS Interpreter)
endif()

function(refrain_lint name script)
    if(REFRAIN_TESTS)
        add_test(NAME lint.${name}
                 COMMAND ${Python3_EXECUTABLE} "${CMAKE_SOURCE_DIR}/cmake/${script}")
    endif()
endfunction()

function(refrain_lint_test name script)
    if(REFRAIN_TESTS)
        add_test(NAME lint.${name}.rules
                 COMMAND ${Python3_EXECUTABLE} "${CMAKE_SOURCE_DIR}/tests/lint/${script}")
    endif()
endfunction()
