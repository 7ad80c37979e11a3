// Copies what is shown once (keys, addresses).
import { showToast } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-button]");
  if (!button) return;
  const value = button.closest("[data-copy]").querySelector("[data-copy-value]");
  const words = document.getElementById("words").dataset;
  try {
    await navigator.clipboard.writeText(value.textContent);
    showToast(words.copied, "good");
  } catch {
    // No clipboard outside https: mark the text, the person presses Ctrl-C.
    getSelection().selectAllChildren(value);
    showToast(words.copyByHand, "info");
  }
});
