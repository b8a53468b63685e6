// What is still being written is asked for again, until it has ended. Without this file a link is.
"use strict";

const WAIT_BETWEEN = 700;

const askAgain = async () => {
  const shown = document.getElementById("run");
  if (!shown || !shown.dataset.poll) return;
  try {
    const answered = await fetch(shown.dataset.poll);
    const page = new DOMParser().parseFromString(await answered.text(), "text/html");
    const now = page.getElementById("run");
    if (answered.ok && now && now.innerHTML !== shown.innerHTML) {
      const isWithin = shown.contains(document.activeElement);
      shown.replaceWith(now);
      if (isWithin) (now.querySelector("a") || document.getElementById("main")).focus();
    }
  } catch {
    return; // the link is still there
  }
  setTimeout(askAgain, WAIT_BETWEEN);
};

setTimeout(askAgain, WAIT_BETWEEN);
