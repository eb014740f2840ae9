// Editing in the plan's grid. Every change goes to the server at once, as one step of the draft's undo; what the server
// makes of it comes back as the rows that were touched.
import { below, beside, go, picked, remembered, say, selection, textOf } from "./sheet.js";

const sheet = () => document.querySelector("[data-sheet='editable']");
const rowOf = (cell) => JSON.parse(cell.closest("tr").dataset.row);
const kindOf = (cell) => (cell.closest("tr").classList.contains("property") ? "property" : "event");
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"];
let editor = null; // the field in the cell that is being edited
let waiting = Promise.resolve(); // changes reach the server in their order

// ---- sending

async function send(url, body) {
  const headers = { "x-csrftoken": token(), accept: "application/json", "content-type": "application/json", "x-quiet": "1" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const told = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
  return told.refused ? { status: told.refused, told: told.told } : { status: answer.status, told };
}

function opened() {
  return [...sheet().querySelectorAll('[data-expand][aria-expanded="true"]')].map((link) => link.closest("tbody").id);
}

const placeOf = (cell) => ({ body: cell.closest("tbody").id, row: [...cell.closest("tbody").rows].indexOf(cell.parentElement), column: cell.cellIndex });

// The rows that were touched, in place of the old ones; the focus stays where it was, whatever its row is called now.
function redraw(rows) {
  const active = document.activeElement?.closest?.("[data-column]");
  const place = active && placeOf(active);
  const again = remembered();
  const ids = new Map();
  rows.forEach(({ was, html }) => {
    const old = document.getElementById(was);
    if (!old) return;
    const made = document.createElement("template");
    made.innerHTML = html;
    const fresh = made.content.querySelector("tbody");
    if (fresh) { old.replaceWith(fresh); htmx.process(fresh); ids.set(was, fresh); } else old.remove();
  });
  document.dispatchEvent(new CustomEvent("sheet:changed"));
  if (!place || active.isConnected) { again(); return; }
  const body = ids.get(place.body) ?? document.getElementById(place.body) ?? sheet().querySelector("tbody:has([data-row])");
  const row = body?.rows[Math.min(place.row, body.rows.length - 1)];
  if (row) go(row.cells[Math.min(place.column, row.cells.length - 1)]);
  again();
}

function mark(cells, wrong) {
  cells.forEach((cell) => cell.classList.toggle("wrong", wrong));
}

// `cells`: each a cell, its new text, and the column where it is another than the cell's; `remove`: cells of the rows
// that go.
function change(cells, remove = [], isMine = false) {
  const asked = {
    cells: cells.map(([cell, text, column]) => ({ row: rowOf(cell), column: column ?? cell.dataset.column, text })),
    remove: remove.map(rowOf),
  };
  cells.forEach(([cell]) => cell.classList.add("saving"));
  waiting = waiting.then(async () => {
    const body = { ...asked, open: opened(), seen: Number(sheet().dataset.revision), revision: isMine ? null : Number(sheet().dataset.revision) };
    const { status, told } = await send(sheet().dataset.cells, body).catch(() => ({ status: 0, told: {} }));
    cells.forEach(([cell]) => cell.classList.remove("saving"));
    if (status === 200) {
      sheet().dataset.revision = told.revision;
      if (told.reload) await reload(); else redraw(told.rows);
      if (told.said) say(told.said);
      toast(told.said);
    } else if (status === 412) {
      ask(told, () => change(cells, remove, true));
    } else {
      const wrong = (told.errors ?? []).map((error) => cells[error.row]?.[0]).filter(Boolean);
      mark(wrong, true);
      toast(told.message ?? "Not saved: Planwright cannot be reached. Try again.", "error");
      // What was typed into one cell is there again, to be mended.
      if (cells.length === 1 && wrong.length === 1) { edit(wrong[0], cells[0][1]); editor.field.dataset.refused = cells[0][1]; }
      else (wrong[0] ?? cells[0]?.[0])?.focus();
    }
  });
  return waiting;
}

function toast(words, kind = "success") {
  if (!words) return;
  const place = document.getElementById("messages");
  place?.querySelectorAll("[data-of-sheet]").forEach((old) => old.remove());
  const made = Object.assign(document.createElement("div"), { className: `toast toast-${kind}`, textContent: words });
  made.dataset.ofSheet = "";
  place?.append(made);
  setTimeout(() => made.remove(), 8000);
}

// ---- two people in one rule: nobody's work is lost, the second one chooses

function ask(told, mine) {
  const dialog = document.getElementById("conflict");
  const list = dialog.querySelector("[data-conflict]");
  list.replaceChildren(...(told.others ?? []).map((one) => Object.assign(document.createElement("li"), { textContent: one.message })));
  dialog.querySelector("[data-conflict-theirs]").onclick = () => { dialog.close(); reload(); };
  dialog.querySelector("[data-conflict-mine]").onclick = () => { dialog.close(); mine(); };
  dialog.showModal();
}

// The whole grid again, with the cell that has the focus and the events that are open.
async function reload() {
  const active = document.activeElement?.closest?.("[data-column]");
  const row = active?.parentElement.dataset.row;
  const column = active?.dataset.column;
  const events = opened();
  await htmx.ajax("GET", location.href, { target: "#events", swap: "innerHTML" });
  events.forEach((id) => document.getElementById(id)?.querySelector('[data-expand][aria-expanded="false"]')?.click());
  const rows = [...document.querySelectorAll("tr[data-row]")];
  const found = rows.find((one) => one.dataset.row === row) ?? rows[0];
  if (active && found) go(found.querySelector(`[data-column="${column}"]`));
}

async function step(url, words) {
  await waiting;
  const { status, told } = await send(url, {});
  toast(status === 200 ? words : told.message, status === 200 ? "success" : "error");
  if (status === 200) await reload();
}

// ---- the editor of one cell

const EDITABLE = {
  event: ["name", "why", "must", "owner", "labels", "status"],
  property: ["name", "why", "holds", "must", "owner", "labels", "status"],
};

function canEdit(cell) {
  if (cell.parentElement.classList.contains("adding")) return cell.dataset.column === "name";
  return EDITABLE[kindOf(cell)].includes(cell.dataset.column);
}

function edit(cell, text = textOf(cell)) {
  if (!canEdit(cell)) { say("This cell cannot be edited"); return; }
  close();
  const column = cell.dataset.column;
  const isLong = column === "why";
  const field = document.createElement(isLong ? "textarea" : "input");
  field.className = "cell-editor";
  field.value = text;
  field.setAttribute("aria-label", `${column === "name" ? "Name" : column} of ${textOf(cell.parentElement.cells[0]) || "the new property"}`);
  field.autocomplete = "off";
  const choices = `choices-${kindOf(cell)}-${column}`;
  if (document.getElementById(choices)) field.setAttribute("list", choices);
  const range = selection().flat();
  editor = { cell, field, before: textOf(cell), range: range.length > 1 ? range : [cell], names: null };
  cell.classList.add("editing");
  cell.append(field);
  field.focus();
  if (text === editor.before) field.select();
  if (column === "name") suggestNames(field, cell);
  field.addEventListener("keydown", onEditorKey);
  field.addEventListener("blur", () => setTimeout(() => {
    if (editor?.field !== field) return;
    if (field.value === field.dataset.refused) close(); else save();
  }, 120));
}

function close() {
  if (!editor) return null;
  const was = editor;
  editor = null;
  was.names?.remove();
  was.field.remove();
  was.cell.classList.remove("editing");
  return was;
}

function save({ all = false, text } = {}) {
  const was = close();
  if (!was) return;
  const value = text ?? was.field.value;
  const cells = all ? was.range.filter(canEdit) : [was.cell];
  const changed = cells.filter((cell) => textOf(cell) !== value.trim());
  mark(cells, false);
  if (changed.length) change(changed.map((cell) => [cell, value]));
}

function onEditorKey(event) {
  if (event.isComposing) return;
  const { cell, names } = editor;
  const buttons = names ? [...names.querySelectorAll("button")] : [];
  const chosen = buttons.findIndex((button) => button.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") { close(); go(cell); }
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && buttons.length) choose(buttons, chosen + (event.key === "ArrowDown" ? 1 : -1));
  else if (event.key === "Enter" && chosen >= 0) { save({ text: buttons[chosen].value }); go(cell); }
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { go(cell, { extend: true }); save({ all: true }); }
  else if (event.key === "Enter" && !event.altKey && !event.shiftKey) { save(); go(below(cell)); }
  else if (event.key === "Tab") { save(); go(beside(cell, event.shiftKey ? -1 : 1)); }
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

// ---- names judged while typing

function choose(buttons, at) {
  buttons.forEach((button, index) => button.setAttribute("aria-selected", String(index === at)));
  const one = buttons[at];
  editor.field.setAttribute("aria-activedescendant", one?.id ?? "");
}

function suggestNames(field, cell) {
  const [type, name, , at] = rowOf(cell);
  const kind = kindOf(cell) === "event" ? "event" : type === "identify" || type === "group" ? "trait" : "property";
  const was = at === "+" ? "" : kind === "event" ? name : textOf(cell);
  const box = document.createElement("div");
  box.className = "names-box";
  box.setAttribute("aria-live", "polite");
  cell.append(box);
  editor.names = box;
  field.setAttribute("aria-controls", "names-box");
  box.id = "names-box";
  let asked = 0;
  let timer = 0;
  const judge = async () => {
    const mine = ++asked;
    const answer = await fetch(`${sheet().dataset.names}&${new URLSearchParams({ kind, name: field.value, was })}`, { headers: { "hx-request": "true" } });
    const html = answer.ok ? await answer.text() : "";
    if (mine === asked && editor?.field === field) box.innerHTML = html;
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(judge, 150); });
  box.addEventListener("mousedown", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    save({ text: button.value });
    go(cell);
  });
  judge();
}

