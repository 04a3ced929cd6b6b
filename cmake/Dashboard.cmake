# The dashboard becomes part of the program: its files, and Chart.js.
set(dashboard chart.js=${REFRAIN_CHART_JS})
foreach(file IN ITEMS index.html style.css favicon.svg theme.js
        api.js app.js breakdown.js dom.js entries.js entry.js feed.js filters.js format.js
        money.js overview.js plot.js purge.js readable.js tiers.js token.js)
    list(APPEND dashboard ${file}=src/control/dashboard/${file})
endforeach()
refrain_embed(control FUNCTION refrain::control::embedded_files FILES ${dashboard})
