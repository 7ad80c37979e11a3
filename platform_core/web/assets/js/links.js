// The portal's links on a desktop: those that don't fit stand behind "More". Without us the row scrolls.
const row = document.querySelector("[data-fit]");

function fit() {
  const links = [...row.querySelectorAll(":scope > a")];
  const more = row.querySelector(":scope > details");
  links.forEach((link) => (link.hidden = false));
  more.hidden = row.scrollWidth <= row.clientWidth;
  more.open = false;
  for (const link of links.toReversed()) {
    if (more.hidden || row.scrollWidth <= row.clientWidth) break;
    link.hidden = true;
  }
  more.querySelectorAll("a").forEach((entry, at) => (entry.hidden = !links[at].hidden));
}

if (row) new ResizeObserver(fit).observe(row);
