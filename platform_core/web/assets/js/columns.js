// A column of figures to type in: Enter and the arrows go from row to row, as in a sheet.
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.isComposing || !input.matches?.("input[data-down]") || event.ctrlKey || event.metaKey) return;
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...input.form.querySelectorAll("input[data-down]")];
  const next = all[all.indexOf(input) + step];
  if (next) {
    next.focus();
    next.select();
  } else if (step > 0) {
    input.form.querySelector("[data-down-end]")?.focus();
  }
});
