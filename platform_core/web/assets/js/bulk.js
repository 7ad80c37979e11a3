// Check boxes of a table: all, a range by shift-click, the count, and “all that match” once the page is full.
let last = null;

function items(form) {
  return [...form.querySelectorAll("[data-bulk-item]:not(:disabled)")];
}

function refresh(form) {
  const all = items(form);
  const count = all.filter((item) => item.checked).length;
  const head = form.querySelector("[data-bulk-all]");
  if (head) {
    head.checked = count > 0 && count === all.length;
    head.indeterminate = count > 0 && count < all.length;
  }
  const bar = form.querySelector("[data-bulk-bar]");
  if (!bar) return;
  bar.hidden = count === 0;
  bar.querySelector("[data-bulk-count]").textContent = String(count);
  const everything = bar.querySelector("[data-bulk-everything]");
  if (!everything) return;
  everything.hidden = count < all.length;
  if (everything.hidden) everything.querySelector("input").checked = false;
}

function choose(item, event) {
  const form = item.closest("[data-bulk]");
  if (event.shiftKey && last && last !== item && form.contains(last)) {
    const all = items(form);
    const [from, to] = [all.indexOf(last), all.indexOf(item)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((other) => (other.checked = item.checked));
  }
  last = item;
}

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-bulk]");
  if (!form) return;
  if (event.target.matches("[data-bulk-item]")) choose(event.target, event);
  if (event.target.matches("[data-bulk-all]")) items(form).forEach((item) => (item.checked = event.target.checked));
  if (event.target.closest("[data-bulk-clear]")) items(form).forEach((item) => (item.checked = false));
  if (event.target.closest("[data-bulk-item], [data-bulk-all], [data-bulk-clear]")) refresh(form);
});

// Shift-click on a label selects text in some browsers.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest(".select-cell")) event.preventDefault();
});

function refreshAll(root) {
  const forms = root.matches?.("[data-bulk]") ? [root] : [...(root.querySelectorAll?.("[data-bulk]") ?? [])];
  const around = root.closest?.("[data-bulk]");
  if (around) forms.push(around);
  forms.forEach(refresh);
}

refreshAll(document);
addEventListener("pageshow", () => refreshAll(document));
document.addEventListener("htmx:load", (event) => refreshAll(event.target));
