// Curves over a quantity that is not time: Lorenz curves, a yield curve.
import { extent } from "../derive.js";
import { number, steps } from "../format.js";
import { canvas, columns, path, rows, scale, size } from "./plot.js";

const LEFT = 34;
const BOTTOM = 38;

// data: {curves: [{name, label, points: [[x, y]], color, text, dash, labelAt, side}], xName, xTicks: [{value, text}], range, corner}
// Names in the corner above curves that meet at their end.
function label(kept, curves) {
  curves.forEach((line, place) => {
    const y = 20 + 19 * place;
    kept.next("path", {
      d: `M${LEFT + 12} ${y}h18`,
      stroke: `var(--${line.color})`,
      "stroke-width": line.dash ? 1.25 : 2,
      "stroke-dasharray": line.dash ? "4 3" : "none",
    });
    kept.next(
      "text",
      {
        class: "axis halo",
        x: LEFT + 37,
        y: y + 4,
        "text-anchor": "start",
        fill: `var(--${line.text})`,
        "font-weight": line.dash ? 430 : 600,
      },
      line.label,
    );
  });
}

export function curve(figure, first) {
  let data = first;
  const view = canvas(figure);

  function draw() {
    const { kept, width, height } = view;
    const all = data.curves.flatMap(({ points }) => points);
    const [left, right] = extent([Float64Array.from(all, ([x]) => x)]);
    const [low, high] = data.range ?? extent([Float64Array.from(all, ([, y]) => y)]);
    const ticks = steps(low, high, 5);
    const x = scale(left, right, LEFT, width - (data.margin ?? 16));
    const y = scale(low, high, height - BOTTOM, 8);
    kept.begin();
    rows(kept, ticks.ticks, ticks.digits, y, LEFT, width - (data.margin ?? 16));
    columns(kept, data.xTicks, x, height - BOTTOM);
    kept.next("text", { class: "axis", x: width - 8, y: height - 4, "text-anchor": "end" }, data.xName);
    for (const line of data.curves) {
      kept.next("path", {
        d: path(line.points.map(([across, up]) => [x(across), y(up)])),
        fill: "none",
        stroke: `var(--${line.color})`,
        "stroke-width": line.dash ? 1.25 : 2,
        "stroke-dasharray": line.dash ? "4 3" : "none",
      });
    }
    if (data.corner) label(kept, data.curves);
    for (const line of data.corner ? [] : data.curves) {
      const [across, up] = line.points[Math.round((line.points.length - 1) * line.labelAt)];
      const after = line.side === "right";
      kept.next(
        "text",
        {
          class: "axis halo",
          x: x(across) + (after ? 8 : -8),
          y: y(up) + (after ? 14 : -6),
          "text-anchor": after ? "start" : "end",
          fill: `var(--${line.text})`,
          "font-weight": line.dash ? 430 : 600,
        },
        line.label,
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
    table: () => ({
      columns: [{ title: data.xName }, ...data.curves.map(({ name }) => ({ title: name, digits: 1 }))],
      count: data.curves[0].points.length,
      label: (row) => number(data.curves[0].points[row][0], 0),
      key: (row) => String(data.curves[0].points[row][0]),
      values: (row) => data.curves.map(({ points }) => points[row]?.[1] ?? NaN),
    }),
  };
}
