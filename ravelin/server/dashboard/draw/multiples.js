// Small charts side by side, one for each series, over the months of all charts; each in its own range, which is told.
import { h, say } from "../dom.js";
import { number, signed } from "../format.js";
import { shown, time } from "../time.js";
import { at, lengthOf, seriesTable } from "./series.js";
import { sparkline } from "./sparkline.js";

export function multiples(figure, first) {
  let data = first;
  const list = figure.appendChild(h("ul", { class: "multiples" }));
  const cells = first.series.map((series) => {
    const value = h("b");
    const cell = list.appendChild(h("li", {}, h("div", {}, h("span", { title: series.name }, series.name), value)));
    const line = sparkline(cell);
    return { value, line, range: cell.appendChild(h("small")) };
  });

  function point() {
    const row = Math.min(time.month ?? Infinity, shown(lengthOf(data))[1], lengthOf(data) - 1);
    data.series.forEach((series, place) => {
      const value = at(series, row);
      say(cells[place].value, Number.isFinite(value) ? `${signed(value * data.by, data.digits)}${data.sign}` : "–");
    });
  }

  function draw() {
    const window = shown(lengthOf(data));
    data.series.forEach((series, place) => {
      const { line, range } = cells[place];
      const found = line(series.values, data.spans, data.references[0]?.value, window);
      say(range, found ? `${found.map((value) => number(value * data.by, data.digits)).join(" to ")}${data.sign}` : "");
    });
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
