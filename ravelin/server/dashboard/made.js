// What panels draw, made from the economy's columns and from what the server summarizes.
import { contribution, extent, growth, last, ratio, sum, yearly } from "./derive.js";
import { gapOf, sheetOf } from "./draw/matrix.js";
import { percentOfTarget } from "./draw/network.js";
import { flowSize, totalsOf } from "./draw/sankey.js";
import { cents, dollarsOf, number, scaleOfColumn, sentenceCase, words } from "./format.js";

const SHARES = [
  ["c2", "t2"],
  ["c1", "t1"],
  ["c3", "t3"],
  ["c4", "t4"],
];

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

export function bySkill(economy, prefix, rule = (store, name) => store.get(name)) {
  const names = economy.store.names(prefix).filter((name) => name !== "wage_index");
  return names
    .slice(0, 3)
    .map((name, place) => ({
      column: name,
      name: words(name.slice(prefix.length)),
      color: SHARES[place][0],
      text: SHARES[place][1],
      values: economy.derived(`skill ${name}`, (store) => rule(store, name)),
    }));
}

export function latest(economy, name, digits) {
  return number(last(economy.store.get(name)), digits);
}

export function overGdp(economy, name) {
  return economy.derived(`${name} over gdp`, (store) => ratio(yearly(store.get(name)), yearly(store.get("gdp"))));
}

export function creditGrowth(store) {
  return growth(sum(store.get("loans_firms"), store.get("loans_consumers")));
}

export function contributions(economy) {
  const parts = [
    ["consumption_real", "Consumption", "c1"],
    ["investment_real", "Investment", "c5"],
    ["government_real", "Government", "c3"],
    ["inventory_change_real", "Inventories", "c4"],
  ];
  const listed = economy.derived("contributions", (store) => [
    ...parts.map(([column, name, color]) => ({
      name,
      color,
      values: contribution(store.get(column), store.get("gdp_real")),
    })),
    { name: "GDP growth", color: "ink", values: contribution(store.get("gdp_real"), store.get("gdp_real")) },
  ]);
  return {
    start: economy.start,
    series: listed,
    spans: economy.spans(),
    by: 1,
    digits: 1,
    sign: "",
    words: "percentage points, change over 12 months",
  };
}

export function pricesByGood(economy) {
  const target = economy.parameters.get("Anchors.inflation_target")?.value;
  const listed = economy.derived("prices by good", (store) =>
    store
      .names("price_")
      .filter((name) => name !== "price_index")
      .map((name) => ({
        name: sentenceCase(economy.declared(name).title.replace(/^Price, /, "")),
        values: growth(store.get(name)),
      })),
  );
  return {
    start: economy.start,
    series: listed,
    references: typeof target === "number" ? [{ value: target, label: "target" }] : [],
    spans: economy.spans(),
    by: 100,
    digits: 1,
    sign: "%",
    words: `%, over 12 months${typeof target === "number" ? `; dashed line is the ${number(target * 100, 1)} target` : ""}`,
  };
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

export function yields(economy) {
  const maturities = [2, 5, 10, 30];
  const curveAt = (back) =>
    maturities.map((years, place) => [place, 100 * (economy.store.get(`yield_${years}y`).at(-1 - back) ?? NaN)]);
  const now = curveAt(0);
  const before = economy.store.length > 12 ? curveAt(12) : null;
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
    xTicks: maturities.map((years, value) => ({ value, text: `${years}y` })),
    margin: 90,
    words: "% a year by maturity",
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
