// One series against another, traced in time: the oldest months are the palest.
import { extent } from "../derive.js";
import { monthName, monthsFrom, number, steps } from "../format.js";
import { canvas, columns, path, rows, scale, size } from "./plot.js";
import { at, lengthOf, seriesTable } from "./series.js";

const MONTHS = 82;
const PIECES = 8;
const LEFT = 30;
// Pixels of a letter and of a line, about.
const LETTER = 7;
const LINE = 14;

// The first row that is traced.
export const tracedFrom = ([across]) =>
  Math.max(across.values.findIndex(Number.isFinite), across.values.length - MONTHS, 0);

// data.series holds x, then y.
export function trace(figure, first) {
  let data = first;
  const view = canvas(figure);

  function draw() {
    const [across, up] = data.series;
    const { kept, width, height } = view;
    const end = lengthOf(data);
    const from = tracedFrom(data.series);
    const range = (series) => extent([series.values], from).map((value) => value * data.by);
    const [left, right] = range(across);
    const [low, high] = range(up);
    const x = scale(left, right, LEFT + 14, width - 34);
    const y = scale(low, high, height - 44, 38);
    const [marksX, marksY] = [steps(left, right, 4), steps(low, high, 4)];
    const place = (row) => [x(at(across, row) * data.by), y(at(up, row) * data.by)];
    kept.begin();
    rows(kept, marksY.ticks, marksY.digits, y, LEFT, width - 8);
    columns(
      kept,
      marksX.ticks.map((value) => ({ value, text: number(value, marksX.digits) })),
      x,
      height - 36,
    );
    kept.next("text", { class: "axis", x: LEFT, y: 12, "text-anchor": "start" }, `${up.name}, ${data.sign}`);
    kept.next(
      "text",
      { class: "axis", x: width - 8, y: height - 3, "text-anchor": "end" },
      `${across.name}, ${data.sign}`,
    );
    for (let piece = 0; piece < PIECES; piece += 1) {
      const begin = from + Math.floor(((end - from) * piece) / PIECES);
      const stop = from + Math.floor(((end - from) * (piece + 1)) / PIECES);
      const points = [];
      for (let row = begin; row <= Math.min(stop, end - 1); row += 1) points.push(place(row));
      kept.next("path", {
        d: path(points),
        fill: "none",
        stroke: "var(--c1)",
        "stroke-width": 1.6,
        "stroke-opacity": (0.2 + (0.8 * (piece + 1)) / PIECES).toFixed(2),
      });
    }
    const points = Array.from({ length: end - from }, (_, row) => place(from + row));
    const taken = [];
    const name = (row, text, extra) => {
      const box = freeBox(points[row - from], text, points, taken, [LEFT, width]);
      if (!box) return;
      taken.push(box);
      kept.next("text", { x: box[0], y: box[3] - 3, "text-anchor": "start", ...extra }, text);
    };
    if (end) {
      const [dotX, dotY] = points.at(-1);
      kept.next("ellipse", { cx: dotX, cy: dotY, rx: 5, ry: 5, fill: "var(--c1)" });
      name(end - 1, monthName(data.start, end - 1), { class: "axis halo strong", fill: "var(--t1)" });
    }
    for (let row = end - 2; row >= from; row -= 1) {
      const { year, month } = monthsFrom(data.start, row);
      if (month !== 0) continue;
      const [dotX, dotY] = points[row - from];
      kept.next("circle", { cx: dotX, cy: dotY, r: 3, fill: "var(--panel)", stroke: "var(--c1)", "stroke-width": 1.5 });
      if (end - row > 3) name(row, String(year), { class: "axis halo", fill: "" });
    }
    kept.end();
  }
  draw();
  return {
    update(next) {
      data = next;
      draw();
    },
    resize() {
      Object.assign(view, size(view.svg, figure));
      draw();
    },
    table: () => seriesTable(data),
  };
}

// The corner of a dot where its label covers least of the trace and no other label: [left, top, right, bottom] or null.
function freeBox([dotX, dotY], text, points, taken, [least, most]) {
  const [wide, away] = [text.length * LETTER, 7];
  const lefts = [dotX + away, dotX - away - wide];
  const tops = [dotY - away / 2 - LINE, dotY + away / 2];
  let best = null;
  let fewest = Infinity;
  for (const left of lefts)
    for (const top of tops) {
      const box = [left, top, left + wide, top + LINE];
      const meets = taken.some(
        (other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3],
      );
      const covered = points.filter(([x, y]) => x > box[0] && x < box[2] && y > box[1] && y < box[3]).length;
      if (meets || left < least || box[2] > most || covered >= fewest) continue;
      [best, fewest] = [box, covered];
    }
  return best;
}
