// Comforts of tables in which many rows are changed at once. Without this file boxes, fields and
// buttons work as they are; here: ranges with shift, arrow keys, the count, and one box for all.
"use strict";

let last = null;

function boxes() {
  return [...document.querySelectorAll("[data-select]")];
}

function count() {
  const ticked = boxes().filter((box) => box.checked).length;
  for (const place of document.querySelectorAll("[data-selected-count]")) {
    place.textContent = String(ticked);
  }
  for (const box of boxes()) box.closest("tr").classList.toggle("row-ticked", box.checked);
  const all = document.querySelector("[data-select-page]");
  if (!all) return;
  all.hidden = boxes().length === 0;
  all.checked = ticked > 0 && ticked === boxes().length;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-select]");
  if (!box) return;
  const found = boxes();
  if (event.shiftKey && last && found.includes(last)) {
    const [from, to] = [found.indexOf(last), found.indexOf(box)].sort((a, b) => a - b);
    for (const one of found.slice(from, to + 1)) one.checked = box.checked;
  }
  last = box;
  count();
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest("[data-select]");
  if (!box || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const found = boxes();
  const next = found[found.indexOf(box) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  if (event.shiftKey) next.checked = box.checked;
  next.focus();
  last = next;
  count();
});

document.addEventListener("change", (event) => {
  const page = event.target.closest("[data-select-page]");
  if (page) for (const box of boxes()) box.checked = page.checked;
  if (page || event.target.closest("[data-select]")) count();
});

// The table is replaced while filters are typed: typed new values stay.
const kept = new Map();
document.addEventListener("htmx:beforeSwap", () => {
  for (const field of document.querySelectorAll(".edit-row [name]")) kept.set(field.name, field.value);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const field of document.querySelectorAll(".edit-row [name]")) {
    if (kept.has(field.name)) field.value = kept.get(field.name);
  }
  count();
});

count();