// ---- keys of the grid

function fillDown() {
  const block = selection();
  if (block.length < 2) return;
  const cells = block.slice(1).flatMap((row) => row.map((cell, index) => [cell, textOf(block[0][index])]));
  change(cells.filter(([cell, text]) => canEdit(cell) && !cell.parentElement.classList.contains("adding") && textOf(cell) !== text));
}

function clear() {
  const cells = selection().flat().filter((cell) => canEdit(cell) && cell.dataset.column !== "name" && textOf(cell));
  if (cells.length) change(cells.map((cell) => [cell, ""]));
}

function remove() {
  const rows = selection().map((row) => row[0]).filter((cell) => !cell.parentElement.classList.contains("adding"));
  if (rows.length) change([], rows);
}

document.addEventListener("sheet:key", (told) => {
  const { cell, event } = told.detail;
  const control = event.ctrlKey || event.metaKey;
  const letter = event.key.toLowerCase();
  if (control && letter === "z" && !event.shiftKey) step(sheet().dataset.undo, "Undone");
  else if (control && (letter === "y" || (letter === "z" && event.shiftKey))) step(sheet().dataset.redo, "Done again");
  else if (control && letter === "d") fillDown();
  else if (control && letter === "o") cell.parentElement.querySelector("a.name")?.click();
  else if (event.key === "Delete" && event.shiftKey) remove();
  else if (event.key === "Delete" || event.key === "Backspace") clear();
  else if (event.key === "Enter" || event.key === "F2") edit(cell);
  else if (event.key.length === 1 && !control && !event.altKey) edit(cell, event.key);
  else return;
  told.preventDefault();
});

