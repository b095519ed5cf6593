// Draws the dashboard's pictures from the JSON beside them. The tables have the same figures:
// without this file nothing is missing but the pictures. Meaning never rests on colour alone:
// sets differ by shape (bar, hatched bar, dots, line, dashes) and are named in the legend.
"use strict";

(() => {
  const STILL = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const drawn = [];

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return {
      main: of("--tblr-primary"),
      soft: of("--office-muted"),
      strong: of("--office-yellow"),
      text: of("--office-muted"),
      line: of("--office-line"),
      panel: of("--office-panel"),
    };
  };

  // A small tile of lines or dots, so that a bar is told apart in grey too.
  const pattern = (kind, colour, ground) => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = ground;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = 1.6;
    pen.beginPath();
    if (kind === "dotted") pen.arc(4, 4, 1.4, 0, 2 * Math.PI);
    else for (const shift of [-8, 0, 8]) { pen.moveTo(shift, 8); pen.lineTo(shift + 8, 0); }
    if (kind === "dotted") pen.fill(); else pen.stroke();
    return pen.createPattern(tile, "repeat");
  };

  const dataset = (set, shades) => {
    const base = { label: set.label, data: set.values.map(Number) };
    if (set.style === "line" || set.style === "dashed") {
      const colour = set.style === "line" ? shades.strong : shades.soft;
      return {
        ...base, type: "line", borderColor: colour, backgroundColor: colour, borderWidth: 2,
        borderDash: set.style === "dashed" ? [6, 5] : [], pointRadius: 0, pointHitRadius: 8,
        pointStyle: "line", tension: 0, order: 0,
      };
    }
    const fill = set.style === "bar" ? shades.main : pattern(set.style, shades.main, shades.panel);
    return {
      ...base, type: "bar", backgroundColor: fill, borderColor: shades.main,
      borderWidth: set.style === "bar" ? 0 : 1, borderRadius: 3, maxBarThickness: 26, pointStyle: "rect", order: 1,
    };
  };

  // A dashed line stays dashed in the legend.
  const legend = (drawing) => Chart.defaults.plugins.legend.labels.generateLabels(drawing).map(
    (item) => ({ ...item, lineDash: drawing.data.datasets[item.datasetIndex].borderDash ?? [] }),
  );

  const options = (chart, shades) => {
    const language = document.documentElement.lang || "fr";
    const whole = new Intl.NumberFormat(language, { style: "currency", currency: chart.currency, maximumFractionDigits: 0 });
    const exact = new Intl.NumberFormat(language, { style: "currency", currency: chart.currency });
    const lying = chart.kind !== "series";
    const amounts = {
      beginAtZero: true, stacked: chart.kind === "stack", border: { display: false },
      grid: { color: shades.line }, ticks: { color: shades.text, maxTicksLimit: 6, callback: (value) => whole.format(value) },
    };
    const names = {
      stacked: chart.kind === "stack", grid: { display: false }, border: { color: shades.line },
      ticks: { color: shades.text, autoSkip: !lying, maxRotation: 0, callback(value) {
        const label = this.getLabelForValue(value);
        return lying && label.length > 22 ? `${label.slice(0, 21)}…` : label;
      } },
    };
    return {
      animation: STILL ? false : { duration: 250 },
      maintainAspectRatio: false,
      indexAxis: lying ? "y" : "x",
      interaction: { mode: "index", intersect: false, axis: lying ? "y" : "x" },
      scales: lying ? { x: amounts, y: names } : { x: names, y: amounts },
      plugins: {
        legend: { position: "bottom", labels: { color: shades.text, usePointStyle: true, pointStyleWidth: 26, generateLabels: legend } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${exact.format(item.raw)}` } },
      },
    };
  };

  const draw = () => {
    const shades = colours();
    for (const old of drawn.splice(0)) old.destroy();
    for (const figure of document.querySelectorAll("[data-chart]")) {
      const source = document.getElementById(figure.dataset.chart);
      if (!source) continue;
      const chart = JSON.parse(source.textContent);
      figure.hidden = false;
      if (chart.kind === "bars") {
        figure.querySelector(".board-canvas").style.height = `${5 + 3.4 * chart.labels.length}rem`;
      }
      drawn.push(new Chart(figure.querySelector("canvas"), {
        type: "bar",
        data: { labels: chart.labels, datasets: chart.sets.map((set) => dataset(set, shades)) },
        options: options(chart, shades),
      }));
    }
  };

  if (!window.Chart) return;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  draw();
  // Dark mode changes the shades: draw again with them.
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
