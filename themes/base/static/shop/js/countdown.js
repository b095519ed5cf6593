// Counts down the time places are kept. Seen: minutes and seconds. Heard: a sentence at 10, 5, 2 and 1 minutes,
// so that a screen reader is not interrupted every second. At zero the page asks the server what is still kept.

const SPOKEN_AT = [600, 300, 120, 60];

function words(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return minutes > 0 ? `${minutes} min ${rest} s` : `${seconds} s`;
}

function start(box) {
  const seen = box.querySelector("[data-seen]");
  const heard = box.querySelector("[data-heard]");
  const end = performance.now() + Number(box.dataset.seconds) * 1000;
  let previous = Number(box.dataset.seconds);
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    seen.textContent = words(left);
    const due = SPOKEN_AT.find((mark) => previous > mark && left <= mark);
    if (due && heard) {
      heard.textContent = box.dataset[`at${due / 60}`] ?? "";
    }
    box.classList.toggle("countdown--short", left <= 120);
    previous = left;
    if (left === 0) {
      clearInterval(timer);
      location.assign(box.dataset.after);
    }
  }, 1000);
}

for (const box of document.querySelectorAll(".countdown[data-seconds]")) start(box);
