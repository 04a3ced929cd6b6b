# The dashboard becomes part of the program: its files and Chart.js as one generated source of refrain_control.
set(dashboard "${CMAKE_SOURCE_DIR}/src/control/dashboard")
set(files index.html style.css favicon.svg theme.js
    api.js app.js breakdown.js dom.js entries.js entry.js feed.js filters.js format.js
    money.js overview.js plot.js purge.js readable.js tiers.js token.js)
set(embedded "chart.js=${REFRAIN_CHART_JS}")
set(inputs "${REFRAIN_CHART_JS}" "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake")
foreach(file IN LISTS files)
    list(APPEND embedded "${file}=${dashboard}/${file}")
    list(APPEND inputs "${dashboard}/${file}")
endforeach()
set(output "${CMAKE_BINARY_DIR}/dashboard_files.cpp")
add_custom_command(OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" -P "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake" "${output}" ${embedded}
    DEPENDS ${inputs}
    COMMENT "Embedding the dashboard"
    VERBATIM)
target_sources(refrain_control PRIVATE "${output}")
