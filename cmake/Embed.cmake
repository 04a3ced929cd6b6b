# refrain_embed(MODULE FUNCTION namespace::function FILES NAME=PATH...)
#
# Makes files part of a module: a source written at build time defines
# `std::span<const refrain::EmbeddedFile> namespace::function()`, in the order of the list. The module
# declares it where it wants it. Paths are from the root, or absolute.
function(refrain_embed module)
    cmake_parse_arguments(E "" "FUNCTION" "FILES" ${ARGN})
    set(script "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake")
    set(files)
    set(inputs "${script}")
    foreach(file IN LISTS E_FILES)
        string(REGEX MATCH "^([^=]+)=(.+)$" _ "${file}")
        set(name "${CMAKE_MATCH_1}")
        cmake_path(ABSOLUTE_PATH CMAKE_MATCH_2 BASE_DIRECTORY "${CMAKE_SOURCE_DIR}" OUTPUT_VARIABLE path)
        list(APPEND files "${name}=${path}")
        list(APPEND inputs "${path}")
    endforeach()
    set(output "${CMAKE_BINARY_DIR}/embedded_in_${module}.cpp")
    add_custom_command(OUTPUT "${output}"
        COMMAND "${CMAKE_COMMAND}" -P "${script}" "${output}" ${E_FUNCTION} ${files}
        DEPENDS ${inputs}
        COMMENT "Embedding files in ${module}"
        VERBATIM)
    target_sources(refrain_${module} PRIVATE "${output}")
    set_source_files_properties("${output}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
