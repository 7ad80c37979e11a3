// Asks the server what the pad costs: totals, freight and refusals per line, while the person goes on typing.
import { parse, toMinor } from "./decimal.js";

const WAIT_MS = 300;

export class Quote {
  constructor(root, pad) {
    this.root = root;
    this.pad = pad;
    this.timer = 0;
    this.running = null;
  }

  /** Asks once the typing pauses; an older question still on its way is dropped. */
  soon() {
    if (!this.root.dataset.quoteUrl) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    this.running?.abort();
    // A line that is not a number can't be asked about; its refusal is shown already.
    const sent = [...this.pad.lines].filter(([, line]) => parse(line.quantity)).map(([sku, line]) => ({ sku, quantity: line.quantity, pack: line.pack ?? "" }));
    if (!sent.length) return this.clear();
    this.running = new AbortController();
    this.root.classList.add("htmx-request");
    try {
      const answer = await fetch(this.root.dataset.quoteUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token() },
        credentials: "same-origin",
        body: JSON.stringify({ lines: sent, fields: this.fields() }),
        signal: this.running.signal,
      });
      this.take(answer.ok, await answer.json(), sent);
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.say(this.root.dataset.wordOffline);
    }
    this.root.classList.remove("htmx-request");
  }

  token() {
    return document.querySelector('meta[name="csrf-token"]')?.content ?? this.root.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  fields() {
    const fields = {};
    for (const field of this.root.querySelectorAll("[data-quote][name], [data-quote] [name]")) {
      if (field.matches("[type=radio], [type=checkbox]") && !field.checked) continue;
      fields[field.name] = field.value;
    }
    return fields;
  }

  clear() {
    this.running = null;
    this.pad.swaps.clear();
    this.pad.swaps.elsewhere(this.root.querySelector("[data-pad-swaps-elsewhere]"));
    this.root.classList.remove("htmx-request");
    for (const name of ["discount", "freight", "fee", "tax"]) this.pad.show(name, "");
    this.extras([]);
    this.note("");
    this.say("");
  }

  take(fine, body, sent) {
    this.pad.serverErrors = new Map();
    this.pad.serverHints = new Map();
    this.pad.swaps.clear();
    const general = [];
    for (const line of body.lines ?? []) {
      if (line.swaps) this.pad.swaps.take(line.sku, line.swaps);
      if (line.error) this.pad.serverErrors.set(line.sku, line.error);
      if (line.hint) this.pad.serverHints.set(line.sku, line.hint);
    }
    for (const error of body.errors ?? []) {
      const line = sent[Number(/^\/lines\/(\d+)/.exec(error.pointer ?? "")?.[1])];
      if (line) this.pad.serverErrors.set(line.sku, error.message);
      else general.push(error.message);
    }
    this.pad.refresh(false);
    if (fine) this.totals(body);
    else if (!general.length && !this.pad.serverErrors.size) general.push(body.detail || this.root.dataset.wordOffline);
    if (body.message) general.push(body.message);
    const elsewhere = this.elsewhere();
    if (elsewhere) general.push(this.root.dataset.wordOffPage.replace("{n}", String(elsewhere)));
    this.say(general.join(" "));
    this.note(body.freight_note ?? "");
    this.extras([...(body.extras ?? []), ...this.hintsElsewhere()]);
    this.pad.swaps.elsewhere(this.root.querySelector("[data-pad-swaps-elsewhere]"));
  }

  elsewhere() {
    const here = new Set(this.pad.rows().map((row) => row.dataset.padRow));
    return [...this.pad.serverErrors.keys()].filter((sku) => !here.has(sku)).length;
  }

  /** What is granted less than asked on other pages of the goods; those with proposals are told with these. */
  hintsElsewhere() {
    const here = new Set(this.pad.rows().map((row) => row.dataset.padRow));
    const told = [...this.pad.serverHints].filter(([sku]) => !here.has(sku) && !this.pad.swaps.found.has(sku));
    return told.slice(0, 5).map(([, hint]) => hint);
  }

  totals(body) {
    // The goods before discounts stand beside what is taken off, so that the panel adds up.
    const discount = toMinor(parse(body.discount ?? "0"), this.pad.exponent);
    this.pad.show("discount", discount ? this.pad.money(-discount) : "");
    this.pad.show("goods", this.pad.money(toMinor(parse(body.goods), this.pad.exponent) + discount));
    for (const name of ["freight", "fee", "tax", "total"]) {
      const amount = body[name] === undefined || body[name] === null ? null : parse(body[name]);
      const idle = amount?.digits === 0n && (name === "fee" || name === "tax");
      if (amount) this.pad.show(name, idle ? "" : this.pad.money(toMinor(amount, this.pad.exponent)));
    }
    for (const [name, place] of [["weight_kg", "weight"], ["quantity", "quantity"]]) {
      const number = body[name] === undefined ? null : parse(body[name]);
      if (number) this.pad.show(place, this.pad.number(number));
    }
  }

  say(sentence) {
    this.root.querySelector("[data-pad-message]").textContent = sentence;
  }

  /** What promotions do to the order, a line each. */
  extras(sentences) {
    const place = this.root.querySelector("[data-pad-extras]");
    place.replaceChildren(...sentences.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    place.hidden = !sentences.length;
  }

  note(sentence) {
    const place = this.root.querySelector("[data-pad-note]");
    place.textContent = sentence;
    place.hidden = !sentence;
  }
}
