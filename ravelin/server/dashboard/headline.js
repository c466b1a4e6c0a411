// The sentence above the cards, by rules. Each part is [text, strong].
import { growth } from "./derive.js";
import { number } from "./format.js";

const CLOSE = 0.005;
export const OPENED = [
  ["The economy is open. ", true],
  ["Play runs it month by month, Step goes one month on.", false],
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

// `gdp` and `inflation` are the largest effects, as {value, month}: a fraction and the months since the shock.
export function forkHeadline({ lever, gdp, inflation }) {
  const parts = [[lever, true]];
  if (!gdp || !inflation) return [...parts, [" is being computed in a copy of this economy.", false]];
  const cost =
    Math.abs(gdp.value) < 0.0005
      ? " hardly moves real GDP"
      : ` ${gdp.value < 0 ? "costs" : "adds"} ${percent(Math.abs(gdp.value))} of real GDP at the ${gdp.value < 0 ? "trough" : "peak"}, ${count(gdp.month)} on`;
  const points = number(Math.abs(inflation.value) * 100, 1);
  const effect =
    points === "0.0"
      ? ", and hardly moves inflation."
      : `, and ${inflation.value < 0 ? "takes" : "puts"} ${points} points ${inflation.value < 0 ? "off" : "on"} inflation.`;
  return [...parts, [cost + effect, false]];
}

function percent(value) {
  return `${number(value * 100, 1)}%`;
}

function count(months) {
  return `${months} ${months === 1 ? "month" : "months"}`;
}
