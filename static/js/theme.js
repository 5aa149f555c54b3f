// Runs before the first paint: says that scripts work, and takes the theme of the reader or the system.
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("has-js");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    const found = document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/);
    return found ? found[1] : null;
  }

  function apply() {
    root.setAttribute("data-bs-theme", chosen() || (dark.matches ? "dark" : "light"));
  }

  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("theme:changed", apply);
})();
