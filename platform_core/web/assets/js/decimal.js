// Exact decimal arithmetic on strings by BigInt: the same numbers as the server's, never a float.

/** A decimal as {digits, scale}: digits / 10^scale; null for what is not a number. */
export function parse(text) {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(String(text).trim());
  if (!found || !(found[2] || found[3])) return null;
  const fraction = found[3] ?? "";
  const digits = BigInt((found[2] || "0") + fraction);
  return { digits: found[1] === "-" ? -digits : digits, scale: fraction.length };
}

function power(places) {
  return 10n ** BigInt(places);
}

/** Sum of two decimals. */
export function add(one, other) {
  const scale = Math.max(one.scale, other.scale);
  return { digits: one.digits * power(scale - one.scale) + other.digits * power(scale - other.scale), scale };
}

/** Product of two decimals, exact. */
export function times(one, other) {
  return { digits: one.digits * other.digits, scale: one.scale + other.scale };
}

/** Whole minor units of an amount: half up, away from zero, the one rounding point of a line. */
export function toMinor(amount, exponent) {
  if (amount.scale <= exponent) return amount.digits * power(exponent - amount.scale);
  const unit = power(amount.scale - exponent);
  const size = amount.digits < 0n ? -amount.digits : amount.digits;
  const rounded = (size * 2n + unit) / (unit * 2n);
  return amount.digits < 0n ? -rounded : rounded;
}

/** -1, 0 or 1. */
export function compare(one, other) {
  const difference = add(one, { digits: -other.digits, scale: other.scale }).digits;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether one is a whole multiple of the other. */
export function isMultiple(one, other) {
  if (other.digits === 0n) return true;
  const scale = Math.max(one.scale, other.scale);
  return (one.digits * power(scale - one.scale)) % (other.digits * power(scale - other.scale)) === 0n;
}

/** Digits needed after the point. */
export function places(decimal) {
  return plain(decimal).split(".")[1]?.length ?? 0;
}

/** `1234.5`: a point, no idle zeros. */
export function plain(decimal) {
  const size = (decimal.digits < 0n ? -decimal.digits : decimal.digits).toString().padStart(decimal.scale + 1, "0");
  const whole = size.slice(0, size.length - decimal.scale);
  const fraction = size.slice(size.length - decimal.scale).replace(/0+$/, "");
  const sign = decimal.digits < 0n ? "-" : "";
  return sign + whole + (fraction ? `.${fraction}` : "");
}

/** `1,234.50`: as people read it; `least` decimals are always shown. */
export function grouped(decimal, { point, comma, least = 0 }) {
  const [whole, fraction = ""] = plain(decimal).split(".");
  const padded = fraction.padEnd(least, "0");
  return whole.replace(/\B(?=(\d{3})+$)/g, comma) + (padded ? point + padded : "");
}
