// What panels draw, made from the economy's columns and from what the server summarizes.
import { extent, growth, sum } from "./derive.js";
import { gapOf, sheetOf } from "./draw/matrix.js";
import { percentOfTarget } from "./draw/network.js";
import { flowSize, totalsOf } from "./draw/sankey.js";
import { lengthOf } from "./draw/series.js";
import { tracedFrom } from "./draw/trace.js";
import { cents, dollarsOf, number, scaleOfColumn, sentenceCase, words } from "./format.js";
import { columnsOf, evaluate, renamed } from "./formula.js";

const STYLES = { line: { width: 2 }, whole: { width: 2.5 }, aside: { width: 1.5, dash: [4, 3] } };

// Data of a chart over months. `listed` are {column} or {values}; optional columns that are absent are left out.
export function series(economy, listed, options = {}) {
  const present = listed.filter((one) => one.values || !one.optional || economy.has(one.column));
  const drawn = present.map((one) => ({ ...one, values: one.values ?? economy.store.get(one.column) }));
  const unit = options.unit ?? economy.declared(present[0].column).unit;
  const [low, high] = extent(drawn.map(({ values }) => values));
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const scale = scaleOfColumn(present[0].column, unit, largest, economy.start.slice(0, 4));
  const references = (options.references ?? []).flatMap(([name, label]) => {
    const value = economy.parameters.get(name)?.value;
    return typeof value === "number" ? [{ value, label }] : [];
  });
  return {
    start: economy.start,
    series: drawn,
    references,
    spans: economy.spans(),
    zero: options.zero,
    ...scale,
    digits: options.digits ?? scale.digits,
    words: options.words ?? scale.words,
  };
}

// The lines of a declared panel that this economy has; of a starred one, one for each good.
function linesOf(economy, panel) {
  const has = (name) => !economy.has || economy.has(name);
  return panel.lines.flatMap((line) => {
    const names = columnsOf(line.formula);
    const starred = names.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
    const present = starred.length
      ? economy.store
          .names(starred[0])
          .filter((name) => !panel.but.includes(name))
          .map((name) => name.slice(starred[0].length))
          .filter((each) => starred.every((stem) => has(stem + each)))
          .map((each) => ({ ...line, label: sentenceCase(words(each)), formula: renamed(line.formula, each) }))
      : names.every(has) || !line.optional
        ? [line]
        : [];
    return present.map((one) => ({
      name: one.label || undefined,
      column: one.formula[0] === "read" ? one.formula[1] : undefined,
      color: one.color,
      text: one.color.replace(/^c/, "t"),
      ...STYLES[one.style],
      values: economy.derived(JSON.stringify(one.formula), (store) => evaluate(one.formula, (name) => store.get(name))),
    }));
  });
}

// What a declared panel draws over months.
export function panel(economy, declared) {
  return series(economy, linesOf(economy, declared), {
    unit: declared.measure,
    words: declared.unit || undefined,
    zero: declared.zero,
    digits: declared.digits ?? undefined,
    references: declared.references.map(({ parameter, label }) => [parameter, label]),
  });
}

// Whether nothing of what a panel counts has happened so far.
export function nothing(economy, declared) {
  return linesOf(economy, declared).every(({ values }) => values.every((value) => !value));
}

export function traced(economy, declared) {
  const data = panel(economy, declared);
  const months = lengthOf(data) - tracedFrom(data.series);
  return { ...data, words: `${declared.unit}; last ${months === 1 ? "month" : `${months} months`}, oldest palest` };
}

export function bars(economy, declared) {
  const listed = linesOf(economy, declared).map((line) => ({
    ...line,
    values: economy.derived(`points of ${line.name}`, () => line.values.map((value) => 100 * value)),
  }));
  return { ...series(economy, listed, { unit: "1", words: declared.unit, digits: 1 }), by: 1 };
}

export function multiples(economy, declared) {
  const data = panel(economy, declared);
  const across = data.references.map(
    ({ value, label }) => `; dashed line is the ${number(value * data.by, data.digits)} ${label}`,
  );
  return { ...data, words: `${data.words}${across.join("")}` };
}

export function creditGrowth(store) {
  return growth(sum(store.get("loans_firms"), store.get("loans_consumers")));
}

export function sheet(economy) {
  const matrix = economy.read("state.balance_sheet");
  const gap = gapOf(sheetOf(matrix));
  return { matrix, words: "end of month; blue owns, orange owes", proof: proof(gap) };
}

function proof(gap) {
  return { text: gap === 0n ? "✓ Gap 0 cents" : `Gap ${gap} cents`, holds: gap === 0n };
}

