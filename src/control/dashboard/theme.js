// Light, dark or as the system says. A classic script in the head, so that the page is never seen
// in the wrong one; the button belongs to filters.js.
'use strict';
(() => {
  const kept = localStorage.getItem('refrain-theme');
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept;
})();
