// Shares that must make 100: their sum as one types. The server decides; this only shows.
"use strict";

for (const total of document.querySelectorAll("[data-share-total]")) {
  const form = total.closest("form");
  const shares = form.querySelectorAll("[data-share]");
  const show = () => {
    const hundredths = [...shares].reduce((sum, share) => sum + Math.round(Number(share.value || 0) * 100), 0);
    const whole = hundredths === 10000;
    total.dataset.whole = whole ? "yes" : "no";
    total.textContent = (whole ? total.dataset.right : total.dataset.wrong).replace("%s", String(hundredths / 100));
  };
  for (const share of shares) share.addEventListener("input", show);
  show();
}

// A long list to pick from: only what contains the typed words stays in sight.
document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-pick-filter]");
  if (!box) return;
  const bare = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
  const wanted = bare(box.value);
  for (const label of box.parentElement.querySelectorAll(".pick-list label")) {
    label.parentElement.hidden = !bare(label.textContent).includes(wanted);
  }
});
