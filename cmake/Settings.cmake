# How everything here is compiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()

# Without this sloppiness ccache takes no compilation that can see a precompiled header; with the base
# directory one checkout finds what another has compiled.
find_program(REFRAIN_CCACHE ccache)
if(REFRAIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${REFRAIN_CCACHE})
endif()

add_library(refrain_settings INTERFACE)
target_compile_options(refrain_settings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wold-style-cast -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # ccache and precompiled headers agree only with this; -Wnull-dereference and -Wmaybe-uninitialized
    # misfire inside Boost's coroutines on g++ 12.
    target_compile_options(refrain_settings INTERFACE -fpch-preprocess -Wno-maybe-uninitialized)
endif()
if(REFRAIN_WERROR)
    target_compile_options(refrain_settings INTERFACE -Werror)
endif()
if(REFRAIN_SANITIZE)
    target_compile_options(refrain_settings INTERFACE
        -fsanitize=${REFRAIN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(refrain_settings INTERFACE -fsanitize=${REFRAIN_SANITIZE})
    if(REFRAIN_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        target_compile_options(refrain_settings INTERFACE -Wno-tsan)  # Asio's fences
    endif()
endif()
if(REFRAIN_FUZZ)
    target_compile_options(refrain_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
