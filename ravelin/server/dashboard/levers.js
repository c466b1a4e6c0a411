// What can be changed in a fork: parameters, and columns by a percentage.
import { number, scaleOf, sentenceCase, words } from "./format.js";

const FAVORITE = "MonetaryPolicy.rate_shock";
const PULLED_BY = ["central bank", "government", "regulator", "firms"];

// Levers in the order of the list: the policies by who pulls them; columns that economists have a name for; then the
// model's other parameters. Other columns are the economy's own state, which follows and is no lever.
export function leversOf(economy) {
  const numbers = [...economy.parameters.values()].filter(({ kind }) => kind === "number" || kind === "whole");
  const goods = goodsOf(economy);
  const columns = economy.columns.filter(({ shockable, known_as: names }) => shockable && names.length);
  const named = economy.columns.flatMap((column) =>
    Object.entries(column.known_as_of)
      .filter(([good]) => column.shockable && goods.includes(good))
      .map(([good, names]) => ({ ...columnLever(column, goods), title: names[0], words: names, good })),
  );
  const isPolicy = ({ lever }) => lever;
  const policies = [
    ...numbers.filter(isPolicy).map(parameterLever),
    ...columns.filter(isPolicy).map((column) => columnLever(column, goods)),
    ...named,
  ];
  policies.sort((one, other) => PULLED_BY.indexOf(one.who) - PULLED_BY.indexOf(other.who));
  const others = columns.filter((one) => !isPolicy(one)).map((column) => columnLever(column, goods));
  return [
    ...policies.map((one) => ({ ...one, group: one.who })),
    ...others.map((one) => ({ ...one, group: "of one good" })),
    ...numbers
      .filter((one) => !isPolicy(one))
      .map(parameterLever)
      .map((one) => ({ ...one, group: `${one.who}, other rules` })),
  ];
}

function goodsOf(economy) {
  return economy.columns.find(({ name }) => name === "Firms.good")?.values ?? [];
}

// The levers in which words begin as all that are sought do: first those that are called so, then those one of whose
// names has all the words, then those that speak of them. `ravelin explain levers` ranks them alike.
export function findLevers(levers, sought) {
  const wanted = plain(sought).split(" ").filter(Boolean);
  if (!wanted.length) return levers;
  const has = (text) => wanted.every((word) => text.includes(` ${word}`));
  const ranked = [[], [], []];
  for (const one of levers) {
    const names = one.words.map(plain);
    const more = [one.title, one.name, one.meaning, one.group, ...(one.goods ?? [])].map(plain);
    if (names.includes(` ${wanted.join(" ")}`)) ranked[0].push(one);
    else if (names.some(has)) ranked[1].push(one);
    else if (has([...names, ...more].join(""))) ranked[2].push(one);
  }
  return ranked.flat();
}

// The words of a text in small letters, each behind a blank.
function plain(text) {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => ` ${word}`).join("");
}

// The good that a search speaks of, or that the lever is of.
export function goodSought(lever, sought) {
  if (lever.good) return lever.good;
  const wanted = plain(sought).split(" ");
  return (lever.goods ?? []).find((good) => good.split("_").some((word) => wanted.includes(word))) ?? "";
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
  return { name, group: "address", goods: null, words: [], ...says, ...bounds, becomes: () => "is sent as it is", shock };
}

export function favorite(levers) {
  return levers.find(({ name }) => name === FAVORITE) ?? levers[0];
}

function parameterLever(declared) {
  const { name, unit, value, low, high, meaning, who, kind } = declared;
  if (isFactor(declared)) return factorLever(declared);
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
    title: titleOf(declared),
    words: declared.known_as,
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

// A policy that multiplies what a rule gives is told in percent of it.
function isFactor({ lever, unit, default: usual }) {
  return lever && unit === "1" && usual === 1;
}

function factorLever(declared) {
  const { name, value, low, high, meaning, who } = declared;
  const [least, most] = [low * 100, high * 100];
  return {
    name,
    title: titleOf(declared),
    words: declared.known_as,
    meaning,
    who,
    by: 100,
    digits: 1,
    goods: null,
    suffix: "%",
    least: least - value * 100,
    most: most - value * 100,
    slider: [Math.max(-50, least - value * 100), Math.min(50, most - value * 100)],
    step: 1,
    start: 10,
    now: `now ${number(value * 100, 0)}% of its rule`,
    becomes: (change) => `becomes ${number(value * 100 + change, 1)}% of its rule`,
    shock: (change) => ({ set: name, to: Number((value + change / 100).toPrecision(12)) }),
  };
}

// As economists call it; or, as several groups have a parameter of the same name, with its group.
function titleOf({ known_as: names, name }) {
  if (names.length) return names[0];
  const [group, own] = name.split(".");
  return `${sentenceCase(words(own))} (${words(group).toLowerCase()})`;
}

function niceStep(reach) {
  return 10 ** Math.floor(Math.log10(reach / 20));
}

function columnLever(declared, goods) {
  const { name, table, definition } = declared;
  return {
    name,
    title: titleOf(declared),
    words: declared.known_as,
    meaning: `${definition}, of every row or of one good`,
    who: table === "goods" ? "government" : table,
    by: 1,
    digits: 0,
    suffix: "%",
    goods,
    makers: table === "firms",
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

// A fork's shock in words, such as "Policy rate 2.0 points higher for 12 months".
export function shockWords(fork, economy) {
  const { shock } = fork;
  const name = shock.set ?? shock.scale;
  const column = economy.columns.find((one) => one.name === name);
  const own = column?.known_as_of[shock.where?.good];
  const title = own?.[0] ?? titleOf(economy.parameters.get(name) ?? column ?? { known_as: [], name });
  const where = Object.entries(shock.where ?? {})
    .map(([key, value]) => (own && key === "good" ? "" : ` of ${words(String(value))}`))
    .join("");
  const months = shock.until === null || shock.until === undefined ? "" : ` for ${shock.until - fork.shock_at} months`;
  if (shock.scale)
    return `${title}${where} ${number(Math.abs(shock.by - 1) * 100, 0)}% ${shock.by < 1 ? "lower" : "higher"}${months}`;
  const declared = economy.parameters.get(name);
  if (!declared || typeof shock.to !== "number" || typeof declared.value !== "number")
    return `${title}${where} at ${shock.to}${months}`;
  const lever = parameterLever(declared);
  const change = (shock.to - (declared.in_force?.was ?? declared.value)) * lever.by;
  return `${title}${where} ${short(Math.abs(change), lever.digits)}${lever.suffix === "%" ? "%" : lever.suffix ? ` ${lever.suffix}` : ""} ${change < 0 ? "lower" : "higher"}${months}`;
}

// With one digit after the point where that is exact.
function short(value, digits) {
  return number(value, Math.abs(value - Number(value.toFixed(1))) < 1e-9 ? Math.min(1, digits) : digits);
}
