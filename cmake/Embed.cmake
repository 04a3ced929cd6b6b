# refrain_embed(MODULE FILE path NAME namespace::constant)
#
# Builds a text file into a module as `extern const std::string_view constant`. The pieces are short
# because no compiler promises longer literals.
function(refrain_embed module)
    cmake_parse_arguments(E "" "FILE;NAME" "" ${ARGN})
    string(REGEX MATCH "^(.*)::([A-Za-z_]+)$" _ "${E_NAME}")
    set(EMBED_NAMESPACE "${CMAKE_MATCH_1}")
    set(EMBED_CONSTANT "${CMAKE_MATCH_2}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${E_FILE}")
    file(READ "${CMAKE_SOURCE_DIR}/${E_FILE}" EMBED_TEXT)
    string(REPLACE "\n" "\n)embed\"\nR\"embed(" EMBED_TEXT "${EMBED_TEXT}")
    set(source "${CMAKE_BINARY_DIR}/embedded/${EMBED_CONSTANT}.cpp")
    configure_file("${CMAKE_SOURCE_DIR}/cmake/embedded.cpp.in" "${source}" @ONLY)
    target_sources(refrain_${module} PRIVATE "${source}")
    set_source_files_properties("${source}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
