// The filter sheet of phones. The form is the same as on wide screens; here it lies over the page.
let open = false;
let scrolled = 0;
let opener = null;

const sheet = () => document.getElementById("facets");

function scrim(on) {
  document.querySelector(".sheet-scrim")?.remove();
  if (!on) return;
  const cover = document.createElement("div");
  cover.className = "sheet-scrim";
  cover.addEventListener("click", close);
  document.body.append(cover);
}

function show(target) {
  const form = sheet();
  if (!form) return;
  open = true;
  form.classList.add("open");
  form.setAttribute("role", "dialog");
  form.setAttribute("aria-modal", "true");
  scrim(true);
  document.documentElement.classList.add("overflow-hidden");
  document.getElementById(target)?.scrollIntoView({ block: "start" });
  form.querySelector("[data-sheet-close]").focus();
}

function close() {
  const form = sheet();
  open = false;
  form?.classList.remove("open");
  form?.removeAttribute("role");
  form?.removeAttribute("aria-modal");
  scrim(false);
  document.documentElement.classList.remove("overflow-hidden");
  if (opener) document.querySelector(`[data-sheet-open="${opener}"]`)?.focus();
}

function clicked(event) {
  const button = event.target.closest("[data-sheet-open]");
  if (button) {
    opener = button.dataset.sheetOpen;
    show(opener);
  } else if (event.target.closest("[data-sheet-close]")) {
    close();
  } else if (open && event.target.closest("[data-facets] [data-total]")) {
    // The list behind the sheet is already the new one: only the sheet goes.
    event.preventDefault();
    close();
  }
}

/** Opens and closes the sheet and keeps it open while the list behind it is renewed. */
function initFacets() {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", (event) => {
    if (!open) return;
    if (event.key === "Escape") close();
    if (event.key === "Tab") keepInside(event);
  });
  document.addEventListener("htmx:beforeSwap", () => {
    scrolled = document.querySelector(".facets.open .sheet-options")?.scrollTop ?? 0;
  });
  // After the swap, and once more when htmx has settled: it then puts back the attributes the
  // server sent for elements that keep their id.
  document.addEventListener("htmx:afterSwap", reopen);
  document.addEventListener("htmx:afterSettle", reopen);
}

function reopen() {
  if (!open || !sheet()) return;
  const focused = document.activeElement;
  sheet().classList.add("open");
  sheet().setAttribute("role", "dialog");
  sheet().setAttribute("aria-modal", "true");
  sheet().querySelector(".sheet-options").scrollTop = scrolled;
  if (!sheet().contains(focused)) sheet().querySelector("[data-sheet-close]").focus();
}

function keepInside(event) {
  const inside = [...sheet().querySelectorAll("a, button, input")].filter(
    (element) => element.offsetParent !== null || element.type === "checkbox",
  );
  const first = inside[0];
  const last = inside[inside.length - 1];
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}

initFacets();
