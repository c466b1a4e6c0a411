// Money of the month from payers at the left to receivers at the right.
import { SECTOR_COLORS } from "../colors.js";
import { cents, dollarsOf, moneySize, number, sentenceCase, signed, words } from "../format.js";
import { canvas, size } from "./plot.js";

// Kinds of flow that are one ribbon; a kind that no pattern names is a ribbon of its own.
const KINDS = [
  [/tax/, "taxes"],
  [/^interest/, "interest"],
  [/wages/, "wages"],
  [/investment/, "investment"],
  [/benefits|social security|transfers/, "benefits and transfers"],
  [/dividends|rents/, "dividends and rents"],
  [/government purchases/, "purchases"],
  [/intermediate/, "inputs"],
];
const TOP = 26;
const GAP = 12;
const BAR = 12;
// Pixels of a letter, about: a label that would run into the receivers is left to the table.
const LETTER = 6.3;

export function ribbonsOf(paid) {
  const found = new Map();
  for (const [flow, payer, payee, amount] of paid.entries) {
    const kind = KINDS.find(([pattern]) => pattern.test(paid.rows[flow]))?.[1] ?? paid.rows[flow];
    const key = `${payer}|${payee}|${kind}`;
    const ribbon = found.get(key) ?? { kind, payer, payee, amount: 0n };
    ribbon.amount += cents(amount);
    found.set(key, ribbon);
  }
  // What a sector got back on balance, such as subsidies over taxes, runs the other way.
  const turned = [...found.values()].map((ribbon) =>
    ribbon.amount < 0n ? { ...ribbon, payer: ribbon.payee, payee: ribbon.payer, amount: -ribbon.amount } : ribbon,
  );
  return turned
    .filter(({ amount }) => amount > 0n)
    .sort((one, other) => one.payer - other.payer || one.payee - other.payee || (one.amount < other.amount ? 1 : -1));
}

export function totalsOf(paid) {
  const out = paid.payers.map(() => 0n);
  const into = paid.payees.map(() => 0n);
  for (const { payer, payee, amount } of ribbonsOf(paid)) {
    out[payer] += amount;
    into[payee] += amount;
  }
  return {
    out,
    into,
    paid: out.reduce((sum, amount) => sum + amount, 0n),
    received: into.reduce((sum, amount) => sum + amount, 0n),
  };
}

// Flows are shown in a size at which the small ones count too.
export function flowSize(total) {
  const { factor, word } = moneySize(dollarsOf(total) / 10);
  return { factor, word, digits: dollarsOf(total) / factor >= 100 ? 0 : 1 };
}

export function sankey(figure, first) {
  let { paid } = first;
  const view = canvas(figure);

  function draw() {
    const { kept, width, height } = view;
    const ribbons = ribbonsOf(paid);
    const totals = totalsOf(paid);
    const sectors = paid.payers;
    const { factor, digits } = flowSize(totals.paid);
    const say = (amount) => number(dollarsOf(amount) / factor, digits);
    const narrow = width < 420;
    const [left, right] = narrow ? [90, width - 100] : [100, width - 130];
    const per = (height - TOP - GAP * (sectors.length - 1) - 14) / Math.max(1, dollarsOf(totals.paid));
    const tops = (amounts) => {
      let at = TOP;
      return amounts.map((amount) => {
        const top = at;
        at += dollarsOf(amount) * per + GAP;
        return top;
      });
    };
    const [outTops, inTops] = [tops(totals.out), tops(totals.into)];
    const [outAt, inAt] = [[...outTops], [...inTops]];
    const middle = (left + BAR + right) / 2;
    const labels = [];
    kept.begin();
    kept.next("text", { class: "axis", x: left + BAR, y: 12, "text-anchor": "end" }, "Paid by");
    kept.next("text", { class: "axis", x: right, y: 12, "text-anchor": "start" }, "Received by");
    const inOrder = [...ribbons].sort((one, other) => one.payee - other.payee || one.payer - other.payer);
    const landing = new Map(
      inOrder.map((ribbon) => {
        const top = inAt[ribbon.payee];
        inAt[ribbon.payee] += dollarsOf(ribbon.amount) * per;
        return [ribbon, top];
      }),
    );
    for (const ribbon of ribbons) {
      const thick = dollarsOf(ribbon.amount) * per;
      const from = outAt[ribbon.payer];
      const to = landing.get(ribbon);
      outAt[ribbon.payer] += thick;
      const start = left + BAR;
      kept.next("path", {
        d: `M${start} ${from.toFixed(1)}C${middle} ${from.toFixed(1)} ${middle} ${to.toFixed(1)} ${right} ${to.toFixed(1)}V${(to + thick).toFixed(1)}C${middle} ${(to + thick).toFixed(1)} ${middle} ${(from + thick).toFixed(1)} ${start} ${(from + thick).toFixed(1)}z`,
        fill: `var(--${SECTOR_COLORS[sectors[ribbon.payer]]})`,
        "fill-opacity": 0.34,
      });
      const label = `${sentenceCase(ribbon.kind)} ${say(ribbon.amount)}`;
      if (thick >= 11 && label.length * LETTER < right - start)
        labels.push([start + 6, from + thick / 2 + 4, label]);
    }
    sectors.forEach((sector, place) => {
      const fill = `var(--${SECTOR_COLORS[sector]})`;
      const [out, into] = [dollarsOf(totals.out[place]) * per, dollarsOf(totals.into[place]) * per];
      kept.next("rect", { x: left, y: outTops[place], width: BAR, height: Math.max(1, out), fill });
      kept.next("rect", { x: right, y: inTops[place], width: BAR, height: Math.max(1, into), fill });
      const [outMiddle, inMiddle] = [outTops[place] + out / 2, inTops[place] + into / 2];
      const net = totals.into[place] - totals.out[place];
      const name = sentenceCase(words(sector));
      kept.next("text", { class: "axis strong named", x: left - 8, y: outMiddle - 1, "text-anchor": "end" }, name);
      kept.next(
        "text",
        { class: "axis", x: left - 8, y: outMiddle + 13, "text-anchor": "end" },
        say(totals.out[place]),
      );
      kept.next(
        "text",
        { class: "axis strong named", x: right + BAR + 8, y: inMiddle - 1, "text-anchor": "start" },
        name,
      );
      kept.next(
        "text",
        { class: "axis", x: right + BAR + 8, y: inMiddle + 13, "text-anchor": "start" },
        narrow ? say(totals.into[place]) : `${say(totals.into[place])}, net ${signed(dollarsOf(net) / factor, digits)}`,
      );
    });
    for (const [x, y, label] of labels) kept.next("text", { class: "axis named", x, y, "text-anchor": "start" }, label);
    kept.end();
  }
  draw();
  return {
    update(next) {
      ({ paid } = next);
      draw();
    },
    resize() {
      Object.assign(view, size(view.svg, figure));
      draw();
    },
    table: () => {
      const ribbons = ribbonsOf(paid);
      const name = (sector) => sentenceCase(words(paid.payers[sector]));
      return {
        columns: [{ title: "Payer, receiver and kind" }, { title: "Paid", unit: "dollars", digits: 2 }],
        count: ribbons.length,
        label: (row) =>
          `${name(ribbons[row].payer)} to ${name(ribbons[row].payee).toLowerCase()}: ${ribbons[row].kind}`,
        key: (row) => `${paid.payers[ribbons[row].payer]} > ${paid.payers[ribbons[row].payee]}: ${ribbons[row].kind}`,
        values: (row) => [dollarsOf(ribbons[row].amount)],
      };
    },
  };
}
