// The sentence above the cards, by rules. Each part is [text, strong].
import { growth } from "./derive.js";
import { number, signed } from "./format.js";

const CLOSE = 0.005;
export const OPENED = [
  ["The economy is open. ", true],
  ["Play runs it month by month, Step goes one month on; below is what the opening knows.", false],
];

export function state({ growth, recession }) {
  if (recession) return `In recession, month ${recession}`;
  if (!Number.isFinite(growth)) return "The first year";
  if (growth < 0) return "Shrinking";
  return growth < 0.01 ? "Growing slowly" : "Growing";
}

export function prices({ inflation, target }) {
  if (!Number.isFinite(inflation) || !Number.isFinite(target)) return "";
  const gap = inflation - target;
  if (Math.abs(gap) <= CLOSE + 1e-12) return "inflation is close to target";
  return `inflation is ${gap > 0 ? "above" : "below"} target`;
}

// What the sentence rests on, as of the last month. A recession lasts to the end of the last known quarter.
export function factsOf(economy) {
  const { store } = economy;
  const row = store.length - 1;
  const value = (name) => (economy.has(name) ? store.get(name)[row] : NaN);
  const spans = economy.spans();
  const present = spans.find(([, to]) => to >= row - 2);
  return {
    growth: economy.has("gdp_real") ? economy.derived("card growth", () => growth(store.get("gdp_real")))[row] : NaN,
    inflation: value("inflation"),
    unemployment: value("unemployment_rate"),
    target: economy.parameters.get("Anchors.inflation_target")?.value ?? NaN,
    recession: present ? row - present[0] + 1 : 0,
    since: spans.length ? row - spans.at(-1)[1] : null,
  };
}

// Growth, inflation, unemployment and target are fractions; `recession` is the month of the present recession or 0;
// `since` the months since the last one ended, or null.
export function headline(facts) {
  const about = prices(facts);
  const parts = [[about ? `${state(facts)}, and ${about}. ` : `${state(facts)}. `, true]];
  const { growth, inflation, unemployment, recession, since } = facts;
  const clauses = [];
  if (Number.isFinite(growth))
    clauses.push(["Real GDP is ", percent(Math.abs(growth)), growth < 0 ? " below a year ago" : " above a year ago"]);
  if (Number.isFinite(inflation))
    clauses.push([inflation < 0 ? "prices fall " : "prices rise ", percent(Math.abs(inflation)), ""]);
  if (Number.isFinite(unemployment)) clauses.push(["", percent(unemployment), " of the labor force looks for work"]);
  clauses.forEach(([before, value, after], place) => {
    const joint = place === 0 ? "" : place === clauses.length - 1 ? (clauses.length > 2 ? ", and " : " and ") : ", ";
    const opening = place === 0 ? before.charAt(0).toUpperCase() + before.slice(1) : before;
    parts.push([joint + opening, false], [value, true], [after, false]);
  });
  if (clauses.length) parts.push([".", false]);
  if (!recession && since !== null && since !== undefined)
    parts.push([` The last recession ended ${count(since)} ago.`, false]);
  return parts.filter(([text]) => text);
}

// `gdp` and `inflation` are effects as {value, low, high, month, when}: percent and points, the months since the shock
// and the name of the month. With a band of `pairs` they are the largest of those that luck does not explain, or null
// if it explains all. Before there is a band nothing is claimed; they are then the largest so far, or null if there are
// none yet.
export function forkHeadline({ lever, gdp, inflation, pairs, banded }) {
  if (!banded) return [[lever, true], ...soFar(gdp, inflation, pairs)];
  if (!gdp && !inflation)
    return [[lever, true], [` shows no effect beyond luck on real GDP or inflation in ${pairs} pairs.`, false]];
  const output = gdp ? `${moved(gdp)} real GDP most ${at(gdp)}: by ${size(gdp.value)}% ${range(gdp, "%")}` : "";
  const prices = inflation
    ? `${moved(inflation)} inflation most ${at(inflation)}: by ${size(inflation.value)} points ${range(inflation, "")}`
    : "";
  const rest = gdp ? "Inflation" : "Real GDP";
  const text =
    output && prices ? ` ${output}, and ${prices}.` : ` ${output || prices}. ${rest} shows no effect beyond luck.`;
  return [[lever, true], [text, false]];
}

function soFar(gdp, inflation, pairs) {
  if (!gdp || !inflation) return [[" is being computed in a copy of this economy.", false]];
  const of = pairs > 1 ? `In ${pairs} pairs so far` : "In one pair so far";
  const text = `. ${of}, real GDP differs most ${at(gdp)} (${signed(gdp.value)}%), inflation ${at(inflation)} (${signed(inflation.value)} points); what is luck is told from 8 pairs on.`;
  return [[text, false]];
}

function moved({ value }) {
  return value < 0 ? "lowers" : "raises";
}

function at({ month, when }) {
  return `in ${when}, ${count(month)} on`;
}

// What is told from luck is not written as zero.
function size(value) {
  const large = Math.abs(value);
  return large < 0.095 ? large.toPrecision(1) : number(large, 1);
}

function range({ low, high }, unit) {
  const digits = Math.min(Math.abs(low), Math.abs(high)) < 0.095 ? 2 : 1;
  return `(95% interval ${signed(low, digits)} to ${signed(high, digits)}${unit})`;
}

function percent(value) {
  return `${number(value * 100, 1)}%`;
}

function count(months) {
  return `${months} ${months === 1 ? "month" : "months"}`;
}
