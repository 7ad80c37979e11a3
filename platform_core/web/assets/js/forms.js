// Forms: filters that submit themselves, one submission at a time, files by drag and drop.
const TYPING_MS = 350;
const timers = new WeakMap();

/** A form with a field named “method” hides its own property of that name. */
function methodOf(form) {
  return (form.getAttribute("method") ?? "get").toLowerCase();
}

function submitFilters(form) {
  clearTimeout(timers.get(form));
  form.requestSubmit();
}

document.addEventListener("change", (event) => {
  // The form that owns the field: one in a menu among the filters may belong to another.
  const form = event.target.form?.closest("[data-auto-submit]");
  if (form && !event.target.matches("[type=search], [type=text]")) submitFilters(form);
  if (event.target.matches?.("[data-drop] input[type=file]")) nameFiles(event.target);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-auto-submit]");
  if (!form || !event.target.matches("[type=search]") || event.isComposing) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => submitFilters(form), TYPING_MS));
});

// A search that reloads the page puts the caret back where it was.
const KEEP = "dd-search-focus";
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-auto-submit]") && form.contains(document.activeElement) && document.activeElement.type === "search") {
    sessionStorage.setItem(KEEP, location.pathname);
  }
});
if (sessionStorage.getItem(KEEP) === location.pathname) {
  const field = document.querySelector("form[data-auto-submit] [type=search]");
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}
sessionStorage.removeItem(KEEP);

// Empty fields would only lengthen the address of a list.
document.addEventListener("formdata", (event) => {
  if (methodOf(event.target) !== "get") return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  const joined = event.target.dataset.joined;
  if (joined) event.formData.set(joined, event.formData.getAll(joined).join(","));
});

// Submit once. Bubble phase and a turn later, so that whoever refuses the submit or reads the pressed button comes first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (methodOf(form) !== "post" || form.dataset.noOnce !== undefined) return;
  if (form.dataset.inFlight !== undefined) return event.preventDefault();
  setTimeout(() => {
    if (event.defaultPrevented && !form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return;
    form.dataset.inFlight = "";
    event.submitter?.setAttribute("aria-busy", "true");
  }, 0);
});

function landed(form) {
  delete form.dataset.inFlight;
  form.querySelectorAll('[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
}

document.addEventListener("htmx:afterRequest", (event) => event.target.matches?.("form") && landed(event.target));
// The back button shows the page as it was left: in flight.
addEventListener("pageshow", () => document.querySelectorAll("form[data-in-flight]").forEach(landed));

function nameFiles(input) {
  const label = input.closest("[data-drop]").querySelector("[data-drop-name]");
  label.dataset.empty ??= label.textContent;
  const names = [...input.files].map((file) => `${file.name} (${size(file.size)})`);
  label.textContent = names.join(", ") || label.dataset.empty;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const kilo = bytes / 1024;
  return kilo < 1024 ? `${Math.ceil(kilo)} KB` : `${(kilo / 1024).toFixed(1)} MB`;
}

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", name === "dragover");
    if (name !== "drop" || !event.dataTransfer.files.length) return;
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// `/` jumps to the search of the page, as it does in the pad.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([data-pad-input]), textarea, select, [contenteditable]")) return;
  const field = document.querySelector("[data-pad-search-input]") ?? document.querySelector(".content [type=search]") ?? document.querySelector("[type=search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