export function flows(economy) {
  const paid = economy.read("state.paid");
  const totals = totalsOf(paid);
  const matrix = economy.read("state.flows");
  const size = (amount) => (amount < 0n ? -amount : amount);
  const gap = matrix.cents.reduce(
    (worst, row) => {
      const found = size(row.reduce((total, amount) => total + cents(amount), 0n));
      return found > worst ? found : worst;
    },
    size(totals.paid - totals.received),
  );
  const { factor, word, digits } = flowSize(totals.paid);
  const say = (amount) => number(dollarsOf(amount) / factor, digits);
  const sums =
    totals.paid === totals.received
      ? `paid = received = ${say(totals.paid)}`
      : `paid ${say(totals.paid)}, received ${say(totals.received)}`;
  return { paid, words: `${word} dollars; ${sums}`.trim(), proof: proof(gap) };
}

export function lorenz(economy) {
  const { lorenz: curves, gini_income: income, gini_wealth: wealth } = economy.read("state.distribution");
  const points = (shares) => shares.map((share, place) => [curves.population[place] * 100, share * 100]);
  const least = Math.min(0, ...curves.wealth, ...curves.income) * 100;
  return {
    curves: [
      {
        name: "Equal shares",
        label: "equal shares",
        points: points(curves.population),
        color: "c6",
        text: "t6",
        dash: true,
      },
      {
        name: "Income",
        label: `Income, Gini ${number(income, 3)}`,
        points: points(curves.income),
        color: "c3",
        text: "t3",
      },
      {
        name: "Wealth",
        label: `Wealth, Gini ${number(wealth, 3)}`,
        points: points(curves.wealth),
        color: "c4",
        text: "t4",
      },
    ],
    xName: "share of consumers, %, poorest first",
    xTicks: [0, 25, 50, 75, 100].map((value) => ({ value, text: String(value) })),
    range: [least, 100],
    corner: true,
    words: "cumulative share of income and of net worth, %",
  };
}

export function deciles(economy) {
  const { deciles: listed } = economy.read("state.distribution");
  const name = (decile) => (decile === 1 ? "1 low" : decile === listed.length ? `${decile} high` : String(decile));
  return {
    rows: listed.map(({ decile, spending, survey_spending: survey }) => ({
      label: name(decile),
      value: spending / 12e3,
      other: survey === null ? NaN : survey / 12e3,
    })),
    name: "Ravelin",
    otherName: "survey",
    rowName: "Income decile",
    unit: "thousand dollars a month",
    digits: 2,
    words: "thousand dollars a month per consumer unit, by decile of income",
  };
}

export function supply(economy) {
  const { nodes, edges, unit } = economy.read("/network/supply");
  const bought = new Map();
  for (const { from, to, dollars } of edges) {
    bought.set(from, (bought.get(from) ?? 0) + dollars);
    if (nodes.find(({ id }) => id === to)?.output === undefined) bought.set(to, (bought.get(to) ?? 0) + dollars);
  }
  return {
    nodes: nodes.map((node) => ({
      ...node,
      sink: node.output === undefined,
      size: node.output === undefined ? (bought.get(node.id) ?? 0) : node.output * node.price,
      note: percentOfTarget(node),
    })),
    edges,
    unit: unit === "dollar/month" ? "dollars a month" : unit,
    words: `size: output; width: purchases, the largest ${Math.min(70, edges.length)} and each good's own largest; number: stock as % of target, orange when short`,
  };
}

export function phases(economy) {
  const { phases: listed } = economy.read("/schedule");
  const run = listed.filter(({ seconds }) => seconds !== null);
  const all = run.reduce((total, { seconds }) => total + seconds, 0);
  const whole = run.length ? `last tick; ${number(all * 1000, all < 0.1 ? 1 : 0)} ms in all` : "not run yet";
  return { phases: listed, words: `milliseconds by phase, ${whole}` };
}

// The latest value of each line side by side, and those of a year ago.
export function curve(economy, declared) {
  const data = panel(economy, declared);
  const at = (back) => data.series.map(({ values }, place) => [place, data.by * (values.at(-1 - back) ?? NaN)]);
  const now = at(0);
  const before = economy.store.length > 12 ? at(12) : null;
  const label = (points, word) => `${number(points.at(-1)[1], 2)} ${word}`;
  return {
    curves: [
      { name: "Now", label: label(now, "now"), points: now, color: "c1", text: "t1", labelAt: 1, side: "right" },
      ...(before
        ? [
            {
              name: "A year ago",
              label: label(before, "a year ago"),
              points: before,
              color: "c6",
              text: "t6",
              dash: true,
              labelAt: 1,
              side: "right",
            },
          ]
        : []),
    ],
    xName: "",
    xTicks: data.series.map(({ name }, value) => ({ value, text: name })),
    margin: 90,
    words: data.words,
  };
}

export function orders(economy) {
  const [name, book] = Object.entries(economy.read("state.order_books"))[0];
  return { ...book, priceName: "price per $100 of face value", words: `${words(name)}; quantity, cumulative` };
}

export function interbank(economy) {
  const { nodes, edges, pairs } = economy.read("/network/interbank");
  return {
    nodes: nodes.map((node) => ({ ...node, size: node.assets })),
    edges,
    unit: "dollars a month",
    ring: true,
    words: `size: assets; width: payments, the largest ${Math.min(70, edges.length)} of ${number(pairs, 0)}; orange: short of capital`,
  };
}
