// Draws the bars of a simulation's result. The table beside each picture holds the same numbers,
// so that nothing is lost where this does not run.
"use strict";

for (const canvas of document.querySelectorAll("canvas[data-bars]")) {
  const { currency, labels, values } = JSON.parse(document.getElementById(canvas.dataset.bars).textContent);
  const style = getComputedStyle(document.documentElement);
  const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  // One line of height a bar, so that two bars are not as thick as ten.
  canvas.parentElement.style.blockSize = `${4 + 2.2 * labels.length}rem`;
  const amounts = values.map(Number);
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
  const muted = colour("--office-muted", "#666");
  new Chart(canvas, {
    type: "bar",
    data: {
      labels,
      datasets: [{
        data: amounts,
        backgroundColor: amounts.map((amount) => (
          amount < 0 ? colour("--office-red", "#b3261e") : colour("--tblr-primary", "#1f5fa8"))),
        maxBarThickness: 22,
      }],
    },
    options: {
      indexAxis: "y",
      maintainAspectRatio: false,
      animation: false,
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { label: (bar) => money.format(bar.parsed.x) } },
      },
      scales: {
        x: { ticks: { color: muted, callback: (amount) => money.format(amount), maxTicksLimit: 5 } },
        y: { ticks: { color: muted } },
      },
    },
  });
}
