// Long lists to choose from (occupations, cities, skills) get a box to type in. The select stays the
// field that is sent. data-choose: marks it; data-choose-url: where more entries come from, as a list
// of {value, text, note}.
let library;

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("script[data-library]").dataset.library;
    script.onload = () => resolve(window.TomSelect);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

async function entries(url, words) {
  const target = new URL(url, location.href);
  target.searchParams.set("q", words);
  const answer = await fetch(target, {
    credentials: "same-origin",
    headers: { Accept: "application/json" },
  });
  return answer.ok ? answer.json() : [];
}

function settings(select) {
  const url = select.dataset.chooseUrl;
  return {
    plugins: select.multiple ? { remove_button: { title: select.dataset.removeLabel ?? "" } } : {},
    maxItems: select.multiple ? Number(select.dataset.max ?? 50) : 1,
    maxOptions: 200,
    // An open list lies over the field below: one pick, and it makes way.
    closeAfterSelect: true,
    hidePlaceholder: true,
    // A pick within the pause after the last key must not be answered by the list opening again.
    onItemAdd() {
      window.clearTimeout(this.refreshTimeout);
    },
    ...(url && {
      load(words, done) {
        const close = () => {
          // What comes after the pick must not open the list again: the box is empty by then.
          if (!this.inputValue()) this.close();
        };
        entries(url, words).then(done, () => done()).then(close);
      },
      // The server folds pinyin, initials and traditional characters: what it sends is a hit.
      score: () => () => 1,
    }),
    render: {
      no_results: () => {
        const box = document.createElement("div");
        box.className = "no-results";
        box.textContent = select.dataset.noneLabel ?? "";
        return box;
      },
    },
  };
}

async function initChoosers(root) {
  const found = root.querySelectorAll("select[data-choose]:not(.tomselected)");
  if (!found.length) return;
  const TomSelect = await load();
  for (const select of found) {
    const name = select.labels[0]?.textContent.trim();
    new TomSelect(select, settings(select));
    // The label now belongs to the new control; the select behind it still needs a name.
    if (name) select.setAttribute("aria-label", name);
  }
}

window.eachPart(initChoosers);
