// Messages in the corner: good ones leave by themselves, errors stay until closed.
const STAY_MS = 6000;

/** Shows a sentence; `tone` is one of the stylesheet's tones. */
export function showToast(sentence, tone = "info") {
  const area = document.getElementById("toasts");
  if (!area || !sentence) return;
  const box = document.createElement("div");
  box.className = `toast-box tone-${tone}`;
  box.dataset.toast = tone;
  const text = document.createElement("div");
  text.className = "toast-text";
  text.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button toast-close";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", area.dataset.close);
  close.textContent = "×";
  box.append(text, close);
  area.append(box);
  leaveLater(box);
}

function leaveLater(box) {
  if (box.dataset.toast === "bad" || box.dataset.toast === "warn") return;
  setTimeout(() => (box.matches(":hover, :focus-within") ? leaveLater(box) : box.remove()), STAY_MS);
}

/** Starts the clocks of the messages that came with the page, and the close buttons of all. */
export function watchToasts() {
  document.querySelectorAll("[data-toast]").forEach(leaveLater);
  document.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove());
}
