// Who owns what, who owes it: a table whose sums are taken over the cents received.
import { h, say } from "../dom.js";
import { cents, dollarsOf, exactDollars, moneySize, number, sentenceCase, words } from "../format.js";

const REAL = new Set(["fixed_capital", "inventories", "housing"]);
const NONE = "·";

// Lines of the table from a matrix of sectors by instruments; maturities of bonds make one line.
export function sheetOf(positions) {
  const lines = new Map();
  positions.columns.forEach((instrument, column) => {
    const name = instrument.startsWith("bonds_") ? "government_bonds" : instrument;
    const held = positions.rows.map((_, row) => cents(positions.cents[row][column]));
    const line = lines.get(name);
    lines.set(name, line ? line.map((amount, row) => amount + held[row]) : held);
  });
  const total = (names) => positions.rows.map((_, row) => names.reduce((sum, name) => sum + lines.get(name)[row], 0n));
  const claims = [...lines.keys()].filter((name) => !REAL.has(name));
  const real = [...lines.keys()].filter((name) => REAL.has(name));
  const listed = [
    ...claims.map((name) => ({ name, amounts: lines.get(name), zero: true })),
    { name: "net_financial_worth", amounts: total(claims), zero: true, net: true },
  ];
  if (real.length) {
    listed.push(...real.map((name) => ({ name, amounts: lines.get(name) })));
    listed.push({ name: "net_worth", amounts: total([...lines.keys()]), net: true });
  }
  return {
    sectors: positions.rows,
    lines: listed.map((line) => ({ ...line, sum: line.amounts.reduce((sum, amount) => sum + amount, 0n) })),
  };
}

export function gapOf(sheet) {
  const size = (amount) => (amount < 0n ? -amount : amount);
  return sheet.lines
    .filter((line) => line.zero)
    .reduce((worst, { sum }) => (size(sum) > worst ? size(sum) : worst), 0n);
}

export function matrix(figure, first) {
  let sheet = sheetOf(first.matrix);
  const cells = [];
  const corner = h("th", { scope: "col" });
  const rows = sheet.lines.map((line) => {
    const own = sheet.sectors.map(() => h("td"));
    const sum = h("td", { class: line.zero ? "sum" : "" });
    cells.push([...own, sum]);
    return h(
      "tr",
      { class: line.net ? "net" : "" },
      h("th", { scope: "row" }, sentenceCase(words(line.name))),
      ...own,
      sum,
    );
  });
  const heads = sheet.sectors.map((sector) => h("th", { scope: "col" }, sentenceCase(words(sector))));
  const table = h(
    "table",
    { class: "sheet" },
    h("thead", {}, h("tr", {}, corner, ...heads, h("th", { scope: "col" }, "Sum"))),
    h("tbody", {}, ...rows),
  );
  figure.append(h("div", { class: "scroll fit", tabindex: "0", role: "region", "aria-label": first.title }, table));

  function draw() {
    const amounts = sheet.lines.flatMap((line) => line.amounts.map(dollarsOf).map(Math.abs));
    const largest = Math.max(...amounts, 1);
    // A size smaller than usual: small positions matter as much as the largest.
    const { factor, word } = moneySize(largest / 10);
    const digits = largest / factor >= 1000 ? 1 : 2;
    say(corner, sentenceCase(`${word} dollars`.trim()));
    sheet.lines.forEach((line, row) => {
      line.amounts.forEach((amount, column) =>
        fill(
          cells[row][column],
          amount,
          factor,
          digits,
          line.net ? 0 : Math.sqrt(Math.abs(dollarsOf(amount)) / largest),
        ),
      );
      const sum = cells[row].at(-1);
      if (!line.zero) return void fill(sum, line.sum, factor, digits, 0);
      sum.classList.toggle("bad", line.sum !== 0n);
      say(sum, line.sum === 0n ? "0.00 ✓" : `${line.sum} cents`);
    });
  }

  function fill(cell, amount, factor, digits, depth) {
    say(cell, amount === 0n ? NONE : number(dollarsOf(amount) / factor, digits));
    cell.title = exactDollars(amount);
    cell.style.background =
      depth && amount
        ? `color-mix(in srgb, var(--${amount > 0n ? "c1" : "c2"}) ${Math.round(6 + 30 * depth)}%, transparent)`
        : "";
  }
  draw();
  return {
    update(next) {
      sheet = sheetOf(next.matrix);
      draw();
    },
    resize() {},
    table: () => ({
      columns: [
        { title: "Instrument" },
        ...[...sheet.sectors, "sum"].map((sector) => ({
          title: sentenceCase(words(sector)),
          unit: "dollars",
          digits: 2,
        })),
      ],
      count: sheet.lines.length,
      label: (row) => sentenceCase(words(sheet.lines[row].name)),
      key: (row) => sheet.lines[row].name,
      values: (row) => [...sheet.lines[row].amounts, sheet.lines[row].sum].map(dollarsOf),
    }),
  };
}
