// The order pad: a keyboard grid with totals that are exact here and confirmed by the server.
import { add, compare, grouped, isMultiple, parse, places, plain, times, toMinor } from "./decimal.js";
import { recall, remember } from "./pad-memory.js";
import { Quote } from "./pad-quote.js";
import { Swaps } from "./pad-swaps.js";

const FACTS = ["price", "tiers", "weight", "available", "multiple", "minimum", "places", "unit", "share", "sales"];
const NOTHING = { digits: 0n, scale: 0 };

class OrderPad {
  constructor(root) {
    this.root = root;
    this.form = root.querySelector("form[method=post]");
    this.key = root.dataset.key || location.pathname;
    this.exponent = Number(root.dataset.exponent);
    this.lines = recall(this.key);
    this.serverErrors = new Map();
    this.serverHints = new Map();
    // “¥0.01” says how this language writes an amount: what stands before and after, and its point.
    const one = root.dataset.one;
    const number = /0*[.,]?0*1/.exec(one)?.[0] ?? "1";
    this.before = one.slice(0, one.indexOf(number));
    this.after = one.slice(one.indexOf(number) + number.length);
    this.point = this.exponent ? number.replace(/\d/g, "") || "." : ".";
    this.comma = this.point === "," ? "\u00a0" : ",";
    this.swaps = new Swaps(this);
    this.quote = new Quote(root, this);
    this.listen();
    this.takeRows();
    this.refresh();
  }

  rows() {
    return [...this.root.querySelectorAll("[data-pad-row]")];
  }

  input(row) {
    return row.querySelector("[data-pad-input]");
  }

  /** The choice of unit or pack, where the SKU has packs. */
  pack(row) {
    return row.querySelector("[data-pad-pack]");
  }

