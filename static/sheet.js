// The plan's grid as a sheet: one stop of Tab, arrows inside, ranges, copy. It changes nothing: where the plan can be
// edited, static/sheet-editing.js imports this and listens to the events that it sends ("sheet:key", "sheet:paste" …).

const sheetOf = (node) => node?.closest?.("[data-sheet]");
const isField = (node) => node.closest("input, textarea, select, [contenteditable]") !== null;
const cellOf = (node) => node?.closest?.("[data-sheet] [data-column]");
let anchor = null; // where the range begins; it ends at the cell that has the focus
let last = null; // the cell that had the focus last, to come back to
let chosen = [];
let also = []; // cells picked with Ctrl before the range

const rowsOf = (sheet) => [...sheet.querySelectorAll("tr[data-row]")].filter((row) => !row.hidden);
const cellAt = (row, index) => row.cells[Math.max(0, Math.min(row.cells.length - 1, index))];
export const textOf = (cell) => cell.dataset.text ?? cell.innerText.trim();

// Cells take the focus only through here, and what stands in them is reached from their cell.
function prepare(sheet) {
  sheet.querySelectorAll("[data-column]:not([tabindex])").forEach((cell) => { cell.tabIndex = -1; });
  sheet.querySelectorAll("[data-column] a, [data-column] button").forEach((link) => { link.tabIndex = -1; });
  if (!sheet.querySelector('[data-column][tabindex="0"]')) {
    const first = sheet.querySelector("[data-column]");
    if (first) first.tabIndex = 0;
  }
}

function range(from, to) {
  const rows = rowsOf(sheetOf(to));
  const [top, bottom] = [rows.indexOf(from.parentElement), rows.indexOf(to.parentElement)].sort((a, b) => a - b);
  const [left, right] = [from.cellIndex, to.cellIndex].sort((a, b) => a - b);
  if (top < 0) return [[to]];
  return rows.slice(top, bottom + 1).map((row) => [...row.cells].slice(left, right + 1));
}

export function selection() {
  const to = cellOf(document.activeElement) ?? (last?.isConnected ? last : null);
  if (!to) return [];
  return range(anchor?.isConnected && sheetOf(anchor) === sheetOf(to) ? anchor : to, to);
}

// The range and what was picked beside it.
export const picked = () => [...new Set([...also.filter((cell) => cell.isConnected), ...selection().flat()])];

function show() {
  chosen.forEach((cell) => { cell.removeAttribute("aria-selected"); });
  const cells = picked();
  chosen = cells.length > 1 ? cells : [];
  chosen.forEach((cell) => { cell.setAttribute("aria-selected", "true"); });
  document.dispatchEvent(new CustomEvent("sheet:selected"));
}

// The selection, to be found again when rows were drawn anew.
export function remembered() {
  const named = (cell) => cell && [cell.parentElement.dataset.row, cell.dataset.column];
  const [from, to, beside] = [named(anchor), named(last), also.map(named)];
  return () => {
    const rows = new Map([...document.querySelectorAll("tr[data-row]")].map((row) => [row.dataset.row, row]));
    const found = (one) => one && rows.get(one[0])?.querySelector(`[data-column="${one[1]}"]`);
    [anchor, last, also] = [found(from) ?? anchor, found(to) ?? last, beside.map(found).filter(Boolean)];
    show();
  };
}

