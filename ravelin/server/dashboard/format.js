// Numbers, units and dates as people read them.

const MINUS = "\u2212";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SIZES = [
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
  [1e3, "thousand"],
];

// A rounded -0.0 reads as 0.0, and a minus is a minus, not a hyphen.
export function number(value, digits = 1) {
  if (!Number.isFinite(value)) return "–";
  const rounded = Number(value.toFixed(digits));
  const text = Math.abs(rounded).toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return rounded < 0 ? MINUS + text : text;
}

export function signed(value, digits = 1) {
  return Number(value.toFixed(digits)) > 0 ? `+${number(value, digits)}` : number(value, digits);
}

export function whole(value) {
  return number(value, 0);
}

export function digitsFor(size) {
  const large = Math.abs(size);
  return large >= 1000 ? 0 : large >= 100 ? 1 : 2;
}

export function words(name) {
  return name.replaceAll("_", " ").replace(/([a-z])([A-Z])/g, "$1 $2");
}

export function sentenceCase(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function monthsFrom(start, tick) {
  const [year, month] = start.split("-").map(Number);
  const count = year * 12 + month - 1 + tick;
  return { year: Math.floor(count / 12), month: count % 12 };
}

export function monthName(start, tick) {
  const { year, month } = monthsFrom(start, tick);
  return `${MONTHS[month]} ${year}`;
}

export function isoMonth(start, tick) {
  const { year, month } = monthsFrom(start, tick);
  return `${year}-${String(month + 1).padStart(2, "0")}-01`;
}

// The divisor that leaves one to four digits before the point, and its name.
export function moneySize(largest) {
  const [factor, word] = SIZES.find(([size]) => Math.abs(largest) >= size) ?? [1, ""];
  return { factor, word };
}

// How the values of a unit are shown in a panel whose largest value is given: value * by, with these digits and words.
export function scaleOf(unit, largest, base = "") {
  const money = /^(base-year )?dollar(\/month|\/unit)?$/.exec(unit);
  if (money) {
    const { factor, word } = moneySize(largest);
    const dollars = [word, money[1] ? base : "", "dollars"].filter(Boolean).join(" ");
    const per = { "/month": " a month", "/unit": " a unit" }[money[2]] ?? "";
    return { by: 1 / factor, digits: digitsFor(largest / factor), words: dollars + per, sign: "" };
  }
  if (unit === "1/year") return { by: 100, digits: 1, words: "% a year", sign: "%" };
  if (unit === "1/month") return { by: 100, digits: 1, words: "% a month", sign: "%" };
  if (unit === "fraction" || unit === "share") return { by: 100, digits: 1, words: "%", sign: "%" };
  if (unit === "index") return { by: 1, digits: 1, words: "index, start = 100", sign: "" };
  const counted =
    unit === "1"
      ? "number"
      : unit.replace(/^(\w+)\/(\w+)$/, "$1s a $2").replace(/^(person|unit|job|worker|month)$/, "$1s");
  const { factor, word } = largest >= 1e5 ? moneySize(largest) : { factor: 1, word: "" };
  return {
    by: 1 / factor,
    digits:
      factor > 1
        ? digitsFor(largest / factor)
        : unit === "1" || /person|job|worker/.test(unit)
          ? 0
          : digitsFor(largest),
    words: [word, counted].filter(Boolean).join(" "),
    sign: "",
  };
}

// The same for a column of the history: GDP is told at an annual rate, twelve times the month's.
export function scaleOfColumn(name, unit, largest, base = "") {
  if (!/^gdp(_real)?$/.test(name)) return scaleOf(unit, largest, base);
  const scale = scaleOf(unit.replace("/month", ""), largest * 12, base);
  return { ...scale, by: scale.by * 12, words: `${scale.words}, annual rate` };
}

// Cents arrive as text or whole numbers and are summed as BigInt, so that a zero is a zero.
export function cents(value) {
  return BigInt(value);
}

export function dollarsOf(amount) {
  return Number(amount / 100n) + Number(amount % 100n) / 100;
}

export function exactDollars(amount) {
  const size = amount < 0n ? -amount : amount;
  const text = `${(size / 100n).toLocaleString("en-US")}.${String(size % 100n).padStart(2, "0")}`;
  return `${amount < 0n ? MINUS : ""}${text} dollars`;
}

export function duration(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${number(seconds / 3600, 1)} h`;
}

// Round steps of 1, 2 or 5 times a power of ten that cover a range in at most `most` intervals.
export function steps(low, high, most = 5) {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((unit) => unit * power).find((size) => size >= raw * 0.999);
  const ticks = [];
  for (let place = Math.ceil(low / step - 1e-9); place * step <= high + step * 1e-9; place += 1)
    ticks.push(place * step);
  return { step, ticks, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}
