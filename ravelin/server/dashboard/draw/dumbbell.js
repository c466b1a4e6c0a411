// Two dots a row, joined: what the economy does against what was observed.
import { number, steps } from "../format.js";
import { canvas, rows as gridRows, scale, size } from "./plot.js";

const LEFT = 62;

// data: {rows: [{label, value, other}], name, otherName, unit, digits}
export function dumbbell(figure, first) {
  let data = first;
  const view = canvas(figure);

  function draw() {
    const { kept, width, height } = view;
    const largest = Math.max(...data.rows.flatMap(({ value, other }) => [value, other]).filter(Number.isFinite));
    const ticks = steps(0, largest * 1.02, Math.max(3, Math.min(7, width / 80)));
    const x = scale(0, largest * 1.04, LEFT, width - 10);
    const y = scale(-0.5, data.rows.length - 0.5, 26, height - 24);
    kept.begin();
    gridRows(kept, [], 0, y, LEFT, width);
    for (const value of ticks.ticks) {
      kept.next("line", { class: "gridline", x1: x(value), x2: x(value), y1: 26, y2: height - 24 });
      kept.next(
        "text",
        { class: "axis", x: x(value), y: height - 6, "text-anchor": "middle" },
        number(value, ticks.digits),
      );
    }
    kept.next("circle", { cx: LEFT + 5, cy: 9, r: 4.5, fill: "var(--c1)", stroke: "var(--c1)", "stroke-width": 1 });
    kept.next("text", { class: "axis", x: LEFT + 14, y: 13, "text-anchor": "start", fill: "var(--t1)" }, data.name);
    const second = LEFT + 32 + data.name.length * 6.6;
    kept.next("circle", { cx: second, cy: 9, r: 4, fill: "var(--panel)", stroke: "var(--c6)", "stroke-width": 1.6 });
    kept.next(
      "text",
      { class: "axis", x: second + 9, y: 13, "text-anchor": "start", fill: "var(--t6)" },
      data.otherName,
    );
    data.rows.forEach((row, place) => {
      kept.next("text", { class: "axis", x: LEFT - 14, y: y(place) + 4, "text-anchor": "end" }, row.label);
      if (Number.isFinite(row.other)) {
        kept.next("path", {
          d: `M${x(row.value)} ${y(place)}H${x(row.other)}`,
          stroke: "var(--line2)",
          "stroke-width": 3,
        });
        kept.next("circle", {
          cx: x(row.other),
          cy: y(place),
          r: 4.5,
          fill: "var(--panel)",
          stroke: "var(--c6)",
          "stroke-width": 1.6,
        });
      }
      kept.next("circle", {
        cx: x(row.value),
        cy: y(place),
        r: 5,
        fill: "var(--c1)",
        stroke: "var(--panel)",
        "stroke-width": 1,
      });
    });
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
      columns: [
        { title: data.rowName },
        { title: data.name, unit: data.unit, digits: data.digits },
        { title: data.otherName, unit: data.unit, digits: data.digits },
      ],
      count: data.rows.length,
      label: (row) => data.rows[row].label,
      key: (row) => data.rows[row].label,
      values: (row) => [data.rows[row].value, data.rows[row].other],
    }),
  };
}
