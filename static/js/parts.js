// Everything that scripts do here is an addition: each page works without them. The files do not import
// each other, because each is served under an address of its own that changes with its content.
(function () {
  "use strict";

  /** Runs `init` for the page and for each part that htmx brings later. */
  window.eachPart = function (init) {
    init(document);
    document.addEventListener("htmx:load", (event) => {
      if (event.detail.elt !== document.body) init(event.detail.elt);
    });
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    event.detail.target?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    event.detail.target?.removeAttribute("aria-busy");
  });
})();
