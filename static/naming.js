// Beside forms: a suggested name is taken with one click, and a pattern is tried while it is written.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-use-name]");
  const field = document.getElementById("id_name");
  if (!button || !field) return;
  field.value = button.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

const pattern = document.getElementById("id_pattern");
const text = document.getElementById("id_try_text");
const said = document.querySelector("[data-pattern-says]");

function verdict() {
  if (!pattern.value || !text.value) return "";
  try {
    return new RegExp(pattern.value, "u").test(text.value) ? "✓ The pattern fits this text." : "✗ The pattern does not fit this text.";
  } catch {
    return "This is no regular expression.";
  }
}

if (pattern && text && said) {
  [pattern, text].forEach((field) => field.addEventListener("input", () => { said.textContent = verdict(); }));
}
