// Drafts: what is typed goes to the server a moment later; a failure is said and tried again.
const PAUSE = 800;
const RETRY = [2000, 5000, 15000, 30000];

class Autosave {
  constructor(form) {
    this.form = form;
    this.state = document.querySelector("[data-save-state]");
    this.changes = 0;
    this.saved = 0;
    this.failures = 0;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => this.stop());
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("online", () => this.save());
  }

  changed() {
    this.changes += 1;
    this.later(PAUSE);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  stop() {
    clearTimeout(this.timer);
    this.saved = this.changes;
  }

  say(key, text) {
    if (!this.state) return;
    this.state.textContent = text || this.state.dataset[key];
    this.state.classList.toggle("failed", key === "failed");
  }

  request(keepalive) {
    return fetch(this.form.dataset.autosave, {
      method: "POST",
      body: this.body(),
      keepalive,
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-Autosave": "1" },
    });
  }

  /** The form without its files: those go with the button. */
  body() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data.entries()]) {
      if (value instanceof File) data.delete(name);
    }
    return data;
  }

  async save() {
    if (this.busy || this.changes === this.saved) return;
    this.busy = true;
    const sent = this.changes;
    this.say("saving");
    try {
      const answer = await this.request(false);
      const result = await answer.json();
      if (!answer.ok) throw Object.assign(new Error("refused"), { result, status: answer.status });
      this.done(sent, result);
    } catch (error) {
      this.failed(error);
    } finally {
      this.busy = false;
    }
    if (this.changes !== this.saved && !this.refused) {
      this.later(this.failures ? RETRY[Math.min(this.failures, RETRY.length) - 1] : PAUSE);
    }
  }

  done(sent, result) {
    this.saved = sent;
    this.failures = 0;
    this.refused = false;
    const version = this.form.querySelector("[name=version]");
    if (version && result.version !== undefined) version.value = result.version;
    this.say("saved", result.message);
    if (this.saved === this.changes) this.form.dispatchEvent(new CustomEvent("autosave:saved"));
  }

  failed(error) {
    this.failures += 1;
    // Refused by the server (a wrong value, a newer version): trying the same again would not help.
    this.refused = error.status >= 400 && error.status < 500 && error.status !== 429;
    this.say("failed", error.result?.message);
  }

  leave() {
    if (this.changes !== this.saved && !this.refused) this.request(true);
  }
}

function initAutosave(root) {
  for (const form of root.querySelectorAll("form[data-autosave]")) new Autosave(form);
}

window.eachPart(initAutosave);
