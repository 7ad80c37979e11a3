// What the supplier proposes instead of a line that is short: one click swaps the rest or the whole line.
import { add, parse } from "./decimal.js";

const ZERO = { digits: 0n, scale: 0 };

export class Swaps {
  constructor(pad) {
    this.pad = pad;
    this.found = new Map();
  }

  clear() {
    this.found.clear();
  }

  take(sku, swaps) {
    this.found.set(sku, swaps);
  }

  forget(sku) {
    this.found.delete(sku);
  }

  /** Under the name of a row that is here. */
  paint(row, isAsked) {
    const place = row.querySelector("[data-pad-swaps]");
    if (place) this.draw(place, isAsked ? [row.dataset.padRow] : []);
  }

  /** In the foot, for lines that stand on other pages of the goods. */
  elsewhere(place) {
    const here = new Set(this.pad.rows().map((row) => row.dataset.padRow));
    if (place) this.draw(place, [...this.found.keys()].filter((sku) => !here.has(sku)));
  }

  draw(place, skus) {
    const known = skus.filter((sku) => this.found.has(sku));
    // Drawn anew only when something changed: a click must not lose its button, nor a reader its place.
    const key = JSON.stringify(known.map((sku) => this.found.get(sku)));
    if (place.dataset.drawn === key) return;
    place.dataset.drawn = key;
    place.replaceChildren(...known.flatMap((sku) => this.block(sku)));
    place.hidden = !known.length;
  }

  block(sku) {
    const { reason, keep, options } = this.found.get(sku);
    const list = document.createElement("ul");
    list.append(...options.map((option) => this.line(sku, keep, option)));
    return [Object.assign(document.createElement("p"), { textContent: reason }), list];
  }

  line(sku, keep, option) {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const name = Object.assign(document.createElement("b"), { textContent: option.name });
    words.append(name, ` · ${option.says}`);
    item.append(words);
    if (option.rest) item.append(this.button(option.rest_text, () => this.swap(sku, keep, option, option.rest)));
    if (option.whole) item.append(this.button(option.whole_text, () => this.swap(sku, "0", option, option.whole)));
    return item;
  }

  button(text, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: text });
    button.addEventListener("click", act);
    return button;
  }

  /** `keep` is what stays of the short line; nothing said, it stays as it is, so that its demand is noted. */
  swap(sku, keep, option, quantity) {
    const pad = this.pad;
    if (keep !== "") pad.set(sku, parse(keep), {});
    const before = pad.lines.has(option.sku) ? pad.count(pad.lines.get(option.sku)) : null;
    pad.set(option.sku, add(before ?? ZERO, parse(quantity)), option.facts);
    for (const one of [sku, option.sku]) {
      pad.serverErrors.delete(one);
      pad.serverHints.delete(one);
    }
    this.forget(sku);
    pad.refresh();
  }
}
