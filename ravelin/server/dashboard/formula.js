// Works out formulas of panels, which are data: [operation, ...columns or formulas].
import { before, change, growth, indexed, map, onceCounted, product, ratio, smooth, yearly } from "./derive.js";

const RULES = {
  read: (values) => values,
  plus: (one, other) => map(one, (value, place) => value + other[place]),
  minus: (one, other) => map(one, (value, place) => value - other[place]),
  times: product,
  over: ratio,
  year: yearly,
  mean: smooth,
  growth,
  change,
  before,
  indexed,
  counted: onceCounted,
};

export function evaluate([operation, ...inside], column) {
  return RULES[operation](...inside.map((part) => (typeof part === "string" ? column(part) : evaluate(part, column))));
}

export function columnsOf([, ...inside]) {
  return inside.flatMap((part) => (typeof part === "string" ? [part] : columnsOf(part)));
}

// The formula of one good: its name in place of the star of every column.
export function renamed([operation, ...inside], each) {
  return [
    operation,
    ...inside.map((part) => (typeof part === "string" ? part.replace("*", each) : renamed(part, each))),
  ];
}
