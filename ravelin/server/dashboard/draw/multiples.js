// Small charts side by side, one for each series, each in its own range.
import { h, say } from "../dom.js";
import { signed } from "../format.js";
import { time } from "../time.js";
import { at, lengthOf, seriesTable } from "./series.js";
import { sparkline } from "./sparkline.js";

const MONTHS = 84;

export function multiples(figure, first) {
  let data = first;
  const list = figure.appendChild(h("ul", { class: "multiples" }));
  const cells = first.series.map((series) => {
    const value = h("b");
    const cell = list.appendChild(h("li", {}, h("div", {}, h("span", { title: series.name }, series.name), value)));
    return { value, line: sparkline(cell, MONTHS) };
  });

  function point() {
    const row = Math.min(time.month ?? Infinity, lengthOf(data) - 1);
    data.series.forEach((series, place) => {
      const value = at(series, row);
      say(cells[place].value, Number.isFinite(value) ? `${signed(value * data.by, data.digits)}${data.sign}` : "–");
    });
  }

  function draw() {
    data.series.forEach((series, place) => cells[place].line(series.values, data.spans, data.references[0]?.value));
    point();
  }
  draw();
  return {
    update(next) {
      data = next;
      draw();
    },
    point,
    resize() {},
    table: () => seriesTable(data),
  };
}
