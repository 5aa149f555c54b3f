/** Menus are <details>; a click elsewhere and Esc close them. Links with data-dialog open a dialog. */
function initMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && typeof dialog.showModal === "function") {
      event.preventDefault();
      dialog.showModal();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

initMenus();

/** A bar that scrolls sideways shows the entry one is at, not only the first ones. */
function showCurrent() {
  for (const bar of document.querySelectorAll(".rail, .tabs")) {
    const here = bar.querySelector("[aria-current]");
    if (!here || bar.scrollWidth <= bar.clientWidth) continue;
    const [outer, inner] = [bar.getBoundingClientRect(), here.getBoundingClientRect()];
    bar.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }
}

showCurrent();
/** Buttons with data-copy put their text on the clipboard and say so for two seconds. */

function initCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    setTimeout(() => {
      label.textContent = before;
    }, 2000);
  });
}

initCopy();
