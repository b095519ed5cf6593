// The booking panel between two answers of the server: plus and minus buttons and the running total.
// The server prices again when places are kept; this total only follows the fingers.
// Listens on the document, because htmx replaces the whole panel.

import { printAmount } from "./money.js";

function clamp(input, value) {
  const least = Number(input.min || 0);
  const most = input.max === "" ? Infinity : Number(input.max);
  return Math.min(most, Math.max(least, Number.isFinite(value) ? Math.trunc(value) : least));
}

function showLimits(stepper) {
  const input = stepper.querySelector("input");
  const value = Number(input.value);
  for (const button of stepper.querySelectorAll("[data-step]")) {
    button.disabled = clamp(input, value + Number(button.dataset.step)) === value;
  }
}

function addUp(panel) {
  let total = 0;
  let struck = 0;
  let currency = "";
  for (const stepper of panel.querySelectorAll(".stepper")) {
    if (stepper.dataset.unit === "") return null;
    const quantity = Number(stepper.querySelector("input").value) || 0;
    total += quantity * Number(stepper.dataset.unit);
    struck += quantity * Number(stepper.dataset.struck || stepper.dataset.unit);
    currency = stepper.dataset.currency || currency;
  }
  return currency ? { total, struck, currency } : null;
}

function showTotal(panel) {
  const target = panel.querySelector("[data-total]");
  const sum = addUp(panel);
  if (!target || !sum) return;
  target.textContent = printAmount(sum.total, sum.currency, panel.dataset.language);
  const struck = panel.querySelector("[data-struck-total]");
  if (struck) struck.textContent = printAmount(sum.struck, sum.currency, panel.dataset.language);
  const button = panel.querySelector(".booking__end .button--primary");
  const people = [...panel.querySelectorAll(".stepper__input")].reduce((all, input) => all + Number(input.value), 0);
  const chosen = panel.querySelector("input[name=departure]:checked");
  if (button) button.disabled = people === 0 || !chosen;
}

function refresh(panel) {
  for (const stepper of panel.querySelectorAll(".stepper")) showLimits(stepper);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".stepper [data-step]");
  if (!button) return;
  const stepper = button.closest(".stepper");
  const input = stepper.querySelector("input");
  input.value = clamp(input, Number(input.value) + Number(button.dataset.step));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  const input = event.target.closest(".stepper__input");
  if (!input) return;
  input.value = clamp(input, Number(input.value));
  const panel = input.closest(".booking");
  showLimits(input.closest(".stepper"));
  if (panel) showTotal(panel);
});

// After a day was chosen the panel is new: the focus goes back to that day, or to the month's name.
for (const name of ["htmx:afterSwap", "htmx:after:swap"]) {
  document.addEventListener(name, () => {
    const panel = document.getElementById("booking");
    if (!panel) return;
    refresh(panel);
    panel.querySelector(".times")?.scrollIntoView({ block: "nearest" });
    if (document.activeElement === document.body) {
      panel.querySelector("[aria-current=date]")?.focus({ preventScroll: true });
    }
  });
}

for (const panel of document.querySelectorAll(".booking")) refresh(panel);
for (const stepper of document.querySelectorAll(".cart .stepper")) showLimits(stepper);
