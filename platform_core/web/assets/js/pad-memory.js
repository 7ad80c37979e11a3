// Quantities typed into an order pad live in the browser until the order is placed; a pad has a key of its own.
const PREFIX = "dd-pad:";
const KEEP_MS = 7 * 24 * 3600 * 1000;

/** What was typed: sku → {quantity, pack, and the facts needed for totals when its row is not on the page}. */
export function recall(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
    if (kept && Date.now() - kept.at < KEEP_MS) return new Map(Object.entries(kept.lines));
  } catch {
    // Unreadable or forbidden storage: the pad starts empty.
  }
  return new Map();
}

/** Keeps the lines, or forgets the pad when there are none. */
export function remember(key, lines) {
  try {
    if (lines.size) localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), lines: Object.fromEntries(lines) }));
    else localStorage.removeItem(PREFIX + key);
  } catch {
    // A full or forbidden storage costs only the survival of a reload.
  }
}

/** A page that shows a placed order names the pad it came from. */
export function forgetPlacedPads(root) {
  root.querySelectorAll("[data-order-pad-clear]").forEach((mark) => remember(mark.dataset.orderPadClear, new Map()));
}
