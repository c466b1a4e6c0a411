// An SVG of the size of its figure, with axes; its nodes are kept from drawing to drawing.
import { Kept, s, set } from "../dom.js";
import { number } from "../format.js";

export function canvas(figure, extra = {}, least = 0) {
  const svg = figure.appendChild(s("svg", { "aria-hidden": "true", ...extra }));
  return { svg, kept: new Kept(svg.appendChild(s("g"))), ...size(svg, figure, least) };
}

// A figure narrower than the least width scrolls.
export function size(svg, figure, least = 0) {
  const box = figure.getBoundingClientRect();
  const width = Math.max(120, least, Math.round(box.width));
  if (least) {
    const scrolls = box.width < least;
    figure.classList.toggle("wide", scrolls);
    svg.style.width = scrolls ? `${width}px` : "";
    if (scrolls) figure.tabIndex = 0;
    else figure.removeAttribute("tabindex");
  }
  const height = Math.max(80, Math.round(box.height));
  set(svg, { viewBox: `0 0 ${width} ${height}` });
  return { width, height };
}

export function scale(low, high, from, to) {
  const by = (to - from) / (high - low || 1);
  return (value) => from + (value - low) * by;
}

export function path(points) {
  let text = "";
  let pen = "M";
  for (const [x, y] of points) {
    if (!Number.isFinite(y)) {
      pen = "M";
      continue;
    }
    text += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  }
  return text;
}

// Horizontal grid lines with their numbers at the left.
export function rows(kept, ticks, digits, y, left, right) {
  for (const value of ticks) {
    const at = Math.round(y(value)) + 0.5;
    kept.next("line", { class: value === 0 ? "zero" : "gridline", x1: left, x2: right, y1: at, y2: at });
    kept.next("text", { class: "axis", x: left - 8, y: at + 4, "text-anchor": "end" }, number(value, digits));
  }
}

export function columns(kept, labels, x, bottom) {
  for (const { value, text } of labels) {
    kept.next("text", { class: "axis", x: x(value), y: bottom + 17, "text-anchor": "middle" }, text);
  }
}
