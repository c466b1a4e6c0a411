// One series against another, traced in time: the oldest months are the palest.
import { extent } from "../derive.js";
import { monthName, monthsFrom, number, steps } from "../format.js";
import { canvas, columns, path, rows, scale, size } from "./plot.js";
import { at, lengthOf, seriesTable } from "./series.js";

const MONTHS = 82;
const PIECES = 8;
const LEFT = 30;

// data.series holds x, then y.
export function trace(figure, first) {
  let data = first;
  const view = canvas(figure);

  function draw() {
    const [across, up] = data.series;
    const { kept, width, height } = view;
    const end = lengthOf(data);
    const from = Math.max(data.series[0].values.findIndex(Number.isFinite), end - MONTHS, 0);
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
    for (let row = from; row < end; row += 1) {
      const { year, month } = monthsFrom(data.start, row);
      if (month !== 0 || row === end - 1) continue;
      const [dotX, dotY] = place(row);
      kept.next("circle", { cx: dotX, cy: dotY, r: 3, fill: "var(--panel)", stroke: "var(--c1)", "stroke-width": 1.5 });
      if (end - row > 3)
        kept.next("text", { class: "axis halo", x: dotX + 6, y: dotY - 5, "text-anchor": "start" }, String(year));
    }
    if (end) {
      const [dotX, dotY] = place(end - 1);
      kept.next("ellipse", { cx: dotX, cy: dotY, rx: 5, ry: 5, fill: "var(--c1)" });
      const onRight = dotX > width / 2;
      kept.next(
        "text",
        {
          class: "axis halo strong",
          x: dotX + (onRight ? -9 : 9),
          y: dotY - 9,
          "text-anchor": onRight ? "end" : "start",
          fill: "var(--t1)",
        },
        monthName(data.start, end - 1),
      );
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
