// Comforts of the offices. Every page works without this file; nothing here decides anything.
"use strict";

document.documentElement.classList.add("js");

const YEAR_SECONDS = 31536000;

// "/" goes to the search box, unless the person is typing somewhere.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("[data-global-search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-toggle]");
  if (theme) {
    const root = document.documentElement;
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = next;
    theme.setAttribute("aria-pressed", String(next === "dark"));
    document.cookie = `office-theme=${next};path=/;max-age=${YEAR_SECONDS};samesite=lax`;
  }
  const menu = event.target.closest("[data-menu-toggle]");
  if (menu) {
    const open = document.getElementById("menu").classList.toggle("open");
    menu.setAttribute("aria-expanded", String(open));
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const text = document.getElementById(copy.dataset.copy).textContent;
    navigator.clipboard.writeText(text).then(() => { copy.textContent = copy.dataset.done; });
  }
  for (const open of document.querySelectorAll("details[data-popup][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details[data-popup][open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// Unsaved changes: ask before leaving a form that was typed in.
const touched = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) touched.add(form);
});
document.addEventListener("submit", (event) => {
  touched.delete(event.target);
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
window.addEventListener("beforeunload", (event) => {
  if (touched.size) event.preventDefault();
});

// A form that came back as a comparison was not saved: leaving it loses what was typed.
for (const form of document.querySelectorAll("form[data-guard][data-unsaved]")) touched.add(form);

// A field may stand among another form's fields (the choice of columns among the filters): typing
// in it concerns its own form only.
document.addEventListener("input", (event) => {
  const around = event.target.closest("form");
  if (event.target.form && around && event.target.form !== around) event.stopPropagation();
}, true);

// "Choose all" of a selection form, and the number of rows concerned.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-select-all]");
  const form = event.target.closest("form");
  if (!form) return;
  const boxes = form.querySelectorAll("[data-select]");
  if (all) for (const box of boxes) box.checked = all.checked;
  const count = form.querySelector("[data-selected-count]");
  if (count) count.textContent = String([...boxes].filter((box) => box.checked).length);
});
