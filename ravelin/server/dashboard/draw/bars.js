// Signed bars stacked by month, with their total as a line and their values beside.
import { colors } from "../colors.js";
import { extent } from "../derive.js";
import { h, s, say, set } from "../dom.js";
import { monthName, number, signed, steps } from "../format.js";
import { shown, time } from "../time.js";
import { timeTicks } from "./axis.js";
import { canvas, columns, path, rows, scale, size } from "./plot.js";
import { scrub } from "./scrub.js";
import { at, lengthOf, readRow, seriesTable } from "./series.js";

const LEFT = 34;
const BOTTOM = 22;

// The last of data.series is the total.
export function bars(figure, first, options) {
  let data = first;
  const plot = h("div", { class: "plot" });
  const legend = h("ul", { class: "legend" });
  figure.append(h("div", { class: "beside" }, plot, legend));
  const view = canvas(plot);
  const shades = view.svg.insertBefore(s("path", { class: "shade" }), view.svg.firstChild);
  const stacks = first.series
    .slice(0, -1)
    .map((series) => view.svg.appendChild(s("path", { fill: `var(--${series.color})` })));
  const edge = view.svg.appendChild(s("path", { fill: "none", stroke: "var(--panel)", "stroke-width": 4 }));
  const line = view.svg.appendChild(s("path", { fill: "none", stroke: "var(--ink)", "stroke-width": 2 }));
  const cursor = view.svg.appendChild(s("line", { stroke: "var(--control)" }));
  const entries = [...first.series].reverse().map((series, place) => {
    const value = h("b");
    legend.append(h("li", {}, place ? swatch(series) : null, value, series.name));
    return { value, series: first.series.length - 1 - place };
  });
  legend.prepend(legend.firstChild);
  const when = legend.appendChild(h("li"));

  function draw() {
    const [from, to] = shown(lengthOf(data));
    const { width, height, kept } = view;
    const parts = data.series.slice(0, -1);
    const totals = data.series.at(-1);
    const ups = new Float64Array(Math.max(0, to - from + 1));
    const downs = new Float64Array(ups.length);
    for (let row = from; row <= to; row += 1) {
      for (const series of parts) {
        const value = at(series, row);
        if (value > 0) ups[row - from] += value;
        else downs[row - from] += value || 0;
      }
    }
    const [low, high] = extent([ups, downs]);
    const ticks = steps(low, high, 5);
    const x = scale(from - 0.5, to + 0.5, LEFT, width - 4);
    const y = scale(Math.min(low, 0), Math.max(high, 0.1), height - BOTTOM, 6);
    const wide = Math.max(0.6, (x(1) - x(0)) * 0.8);
    kept.begin();
    rows(kept, ticks.ticks, ticks.digits, y, LEFT, width - 4);
    columns(
      kept,
      timeTicks(data.start, from, to, width - LEFT).map(({ row, text }) => ({ value: row, text })),
      x,
      height - BOTTOM,
    );
    kept.end();
    ups.fill(0);
    downs.fill(0);
    parts.forEach((series, place) => {
      let shape = "";
      for (let row = from; row <= to; row += 1) {
        const value = at(series, row);
        if (!value) continue;
        const side = value > 0 ? ups : downs;
        const base = y(side[row - from]);
        side[row - from] += value;
        shape += `M${(x(row) - wide / 2).toFixed(1)} ${base.toFixed(1)}h${wide.toFixed(1)}V${y(side[row - from]).toFixed(1)}h${(-wide).toFixed(1)}z`;
      }
      set(stacks[place], { d: shape });
    });
    const total = path(
      Array.from({ length: ups.length }, (_, place) => [x(from + place), y(at(totals, from + place))]),
    );
    set(line, { d: total });
    set(edge, { d: total });
    set(shades, {
      d: (data.spans ?? [])
        .filter(([begin, end]) => end >= from && begin <= to)
        .map(
          ([begin, end]) =>
            `M${x(Math.max(begin, from) - 0.5)} 6H${x(Math.min(end, to) + 0.5)}V${height - BOTTOM}H${x(Math.max(begin, from) - 0.5)}z`,
        )
        .join(""),
    });
    view.x = x;
    point();
  }

  function point() {
    const [from, to] = shown(lengthOf(data));
    const row = readRow(data, [from, to]);
    for (const { value, series } of entries)
      say(value, Number.isFinite(at(data.series[series], row)) ? signed(at(data.series[series], row), 1) : "–");
    say(when, time.month === null ? "" : monthName(data.start, row));
    const visible = time.month !== null && time.month >= from && time.month <= to;
    set(cursor, {
      x1: view.x(row),
      x2: view.x(row),
      y1: 6,
      y2: view.height - BOTTOM,
      visibility: visible ? "visible" : "hidden",
    });
  }

  scrub(
    figure,
    {
      area: () => {
        const left = plot.getBoundingClientRect().left - figure.getBoundingClientRect().left;
        return { left: left + LEFT, right: left + view.width - 4 };
      },
      span: window,
      turn: () => {},
      say: (row) =>
        `${monthName(data.start, row)}: ${data.series.map((series) => `${series.name} ${number(at(series, row), 1)}`).join(", ")}`,
    },
    options,
  );
  draw();
  return {
    update(next) {
      data = next;
      draw();
    },
    point,
    resize() {
      Object.assign(view, size(view.svg, plot));
      draw();
    },
    table: () => seriesTable(data),
  };
}

function swatch(series) {
  const mark = h("i");
  mark.style.background = colors[series.color];
  return mark;
}