document.addEventListener("sheet:edit", (told) => edit(told.detail.cell));

// ---- a block from a spreadsheet

const dialog = () => document.getElementById("paste");

document.addEventListener("sheet:paste", (told) => {
  const { cell, text, html } = told.detail;
  const isOne = !/[\t\n]/.test(text.trim());
  if (isOne) {
    const cells = selection().flat().filter(canEdit);
    if (cells.length) change(cells.map((one) => [one, text.trim()]));
    return;
  }
  const rows = [...sheet().querySelectorAll("tr[data-row]")].filter((row) => !row.hidden);
  const from = rows.indexOf(cell.parentElement);
  const at = {
    rows: rows.slice(from, from + text.split("\n").length).map((row) => JSON.parse(row.dataset.row)),
    columns: [...cell.parentElement.cells].slice(cell.cellIndex).map((one) => one.dataset.column),
  };
  preview({ text, html, at: JSON.stringify(at) });
});

async function preview(values) {
  await htmx.ajax("POST", sheet().dataset.paste, { target: "#paste-preview", swap: "innerHTML", values });
  if (!dialog().open) dialog().showModal();
  focusPreview();
}

const focusPreview = () => {
  const first = document.querySelector("#paste-preview [data-suggestion]") ?? document.querySelector("#paste-preview [data-paste-apply]");
  first?.focus();
};

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "paste-preview" && dialog()?.open) focusPreview();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-resubmit]")) event.target.form.requestSubmit();
});

// ---- many rows at once, from the bar below the grid

const bar = () => document.querySelector("[data-sheet-bar]");

function rowsPicked(kind) {
  const rows = new Map(picked().map((cell) => [cell.parentElement, cell.parentElement.cells[0]]));
  return [...rows.values()].filter((cell) => kindOf(cell) === kind && !cell.parentElement.classList.contains("adding"));
}

function showBar() {
  const form = bar();
  if (!form) return;
  const counts = { event: rowsPicked("event").length, property: rowsPicked("property").length };
  form.hidden = Math.max(counts.event, counts.property) < 2;
  if (form.hidden) return;
  const groups = [...form.elements.what.querySelectorAll("optgroup")];
  groups.forEach((group) => { group.disabled = group.hidden = counts[group.dataset.kind] === 0; });
  if (form.elements.what.selectedOptions[0]?.parentElement.disabled) form.elements.what.value = groups.find((group) => !group.disabled).firstElementChild.value;
  const words = [["event", "event", "events"], ["property", "property", "properties"]];
  form.querySelector("[data-bar-says]").textContent = words.filter(([kind]) => counts[kind]).map(([kind, one, many]) => `${counts[kind]} ${counts[kind] === 1 ? one : many}`).join(", ");
  listChoices(form);
}

function listChoices(form) {
  const [kind, column] = form.elements.what.value.split(" ");
  form.elements.text.setAttribute("list", `choices-${kind}-${column}`);
}

document.addEventListener("sheet:selected", showBar);
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sheet-bar] select")) { event.target.form.elements.text.value = ""; listChoices(event.target.form); }
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sheet-bar]")) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // it goes to no server
  const [kind, column, how] = event.target.elements.what.value.split(" ");
  const text = event.target.elements.text.value.trim();
  const cells = rowsPicked(kind).map((cell) => {
    const now = cell.parentElement.querySelector(`[data-column="${column}"]`);
    const before = how === "add" && now ? textOf(now) : "";
    const parts = before.split(",").map((part) => part.trim()).filter(Boolean);
    return [now ?? cell, how === "add" ? [...new Set([...parts, text])].join(", ") : text, column];
  });
  mark(cells.map(([cell]) => cell), false);
  if (cells.length) change(cells);
}, true);