  listen() {
    this.root.addEventListener("input", (event) => {
      if (event.target.matches("[data-pad-input]")) this.typed(event.target.closest("[data-pad-row]"));
      else if (event.target.closest("[data-quote]")) this.quote.soon();
    });
    this.root.addEventListener("change", (event) => {
      if (event.target.matches("[data-pad-pack]")) this.typed(event.target.closest("[data-pad-row]"));
      else if (event.target.closest("[data-pad-shop]")) this.orderFor(event.target.value);
      if (event.target.closest("[data-quote]")) this.quote.soon();
    });
    this.root.addEventListener("keydown", (event) => event.target.matches("[data-pad-input], [data-pad-pack]") && this.pressed(event));
    this.root.addEventListener("focusin", (event) => event.target.matches("[data-pad-input]") && event.target.select());
    // Enter beside a bundle adds that bundle.
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("[data-pad-bundle]")) return;
      event.preventDefault();
      event.target.closest("tr").querySelector("button[name=bundle]").click();
    });
    this.form.addEventListener("submit", (event) => this.submit(event));
    // In the search, Enter and arrow down go to the first line of what was found.
    this.root.addEventListener("keydown", (event) => {
      if (!event.target.matches("[data-pad-search-input]") || event.key !== "ArrowDown") return;
      event.preventDefault();
      this.move(null, 1);
    });
    document.addEventListener("htmx:afterSettle", () => this.root.isConnected && (this.takeRows(), this.paint()));
  }

  /** Rows that just came: what was typed earlier goes into them; what the server filled in is taken as typed. */
  takeRows() {
    for (const row of this.rows()) {
      if (row.dataset.taken !== undefined) continue;
      row.dataset.taken = "";
      const input = this.input(row);
      const kept = this.lines.get(row.dataset.padRow);
      if (input.value === "" && kept) this.restore(row, kept);
      if (input.value !== "") this.keep(row, input.value);
    }
  }

  /** What was typed before; a pack that is gone, or holds another number now, is told in base units. */
  restore(row, kept) {
    const options = [...(this.pack(row)?.options ?? [])];
    const same = options.find((option) => option.value === (kept.pack ?? "") && option.dataset.units === (kept.units ?? "1"));
    if (same) same.selected = true;
    const count = same || !kept.pack ? null : this.count(kept);
    this.input(row).value = count ? plain(count) : kept.quantity;
  }

  keep(row, quantity) {
    const facts = Object.fromEntries(FACTS.map((name) => [name, row.dataset[name] ?? ""]));
    const option = this.pack(row)?.selectedOptions[0];
    // A line that came from a bundle keeps its part of the bundle's sales price when its row is read again.
    const sales = facts.sales || this.lines.get(row.dataset.padRow)?.sales || "";
    this.lines.set(row.dataset.padRow, { ...facts, sales, quantity, pack: option?.value ?? "", units: option?.dataset.units ?? "1" });
  }

  /** How many base units a line asks for; null for what is not a number. */
  count(line) {
    const [quantity, units] = [parse(line.quantity), parse(line.units ?? "1")];
    return quantity && units && times(quantity, units);
  }

  /** What a line is granted of it: no more than is left of the dealer's share, where the SKU is shared out. */
  granted(line) {
    const count = this.count(line);
    const share = line.share ? parse(line.share) : null;
    return count && share && compare(count, share) > 0 ? share : count;
  }

  /** Another shop of the dealer orders: searches, pages and pasted lines stay with it. */
  orderFor(shop) {
    document.querySelectorAll("input[type=hidden][name=shop]").forEach((input) => (input.value = shop));
  }

  typed(row) {
    const sku = row.dataset.padRow;
    // A full-width figure is a figure: Chinese keyboards type it.
    const text = this.input(row).value.normalize("NFKC").replace(/[\s,]/g, "");
    if (text === "" || parse(text)?.digits === 0n) this.lines.delete(sku);
    else this.keep(row, text);
    this.serverErrors.delete(sku);
    this.serverHints.delete(sku);
    this.swaps.forget(sku);
    this.refresh();
  }

  /** A line as if it had been typed, in base units; 0 takes it away. Its row may be on another page. */
  set(sku, quantity, facts) {
    const row = this.rows().find((one) => one.dataset.padRow === sku);
    if (quantity.digits === 0n) this.lines.delete(sku);
    else this.lines.set(sku, { ...(this.lines.get(sku) ?? facts), quantity: plain(quantity), pack: "", units: "1" });
    if (!row) return;
    this.input(row).value = quantity.digits === 0n ? "" : plain(quantity);
    if (this.pack(row)) this.pack(row).value = "";
  }

  pressed(event) {
    if (event.isComposing) return;
    const row = event.target.closest("[data-pad-row]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.form.requestSubmit();
    // In the choice of packs the arrows choose.
    if (event.key !== "Enter" && event.target.matches("[data-pad-pack]")) return;
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      this.move(row, 1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      this.move(row, -1);
    } else if (event.key === "Escape" && event.target.value !== "") {
      event.preventDefault();
      event.target.value = "";
      this.typed(row);
    }
  }

  move(row, step) {
    const all = this.rows();
    const next = all[row ? all.indexOf(row) + step : 0];
    if (next) this.input(next).focus();
    // Below the last line stands what the pad is for.
    else if (row && step > 0) this.form.querySelector(".pad-actions .btn-primary")?.focus();
  }

  /** Why a line can't be ordered as typed, or nothing. The server decides; this only says it sooner. */
  refusal(line) {
    const unit = line.pack ? ` ${line.unit}` : "";
    const say = (name, n) => this.root.dataset[`word${name}`].replace("{n}", n === undefined ? "" : this.number(n) + unit);
    const quantity = this.count(line);
    if (!quantity || quantity.digits < 0n) return say("Number");
    if (places(quantity) > 0 && !Number(line.places || 0)) return say("Whole");
    if (places(quantity) > Number(line.places || 0)) return say("Places", parse(String(line.places || 0)));
    const [multiple, minimum, available] = [line.multiple, line.minimum, line.available].map((fact) => (fact ? parse(fact) : null));
    if (minimum && compare(quantity, minimum) < 0) return say("Minimum", minimum);
    if (multiple && !isMultiple(quantity, multiple)) return say("Multiple", multiple);
    if (available && compare(quantity, available) > 0) return say("Available", available);
    return "";
  }

  number(decimal) {
    return grouped(decimal, this);
  }

  money(minor) {
    const size = minor < 0n ? -minor : minor;
    const text = grouped({ digits: size, scale: this.exponent }, { point: this.point, comma: this.comma, least: this.exponent });
    return (minor < 0n ? "-" : "") + this.before + text + this.after;
  }

  /** The unit price for a quantity: the last tier that it reaches, as in “100:7.5 500:7”. */
  price(line, quantity) {
    const reached = (line.tiers || "").split(" ").map((tier) => tier.split(":")).filter(([from]) => from && compare(quantity, parse(from)) >= 0);
    return reached.at(-1)?.[1] ?? line.price;
  }

  amount(line) {
    const quantity = this.granted(line);
    const price = quantity && parse(this.price(line, quantity));
    return price && quantity ? toMinor(times(price, quantity), this.exponent) : 0n;
  }

  refresh(ask = true) {
    this.paint();
    this.totals();
    remember(this.key, this.lines);
    if (ask) this.quote.soon();
  }

  paint() {
    for (const row of this.rows()) {
      const line = this.lines.get(row.dataset.padRow);
      const error = line ? this.refusal(line) || this.serverErrors.get(row.dataset.padRow) || "" : "";
      const input = this.input(row);
      row.classList.toggle("has-quantity", Boolean(line));
      row.querySelector("[data-pad-amount]").textContent = line ? this.money(this.amount(line)) : "";
      const count = line?.pack ? this.count(line) : null;
      row.querySelector("[data-pad-base]").textContent = count ? `= ${this.number(count)} ${line.unit}` : "";
      row.querySelector(".pad-error").textContent = error;
      row.querySelector(".pad-line-hint").textContent = line && !error ? this.serverHints.get(row.dataset.padRow) ?? "" : "";
      this.swaps.paint(row, Boolean(line));
      if (error) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }

  totals() {
    let [quantity, weight, goods] = [NOTHING, NOTHING, 0n];
    for (const line of this.lines.values()) {
      const count = this.granted(line);
      if (!count) continue;
      quantity = add(quantity, count);
      weight = add(weight, times(count, parse(line.weight || "0") ?? NOTHING));
      goods += this.amount(line);
    }
    this.show("lines", String(this.lines.size));
    this.show("quantity", this.number(quantity));
    this.show("weight", this.number(weight));
    this.show("goods", this.money(goods));
    this.show("total", this.money(goods));
  }

  show(name, text) {
    const place = this.root.querySelector(`[data-pad-total="${name}"]`);
    if (place) place.textContent = text;
    const part = place?.closest("[data-pad-part]");
    if (part) part.hidden = !text;
  }

  /** Lines typed on other pages of the pad go along as hidden inputs. */
  submit(event) {
    this.form.querySelectorAll("input[data-pad-carried]").forEach((input) => input.remove());
    const here = new Set(this.rows().map((row) => row.dataset.padRow));
    for (const row of this.rows()) {
      const line = this.lines.get(row.dataset.padRow);
      if (line) this.input(row).value = plain(parse(line.quantity) ?? NOTHING) === "0" ? line.quantity : plain(parse(line.quantity));
    }
    for (const [sku, line] of this.lines) {
      if (line.sales && !this.form.elements[`sales-${sku}`]) this.carry(`sales-${sku}`, line.sales);
      if (here.has(sku)) continue;
      this.carry(`quantity-${sku}`, line.quantity);
      if (line.pack) this.carry(`pack-${sku}`, line.pack);
    }
    const wrong = this.rows().find((row) => this.input(row).getAttribute("aria-invalid") === "true");
    if (!wrong) return;
    event.preventDefault();
    this.input(wrong).focus();
  }

  carry(name, value) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    input.dataset.padCarried = "";
    this.form.append(input);
  }
}

document.querySelectorAll("[data-order-pad]").forEach((root) => new OrderPad(root));

