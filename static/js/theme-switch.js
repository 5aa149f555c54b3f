const YEAR = 31536000;

function current() {
  const found = document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/);
  return found ? found[1] : "auto";
}

function show() {
  for (const link of document.querySelectorAll("[data-theme-set]")) {
    if (link.dataset.themeSet === current()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Links that change the theme do it at once; their address does the same without scripts. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-theme-set]");
  if (!link) return;
  event.preventDefault();
  const value = link.dataset.themeSet;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const life = value === "auto" ? 0 : YEAR;
  document.cookie = `theme=${value}; Path=/; Max-Age=${life}; SameSite=Lax${secure}`;
  document.dispatchEvent(new CustomEvent("theme:changed"));
  show();
});
show();
