// What can be changed in a fork: parameters, and columns by a percentage.
import { number, scaleOf, sentenceCase, words } from "./format.js";

const FAVORITE = "MonetaryPolicy.rate_shock";

// Levers in the order of the list: policy first, then the model's other parameters, then columns.
export function leversOf(economy) {
  const numbers = [...economy.parameters.values()].filter(({ kind }) => kind === "number" || kind === "whole");
  const parameters = numbers.map((one) => ({
    ...parameterLever(one),
    group: one.lever ? one.who : `${one.who}, other rules`,
  }));
  const policy = numbers.map(({ lever }) => lever);
  const columns = economy.columns
    .filter(({ shockable, dtype, width }) => shockable && width === 1 && dtype.startsWith("f"))
    .map(columnLever);
  return [
    ...parameters.filter((_, place) => policy[place]),
    ...columns,
    ...parameters.filter((_, place) => !policy[place]),
  ];
}

// A lever that the page does not know, as an address may name one: the server says what is wrong with it.
export function unknownLever(name) {
  const shock = (change) => ({ set: name, to: change / 100 });
  const says = {
    title: name,
    meaning: "named by the address; the page does not know it",
    who: "",
    now: "",
    suffix: "points",
  };
  const bounds = { least: -Infinity, most: Infinity, slider: [-5, 5], step: 0.25, start: 1, digits: 2, by: 100 };
  return { name, group: "address", goods: null, ...says, ...bounds, becomes: () => "is sent as it is", shock };
}

export function favorite(levers) {
  return levers.find(({ name }) => name === FAVORITE) ?? levers[0];
}

function parameterLever({ name, key, unit, value, low, high, meaning, who, kind }) {
  const rate = ["fraction", "share", "1/year", "1/month"].includes(unit);
  const by = rate ? 100 : 1;
  const reach = rate ? Math.max(5, Math.min(20, Math.abs(value) * 100)) : Math.abs(value) || 1;
  const least = low === null ? -Infinity : low;
  const most = high === null ? Infinity : high;
  const digits = rate ? 2 : kind === "whole" ? 0 : 3;
  const say = (level) =>
    `${number(level * by, digits)}${rate ? scaleOf(unit, 1).words : unit === "1" ? "" : ` ${scaleOf(unit, level).words}`}`;
  return {
    name,
    title: titleOf(key, name.split(".")[0]),
    meaning,
    who,
    by,
    digits,
    goods: null,
    suffix: rate ? "points" : unit === "1" ? "" : scaleOf(unit, value).words,
    least: (least - value) * by,
    most: (most - value) * by,
    slider: [Math.max((least - value) * by, -reach), Math.min((most - value) * by, reach)],
    step: kind === "whole" ? 1 : rate ? 0.25 : niceStep(reach),
    start: rate ? Math.min((most - value) * by, 2) : Math.min((most - value) * by, reach / 5),
    now: `now ${say(value)}${Number.isFinite(least) && Number.isFinite(most) ? `, ${number(least * by, rate ? 0 : 2)} to ${number(most * by, rate ? 0 : 2)}` : ""}`,
    becomes: (change) => `becomes ${say(value + change / by)}`,
    // Back from hundredths, a hundredth of a point must not leave a rest of the machine's arithmetic.
    shock: (change) => ({ set: name, to: Number((value + change / by).toPrecision(12)) }),
  };
}

// Several groups have a parameter of the same name.
function titleOf(name, group) {
  return `${sentenceCase(words(name))} (${words(group).toLowerCase()})`;
}

function niceStep(reach) {
  return 10 ** Math.floor(Math.log10(reach / 20));
}

function columnLever({ name, table, column, definition }) {
  return {
    name,
    title: titleOf(column, table),
    meaning: `${definition}, of every row or of one good`,
    who: table.toLowerCase(),
    group: `columns of ${table}`,
    by: 1,
    digits: 0,
    suffix: "%",
    goods: name.startsWith("Firms."),
    least: -99,
    most: 900,
    slider: [-50, 50],
    step: 1,
    start: -20,
    now: "in percent of what it is",
    becomes: (change) => `is multiplied by ${number(1 + change / 100, 2)}`,
    shock: (change, good) => ({
      scale: name,
      by: Number((1 + change / 100).toPrecision(12)),
      ...(good ? { where: { good } } : {}),
    }),
  };
}

// A fork's shock in words, such as "Rate shock (monetary policy) 2.0 points higher for 12 months".
export function shockWords(fork, economy) {
  const { shock } = fork;
  const name = shock.set ?? shock.scale;
  const [group, own] = name.split(".");
  const title = titleOf(own, group);
  const where = Object.values(shock.where ?? {})
    .map((value) => ` of ${words(String(value))}`)
    .join("");
  const months = shock.until === null || shock.until === undefined ? "" : ` for ${shock.until - fork.shock_at} months`;
  if (shock.scale)
    return `${title}${where} ${number(Math.abs(shock.by - 1) * 100, 0)}% ${shock.by < 1 ? "lower" : "higher"}${months}`;
  const declared = economy.parameters.get(name);
  if (!declared || typeof shock.to !== "number" || typeof declared.value !== "number")
    return `${title}${where} at ${shock.to}${months}`;
  const lever = parameterLever(declared);
  const change = (shock.to - (declared.in_force?.was ?? declared.value)) * lever.by;
  return `${title}${where} ${short(Math.abs(change), lever.digits)}${lever.suffix ? ` ${lever.suffix}` : ""} ${change < 0 ? "lower" : "higher"}${months}`;
}

// With one digit after the point where that is exact.
function short(value, digits) {
  return number(value, Math.abs(value - Number(value.toFixed(1))) < 1e-9 ? Math.min(1, digits) : digits);
}
