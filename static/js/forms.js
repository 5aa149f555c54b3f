// Forms: sent once, guarded against loss, errors brought into focus, the box in the search emptied.
const dirty = new Set();

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending === "yes") {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    form.dataset.sending = "yes";
    for (const button of form.querySelectorAll("[type=submit]")) {
      button.setAttribute("aria-disabled", "true");
    }
  });
}

function release() {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[aria-disabled]")) {
      button.removeAttribute("aria-disabled");
    }
  }
}

function guard(form) {
  form.addEventListener("input", () => dirty.add(form));
  form.addEventListener("submit", () => dirty.delete(form));
  form.addEventListener("autosave:saved", () => dirty.delete(form));
}

window.addEventListener("beforeunload", (event) => {
  for (const form of dirty) {
    if (form.isConnected) event.preventDefault();
  }
});
// Coming back through the browser's history must not find a form that can never be sent again.
window.addEventListener("pageshow", release);
// A click on a link of the error summary goes to the control itself.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const control = link && document.getElementById(link.hash.slice(1));
  if (control) {
    event.preventDefault();
    control.focus();
  }
});

// A file over the limit is said at once and put back: nothing typed travels for nothing.
function weigh(box) {
  const input = box.querySelector("[type=file]");
  const error = `${input.id}-error`;
  input.addEventListener("change", () => {
    const tooLarge = [...input.files].some((file) => file.size > Number(box.dataset.largest));
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ");
    const ids = described.filter((id) => id && id !== error);
    document.getElementById(error)?.remove();
    box.closest(".field").classList.toggle("has-error", tooLarge);
    input.removeAttribute("aria-invalid");
    if (tooLarge) {
      box.before(box.querySelector("template").content.cloneNode(true));
      input.value = "";
      input.setAttribute("aria-invalid", "true");
      ids.push(error);
    }
    input.setAttribute("aria-describedby", ids.join(" "));
  });
}

function initForms(root) {
  for (const box of root.querySelectorAll("[data-largest]")) weigh(box);
  for (const form of root.querySelectorAll("form[data-submit-once]")) sendOnce(form);
  for (const form of root.querySelectorAll("form[data-guard]")) guard(form);
  root.querySelector("[data-focus]")?.focus();
  for (const button of root.querySelectorAll("[data-clear]")) {
    button.addEventListener("click", () => {
      const input = button.closest("form").querySelector("[name=q]");
      input.value = "";
      input.focus();
      button.hidden = true;
    });
  }
}

window.eachPart(initForms);