export function go(cell, { extend = false, add = false } = {}) {
  if (!cell) return;
  also = add ? picked() : extend ? also : [];
  if (!extend) anchor = cell;
  sheetOf(cell).querySelectorAll('[data-column][tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
  cell.tabIndex = 0;
  last = cell;
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  show();
}

function moved(cell, down, right) {
  const rows = rowsOf(sheetOf(cell));
  const at = Math.max(0, Math.min(rows.length - 1, rows.indexOf(cell.parentElement) + down));
  return cellAt(rows[at], cell.cellIndex + right);
}

export const below = (cell) => moved(cell, 1, 0);
export const beside = (cell, step) => moved(cell, 0, step);

const PAGE = 20;
const STEPS = {
  ArrowUp: (cell) => moved(cell, -1, 0),
  ArrowDown: (cell) => moved(cell, 1, 0),
  ArrowLeft: (cell) => moved(cell, 0, -1),
  ArrowRight: (cell) => moved(cell, 0, 1),
  PageUp: (cell) => moved(cell, -PAGE, 0),
  PageDown: (cell) => moved(cell, PAGE, 0),
  Home: (cell, all) => (all ? moved(cell, -1e9, -1e9) : moved(cell, 0, -1e9)),
  End: (cell, all) => (all ? moved(cell, 1e9, 1e9) : moved(cell, 0, 1e9)),
};

// Tab goes on to the next cell and leaves at the end of the row, so that nobody is caught in here.
function tab(event, cell) {
  const next = moved(cell, 0, event.shiftKey ? -1 : 1);
  if (next === cell) return false;
  go(next);
  return true;
}

function toggle(cell) {
  const link = cell.parentElement.querySelector("[data-expand]");
  link?.click();
  return link !== null;
}

function selectAll(cell) {
  const rows = rowsOf(sheetOf(cell));
  anchor = cellAt(rows[0], 0);
  go(cellAt(rows.at(-1), 1e9), { extend: true });
  return true;
}

function tell(name, cell, detail = {}) {
  return !document.dispatchEvent(new CustomEvent(name, { cancelable: true, detail: { cell, ...detail } }));
}

const isEditable = (cell) => sheetOf(cell).dataset.sheet === "editable";

// What a key does in a cell; true when it did something.
function act(event, cell) {
  const control = event.ctrlKey || event.metaKey;
  const step = STEPS[event.key];
  if (step) {
    go(step(cell, control || event.altKey), { extend: event.shiftKey });
    return true;
  }
  if (event.key === "Tab") return tab(event, cell);
  if (event.key === "Escape") { go(cell); return true; }
  if (control && event.key.toLowerCase() === "a") return selectAll(cell);
  if (!isEditable(cell)) {
    if (event.key === " ") return toggle(cell);
    if (event.key === "Enter") { cell.querySelector("a[href]:not([data-expand])")?.click(); return true; }
    return false;
  }
  if (event.key === " " && event.target.dataset.column === "name") return toggle(cell);
  return tell("sheet:key", cell, { event });
}

document.addEventListener("keydown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || isField(event.target) || event.isComposing) return;
  if (act(event, cell)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

document.addEventListener("mousedown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || isField(event.target) || event.target.closest("a, button") || event.button !== 0) return;
  if (event.shiftKey) event.preventDefault();
  go(cell, { extend: event.shiftKey && anchor?.isConnected, add: event.ctrlKey || event.metaKey });
});

document.addEventListener("mouseover", (event) => {
  const cell = cellOf(event.target);
  if (!(event.buttons & 1) || !cell || isField(document.activeElement) || cellOf(document.activeElement) === cell) return;
  if (!last?.isConnected || sheetOf(last) !== sheetOf(cell)) return;
  getSelection().removeAllRanges();
  go(cell, { extend: true });
});

document.addEventListener("dblclick", (event) => {
  const cell = cellOf(event.target);
  if (cell && isEditable(cell) && !isField(event.target)) tell("sheet:edit", cell);
});

document.addEventListener("focusin", (event) => {
  const cell = cellOf(event.target);
  if (cell && cell !== last && !isField(event.target)) { anchor = cell; last = cell; show(); }
});

// Properties come once from the server and are shown and hidden here.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-expand]");
  if (!link) return;
  event.preventDefault();
  const isOpen = link.getAttribute("aria-expanded") === "true";
  link.closest("tbody").querySelectorAll("tr:not([data-item])").forEach((row) => { row.hidden = isOpen; });
  link.setAttribute("aria-expanded", String(!isOpen));
});

const quoted = (text) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function table(block) {
  const made = document.createElement("table");
  block.forEach((row) => {
    const line = made.insertRow();
    row.forEach((cell) => { line.insertCell().textContent = textOf(cell); });
  });
  return made.outerHTML;
}

document.addEventListener("copy", (event) => {
  const cell = cellOf(document.activeElement);
  if (!cell || isField(document.activeElement) || String(getSelection())) return;
  const block = selection();
  event.clipboardData.setData("text/plain", block.map((row) => row.map((one) => quoted(textOf(one))).join("\t")).join("\n"));
  event.clipboardData.setData("text/html", table(block));
  event.preventDefault();
  say(`${block.flat().length} cell${block.flat().length === 1 ? "" : "s"} copied`);
});

document.addEventListener("paste", (event) => {
  const cell = cellOf(document.activeElement);
  if (!cell || isField(document.activeElement) || !isEditable(cell)) return;
  event.preventDefault();
  const data = event.clipboardData;
  tell("sheet:paste", cell, { text: data.getData("text/plain"), html: data.getData("text/html") });
});

export function say(words) {
  const place = document.querySelector("[data-sheet-says]");
  if (place) place.textContent = words;
}

const prepareAll = () => document.querySelectorAll("[data-sheet]").forEach(prepare);
prepareAll();
document.addEventListener("htmx:afterSettle", prepareAll);
document.addEventListener("sheet:changed", prepareAll);
