// Sets up htmx: the CSRF header, and a sentence when an answer is an error. Its other settings stand in a <meta>.
import htmx from "htmx.org";
import { showToast } from "./toasts.js";

window.htmx = htmx;

/** The token of this page, for htmx and for fetch. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

function words(name) {
  return document.getElementById("words")?.dataset[name] ?? "";
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

/** What an error answer tells: a problem's `detail`, or the sentence our error pages mark. */
function sentenceOf(request) {
  const kind = request.getResponseHeader("Content-Type") ?? "";
  if (kind.includes("json")) {
    try {
      return JSON.parse(request.responseText).detail;
    } catch {
      return "";
    }
  }
  if (!kind.includes("html") || request.status >= 500) return "";
  return new DOMParser().parseFromString(request.responseText, "text/html").querySelector("[data-sentence]")?.textContent.trim();
}

document.addEventListener("htmx:responseError", (event) => {
  const request = event.detail.xhr;
  if (request.status === 401) return window.location.reload();
  showToast(sentenceOf(request) || words("failed"), "bad");
});

// A refusal that no page showed at its field is a whole page: its sentence becomes a toast, the page stays as it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  const request = event.detail.xhr;
  if (request.status !== 422 || !/^\s*<!doctype/i.test(request.responseText)) return;
  event.detail.shouldSwap = false;
  showToast(sentenceOf(request) || words("failed"), "bad");
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => showToast(words("offline"), "bad"));
}
