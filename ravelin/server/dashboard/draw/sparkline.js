// A line without axes: for cards and small multiples.
import { extent } from "../derive.js";
import { s, set } from "../dom.js";
import { path, scale } from "./plot.js";

const WIDTH = 120;
const HEIGHT = 40;

// Shows the last `months` of a column, or the rows of a window; returns update(values, spans, reference, window), which
// returns the least and the greatest value shown, or null.
export function sparkline(parent, months) {
  const shade = s("path", { class: "shade" });
  const mark = s("line", {
    x1: 0,
    x2: WIDTH,
    stroke: "var(--c6)",
    "stroke-width": 1,
    "stroke-dasharray": "3 3",
    "vector-effect": "non-scaling-stroke",
  });
  const line = s("path", {
    fill: "none",
    stroke: "var(--c1)",
    "stroke-width": 1.6,
    "vector-effect": "non-scaling-stroke",
    "stroke-linejoin": "round",
  });
  const dot = s("path", {
    fill: "none",
    stroke: "var(--c1)",
    "stroke-width": 6,
    "stroke-linecap": "round",
    "vector-effect": "non-scaling-stroke",
  });
  parent.append(
    s(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      shade,
      mark,
      line,
      dot,
    ),
  );
  return (values, spans, reference, window) => {
    const [first, last] = window ?? [values.length - months, values.length - 1];
    const from = Math.max(0, first);
    const recent = values.subarray(from, last + 1);
    const marks = Number.isFinite(reference) ? [Float64Array.of(reference)] : [];
    const [low, high] = extent([recent, ...marks]);
    const room = (high - low || 1) * 0.08;
    const x = scale(first, Math.max(last, first + 1), 2, WIDTH - 4);
    const y = scale(low - room, high + room, HEIGHT - 3, 4);
    set(line, { d: path(Array.from(recent, (value, place) => [x(from + place), y(value)])) });
    const now = recent[recent.length - 1];
    set(dot, { d: Number.isFinite(now) ? `M${x(last)} ${y(now)}h0` : "" });
    set(mark, { y1: y(reference || 0), y2: y(reference || 0), visibility: marks.length ? "visible" : "hidden" });
    set(shade, {
      d: spans
        .filter(([begun, ended]) => ended >= from && begun <= last)
        .map(([begun, ended]) => {
          const left = x(Math.max(begun, from) - 0.5);
          return `M${left} 0H${x(Math.min(ended, last) + 0.5)}V${HEIGHT}H${left}z`;
        })
        .join(""),
    });
    return recent.some(Number.isFinite) ? extent([recent]) : null;
  };
}
