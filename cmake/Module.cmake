# refrain_module(NAME PATH DIR SOURCES ... [DEPENDS ...] [LIBRARIES ...])
#
# One folder, one static library. It may include only its own headers and those of the modules it
# DEPENDS on, all of which stand above it in the list; cmake/check_layers.py holds it to that.
# LIBRARIES are external. [PCH header...] names headers worth precompiling.
function(refrain_module name)
    cmake_parse_arguments(M "" "PATH" "SOURCES;DEPENDS;LIBRARIES;PCH" ${ARGN})
    set(sources ${M_SOURCES})
    list(TRANSFORM sources PREPEND "${M_PATH}/")
    add_library(refrain_${name} STATIC ${sources})
    foreach(dependency IN LISTS M_DEPENDS)
        if(NOT TARGET refrain_${dependency})
            message(FATAL_ERROR "module ${name} depends on ${dependency}, which must stand above it")
        endif()
        target_link_libraries(refrain_${name} PUBLIC refrain_${dependency})
    endforeach()
    target_link_libraries(refrain_${name} PUBLIC refrain_settings ${M_LIBRARIES})
    target_include_directories(refrain_${name} PUBLIC "${CMAKE_SOURCE_DIR}" "${CMAKE_SOURCE_DIR}/src")
    if(M_PCH)
        target_precompile_headers(refrain_${name} PRIVATE ${M_PCH})
    endif()
endfunction()

# refrain_test(NAME SOURCES ... DEPENDS module... [LIBRARIES ...])
#
# One executable per module, linked to that module only: a hidden dependency does not link.
# Sources are below tests/. "-w NoTests": without it Catch2 2 succeeds when a filter matches nothing.
function(refrain_test name)
    cmake_parse_arguments(T "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
    if(NOT REFRAIN_TESTS)
        return()
    endif()
    set(sources ${T_SOURCES})
    list(TRANSFORM sources PREPEND "${CMAKE_SOURCE_DIR}/tests/")
    add_executable(${name} ${sources})
    list(TRANSFORM T_DEPENDS PREPEND "refrain_")
    target_link_libraries(${name} PRIVATE ${T_DEPENDS} ${T_LIBRARIES} Catch2::Catch2WithMain)
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
    target_compile_definitions(${name} PRIVATE REFRAIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    catch_discover_tests(${name} EXTRA_ARGS -w NoTests
                         PROPERTIES TIMEOUT 300)
endfunction()

# refrain_fuzzer(NAME SOURCES ... DEPENDS module...): libFuzzer with clang, off by default.
function(refrain_fuzzer name)
    cmake_parse_arguments(F "" "" "SOURCES;DEPENDS" ${ARGN})
    if(NOT REFRAIN_FUZZ)
        return()
    endif()
    set(sources ${F_SOURCES})
    list(TRANSFORM sources PREPEND "${CMAKE_SOURCE_DIR}/tests/fuzz/")
    add_executable(${name} ${sources})
    list(TRANSFORM F_DEPENDS PREPEND "refrain_")
    target_link_libraries(${name} PRIVATE ${F_DEPENDS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()
