// Suggestions under the search box: an ARIA combobox over a list that the server renders.
const PAUSE = 120;

class Suggest {
  constructor(input) {
    this.input = input;
    this.box = document.createElement("div");
    this.box.className = "suggestions";
    this.box.hidden = true;
    this.live = document.createElement("div");
    this.live.className = "visually-hidden";
    this.live.setAttribute("role", "status");
    input.form.append(this.box, this.live);
    this.listId = `suggestions-${Math.random().toString(36).slice(2, 8)}`;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    this.listen();
  }

  listen() {
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 120));
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
    this.box.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const words = this.input.value.trim();
    this.request?.abort();
    if (!words) {
      this.close();
      return;
    }
    this.request = new AbortController();
    const url = new URL(this.input.dataset.suggest, location.href);
    url.searchParams.set("q", words);
    url.searchParams.set("scope", this.input.dataset.scope);
    try {
      const answer = await fetch(url, {
        signal: this.request.signal,
        credentials: "same-origin",
        headers: { Accept: "text/html" },
      });
      this.show(answer.ok ? await answer.text() : "");
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(html) {
    this.box.innerHTML = html;
    this.options = [...this.box.querySelectorAll("[role=option]")];
    this.at = -1;
    const list = this.box.querySelector("[role=listbox]");
    if (!list || !this.options.length) {
      this.close();
      this.live.textContent = this.input.dataset.none ?? "";
      return;
    }
    list.id = this.listId;
    this.options.forEach((option, index) => {
      option.id = `${this.listId}-${index}`;
    });
    this.input.setAttribute("aria-controls", this.listId);
    this.input.setAttribute("aria-expanded", "true");
    this.box.hidden = false;
    this.live.textContent = (this.input.dataset.found ?? "").replace("{n}", this.options.length);
  }

  close() {
    this.box.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const count = this.options.length;
    this.at = (this.at + step + count + (this.at < 0 && step < 0 ? 1 : 0)) % count;
    this.options.forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.at));
    });
    const option = this.options[this.at];
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  key(event) {
    if (this.box.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.choose(this.options[this.at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  choose(option) {
    this.input.value = option.dataset.text;
    this.close();
    if (option.dataset.url) location.assign(option.dataset.url);
    else this.input.form.requestSubmit();
  }
}

function initSuggest(root) {
  for (const input of root.querySelectorAll("input[data-suggest]:not([role=combobox])")) {
    new Suggest(input);
  }
}

window.eachPart(initSuggest);
