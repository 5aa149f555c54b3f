/** Boards: arrow keys go from card to card, and a card can be dragged to where one of its moves leads.
    Dropping sends the very form (or follows the very link) of the card's menu. */

const here = (card) => card.querySelector("[data-card-link]");
const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];

function moveOf(card, stage) {
  return [...card.querySelectorAll("[data-to]")].find((one) => one.dataset.to === stage);
}

function step(board, card, key) {
  const columns = [...board.querySelectorAll("[data-stage]")].filter((one) => cardsOf(one).length);
  const column = columns.find((one) => one.contains(card));
  const across = columns.indexOf(column);
  const down = cardsOf(column).indexOf(card);
  const at = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[key];
  const next = columns[across + at[0]];
  if (!next) return;
  const cards = cardsOf(next);
  const place = at[0] ? Math.min(down, cards.length - 1) : down + at[1];
  const target = cards[place];
  if (!target) return;
  here(target).focus();
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function keys(board) {
  board.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") || event.altKey || event.ctrlKey || event.metaKey) return;
    const card = event.target.closest("[data-card]");
    if (!card || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    step(board, card, event.key);
  });
}

function drag(board) {
  let held = null;
  const over = (event) => event.target.closest("[data-stage]");
  const clear = () => {
    for (const one of board.querySelectorAll(".drop-here")) one.classList.remove("drop-here");
  };
  for (const card of board.querySelectorAll("[data-card]")) {
    card.draggable = card.querySelector("[data-to]") !== null;
  }
  board.addEventListener("dragstart", (event) => {
    held = event.target.closest?.("[data-card]");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.card);
    for (const column of board.querySelectorAll("[data-stage]")) {
      column.classList.toggle("drop-here", moveOf(held, column.dataset.stage) !== undefined);
    }
  });
  board.addEventListener("dragover", (event) => {
    const column = over(event);
    if (held && column && moveOf(held, column.dataset.stage)) event.preventDefault();
  });
  board.addEventListener("drop", (event) => {
    const column = over(event);
    const move = held && column && moveOf(held, column.dataset.stage);
    if (!move) return;
    event.preventDefault();
    if (move instanceof HTMLFormElement) move.requestSubmit();
    else move.click();
  });
  board.addEventListener("dragend", () => {
    held = null;
    clear();
  });
}

window.eachPart((root) => {
  for (const board of root.querySelectorAll("[data-board]")) {
    keys(board);
    drag(board);
  }
});
