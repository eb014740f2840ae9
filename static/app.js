// Behaviours, attached by data- attributes. Every page works without this file; nothing here stores anything.

const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

// data-copy="#id" copies that element's text; data-copy with nothing copies the nearest .code or .json.
async function copy(button) {
  const source = button.dataset.copy
    ? document.querySelector(button.dataset.copy)
    : button.closest("[data-copyable]").querySelector("pre, .json, code");
  const clone = source.cloneNode(true);
  clone.querySelectorAll("[data-ghost]").forEach((ghost) => ghost.remove());
  await navigator.clipboard.writeText("value" in source ? source.value : clone.textContent.trimEnd());
  const label = button.querySelector("[data-label]");
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = before; }, 1500);
}

document.addEventListener("click", (event) => {
  const hit = (name) => event.target.closest(`[data-${name}]`);
  if (hit("copy")) copy(hit("copy"));
  if (hit("dialog")) document.getElementById(hit("dialog").dataset.dialog).showModal();
  if (hit("close")) hit("close").closest("dialog, [data-toast]")?.[hit("close").closest("dialog") ? "close" : "remove"]();
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// Filters apply as they change; the form's button is for browsers without JavaScript.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form) form.requestSubmit();
});

// An empty filter stays out of the URL, so that the URL says only what was chosen.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get") {
    form.querySelectorAll("input, select").forEach((input) => { input.disabled ||= input.value === ""; });
    setTimeout(() => form.querySelectorAll("input, select").forEach((input) => { input.disabled = false; }));
  } else if (form.dataset.sent) {
    event.preventDefault(); // the second click of a double click
  } else {
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 3000);
  }
});

// j and k move through the nearest list, / goes to its search, ? shows the keys.
function move(step) {
  const links = [...document.querySelectorAll("[data-list] [data-item]")]
    .map((item) => item.querySelector("a.row-link, a, button"))
    .filter((link) => link?.checkVisibility());
  const item = document.activeElement?.closest("[data-item]");
  const at = links.findIndex((link) => link === document.activeElement || item?.contains(link));
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
}

// In a form with data-bulk, x ticks the row that has the focus; other keys act on what is ticked, or on that row.
const picked = (form) => [...form.querySelectorAll("[data-item] input[name=row]:checked")];

function pick() {
  const box = document.activeElement?.closest("[data-bulk] [data-item]")?.querySelector("input[name=row]");
  box?.click();
  return box !== undefined && box !== null;
}

function tell(form) {
  const shown = form?.querySelector("[data-picked]");
  if (shown) shown.textContent = `${picked(form).length} selected`;
}

document.addEventListener("change", (event) => {
  if (event.target.name === "row") tell(event.target.closest("[data-bulk]"));
});

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: pick,
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (own || keys[event.key]) {
    event.preventDefault();
    const form = own?.closest("[data-bulk]");
    if (form && !picked(form).length && !pick()) return;
    if (own?.matches("select, textarea")) own.focus();
    else if (own) own.click();
    else keys[event.key]();
  }
});

// Relative times go on while the page stays open. The words are those of the server (accounts/templatetags/looks.py).
const UNITS = [[60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"], [2592000, 86400, "d"]];

function ago(then) {
  const seconds = (Date.now() - then) / 1000;
  const size = Math.abs(seconds);
  const unit = UNITS.find(([limit]) => size < limit);
  if (size < 5) return "just now";
  if (!unit) return null;
  const words = `${Math.floor(size / unit[1])} ${unit[2]}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

setInterval(() => {
  document.querySelectorAll("time[data-ago]").forEach((time) => {
    const words = ago(Date.parse(time.dateTime));
    if (words && time.textContent !== words) time.textContent = words;
  });
}, 10_000);

function settle(root) {
  root.querySelector('[aria-invalid="true"]')?.focus();
  root.querySelectorAll(".tabs [aria-current]").forEach((tab) => tab.scrollIntoView({ block: "nearest", inline: "nearest" }));
}

settle(document);
document.addEventListener("htmx:afterSettle", (event) => settle(event.target));

// A list that was swapped keeps the place: the focus goes to the row that now stands where the last one stood.
let row = -1;
document.addEventListener("focusin", (event) => {
  const item = event.target.closest("[data-list] [data-item]");
  if (item) row = [...document.querySelectorAll("[data-list] [data-item]")].indexOf(item);
});
document.addEventListener("htmx:afterSettle", () => {
  if (row < 0 || document.activeElement !== document.body) return;
  const items = document.querySelectorAll("[data-list] [data-item]");
  items[Math.min(row, items.length - 1)]?.querySelector("a.row-link")?.focus({ preventScroll: true });
});

// A fragment that did not come says so once, and takes it back when the next one comes.
function trouble(text) {
  const shown = document.getElementById("trouble");
  if (shown) shown.textContent = text;
  else document.getElementById("messages")?.append(Object.assign(document.createElement("div"), { id: "trouble", className: "toast toast-error", textContent: text }));
}

document.addEventListener("htmx:sendError", () => trouble("Planwright cannot be reached. What you see may be old."));
document.addEventListener("htmx:timeout", () => trouble("Planwright does not answer. What you see may be old."));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  trouble(status === 403 ? "Your role does not allow this." : `That did not work (${status}). Reload the page and try again.`);
});
document.addEventListener("htmx:afterOnLoad", () => document.getElementById("trouble")?.remove());
