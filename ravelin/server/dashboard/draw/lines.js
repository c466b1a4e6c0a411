// Lines over months, with Chart.js. The one file that names the library.
import { colors } from "../colors.js";
import { extent, thin } from "../derive.js";
import { monthName, number, steps } from "../format.js";
import { shown, time } from "../time.js";
import { apart, timeTicks } from "./axis.js";
import { scrub } from "./scrub.js";
import { at, lengthOf, readRow, sayMonth, seriesTable, text } from "./series.js";

const GAP = 15;
// Pixels that the numbers at the left take, and at least those at the right: charts of one width share their months.
const LEFT = 44;
const RIGHT = 88;

export function available() {
  return Boolean(globalThis.Chart);
}

export function lines(figure, data, options) {
  const canvas = figure.appendChild(document.createElement("canvas"));
  canvas.setAttribute("aria-hidden", "true");
  const view = { data, turned: 0, span: [0, 1], low: 0, high: 1, ticks: steps(0, 1) };
  const chart = new globalThis.Chart(canvas, {
    type: "line",
    data: { datasets: [] },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      events: [],
      maintainAspectRatio: false,
      spanGaps: false,
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      elements: { point: { radius: 0, hitRadius: 0, hoverRadius: 0 }, line: { tension: 0, borderJoinStyle: "round" } },
      layout: { padding: { top: 8, right: 60 } },
      scales: {
        x: {
          type: "linear",
          grid: { display: false },
          border: { display: false },
          afterBuildTicks: (axis) => {
            axis.ticks = timeTicks(view.data.start, ...view.span, axis.width || canvas.clientWidth - 100).map(
              ({ row, text: label }) => ({ value: row, label }),
            );
          },
          ticks: {
            color: colors.ink3,
            font: font(12),
            maxRotation: 0,
            autoSkip: false,
            callback: (_, place, ticks) => ticks[place].label,
          },
        },
        y: {
          type: "linear",
          border: { display: false },
          grid: { color: colors.grid, drawTicks: false },
          afterFit: (axis) => Object.assign(axis, { width: Math.max(axis.width, LEFT) }),
          afterBuildTicks: (axis) => {
            axis.ticks = view.ticks.ticks.map((value) => ({ value }));
          },
          ticks: {
            color: colors.ink3,
            font: font(12),
            padding: 8,
            autoSkip: false,
            callback: (value) => number(value, view.ticks.digits),
          },
        },
      },
    },
    plugins: [
      {
        id: "ravelin",
        beforeDatasetsDraw: (drawn) => under(drawn, view),
        afterDatasetsDraw: (drawn) => over(drawn, view),
      },
    ],
  });
  scrub(
    figure,
    {
      area: () => chart.chartArea ?? { left: 0, right: figure.clientWidth },
      span: () => view.span,
      turn: (by) => {
        view.turned = (view.turned + by + view.data.series.length) % view.data.series.length;
      },
      say: (row) => sayMonth(view.data, view.data.series[view.turned] ?? view.data.series[0], row),
    },
    options,
  );
  const drawing = {
    update(next) {
      view.data = next;
      fit(chart, view);
      chart.update("none");
    },
    point: () => chart.draw(),
    resize: () => chart.resize(),
    destroy: () => chart.destroy(),
    table: () => seriesTable(view.data),
  };
  drawing.update(data);
  return drawing;
}

function font(size, weight = 430) {
  return { family: colors.sans, size, weight };
}

// Brings data sets, range and margins to the present data; points are reused.
function fit(chart, view) {
  const { data } = view;
  view.span = data.span ?? shown(lengthOf(data));
  const [first, last] = view.span;
  const stride = thin(first, last, Math.max(100, chart.width));
  const sets = chart.data.datasets;
  sets.length = data.series.length;
  data.series.forEach((series, place) => {
    sets[place] ??= { data: [] };
    const color = colors[series.color];
    Object.assign(sets[place], {
      borderColor: color,
      borderWidth: series.width ?? 2,
      borderDash: series.dash ?? [],
      clip: 2,
    });
    fill(sets[place].data, series, first, last, stride, data.by);
  });
  const marks = (data.references ?? []).map((reference) => Float64Array.of(reference.value));
  const bands = data.band ? [data.band] : [];
  const columns = data.series.map((series) =>
    series.values.subarray(Math.max(0, first - (series.start ?? 0)), Math.max(0, last + 1 - (series.start ?? 0))),
  );
  let [low, high] = extent([...columns, ...marks, ...bands.flatMap((band) => [band.low, band.high])]).map(
    (value) => value * data.by,
  );
  if (data.zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (data.digits === 0 && high - low < 2) high = low + 2;
  const room = (high - low || Math.abs(high) * 0.1 || 1) * 0.06;
  low -= data.zero && low === 0 ? 0 : room;
  high += room;
  view.ticks = steps(low, high, Math.max(3, Math.min(6, chart.height / 36)));
  Object.assign(chart.options.scales.y, { min: low, max: high });
  Object.assign(chart.options.scales.x, { min: first, max: last });
  chart.options.layout.padding.right = Math.max(RIGHT * Math.min(1, chart.width / 400), margin(chart.ctx, data, view.span));
}

// One stride of rows gives its least and its greatest value, in their order.
function fill(points, series, first, last, stride, by) {
  let count = 0;
  const put = (x, y) => {
    points[count] ??= { x: 0, y: 0 };
    points[count].x = x;
    points[count].y = y * by;
    count += 1;
  };
  const end = Math.min(last, series.values.length + (series.start ?? 0) - 1);
  for (let row = Math.max(first, series.start ?? 0); row <= end; row += stride) {
    if (stride === 1) {
      put(row, at(series, row));
      continue;
    }
    let [least, most] = [row, row];
    for (let other = row; other < Math.min(row + stride, end + 1); other += 1) {
      if (at(series, other) < at(series, least)) least = other;
      if (at(series, other) > at(series, most)) most = other;
    }
    for (const found of least < most ? [least, most] : [most, least]) put(found, at(series, found));
  }
  points.length = count;
}

export function labels(data, span) {
  const end = readRow(data, span);
  const listed = data.series.map((series) => {
    const own = Math.min(end, series.values.length + (series.start ?? 0) - 1);
    return {
      value: at(series, own),
      name: data.series.length > 1 || series.always ? series.name : "",
      color: series.text ?? "ink",
      number: !series.plain,
    };
  });
  for (const reference of data.references ?? [])
    listed.push({ ...reference, name: reference.label, color: "t6", number: true });
  return listed.filter(({ value }) => Number.isFinite(value));
}

function margin(context, data, span) {
  let widest = 0;
  for (const label of labels(data, span)) widest = Math.max(widest, labelWidth(context, data, label));
  return Math.ceil(widest) + 14;
}

function labelWidth(context, data, label) {
  context.font = `600 12px ${colors.sans}`;
  const figure = label.number ? context.measureText(text(data, label.value)).width + (label.name ? 5 : 0) : 0;
  context.font = `430 12px ${colors.sans}`;
  return figure + context.measureText(label.name).width;
}

function under(chart, { data }) {
  const {
    ctx: context,
    chartArea: area,
    scales: { x, y },
  } = chart;
  context.save();
  // What lies in other months than those shown stays outside.
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();
  context.fillStyle = colors.shade;
  for (const [from, to] of data.spans ?? []) {
    const [left, right] = [from - 0.5, to + 0.5].map((row) => x.getPixelForValue(row));
    context.fillRect(left, area.top, right - left, area.height);
  }
  if (data.band) {
    const { start, low, high } = data.band;
    context.fillStyle = colors.band2;
    context.beginPath();
    low.forEach((value, place) =>
      context.lineTo(x.getPixelForValue(start + place), y.getPixelForValue(value * data.by)),
    );
    for (let place = high.length - 1; place >= 0; place -= 1)
      context.lineTo(x.getPixelForValue(start + place), y.getPixelForValue(high[place] * data.by));
    context.fill();
  }
  context.lineWidth = 1.25;
  context.strokeStyle = colors.c6;
  context.setLineDash([4, 3]);
  for (const reference of data.references ?? [])
    stroke(context, area.left, y.getPixelForValue(reference.value * data.by), area.right, null);
  if (data.mark) {
    const left = x.getPixelForValue(data.mark.row);
    context.setLineDash([2, 3]);
    stroke(context, left, area.top, left, area.bottom);
    context.fillStyle = colors.ink2;
    context.font = `430 12px ${colors.sans}`;
    context.textBaseline = "top";
    const right = left + 5 + context.measureText(data.mark.text).width <= area.right;
    context.textAlign = right ? "left" : "right";
    context.fillText(data.mark.text, left + (right ? 5 : -5), area.top + 2);
  }
  context.restore();
}

function stroke(context, left, top, right, bottom) {
  context.stroke(new Path2D(`M${left} ${top}L${right} ${bottom ?? top}`));
}

function over(chart, { data, span }) {
  const {
    ctx: context,
    chartArea: area,
    scales: { x, y },
  } = chart;
  const listed = labels(data, span);
  const heights = apart(
    listed.map(({ value }) => y.getPixelForValue(value * data.by)),
    GAP,
    area.top,
    area.bottom,
  );
  context.save();
  context.textBaseline = "middle";
  listed.forEach((label, place) => {
    let left = area.right + 8;
    context.fillStyle = colors[label.color];
    if (label.number) {
      context.font = `600 12px ${colors.sans}`;
      const figure = text(data, label.value);
      context.fillText(figure, left, heights[place]);
      left += context.measureText(figure).width + 5;
    }
    context.font = `430 12px ${colors.sans}`;
    context.fillText(label.name, left, heights[place]);
  });
  if (time.month !== null && time.month <= x.max && time.month >= x.min) {
    const left = x.getPixelForValue(time.month);
    context.strokeStyle = colors.control;
    context.lineWidth = 1;
    stroke(context, left, area.top, left, area.bottom);
    for (const series of data.series) {
      const value = at(series, time.month);
      if (!Number.isFinite(value)) continue;
      context.fillStyle = colors[series.color];
      context.beginPath();
      context.arc(left, y.getPixelForValue(value * data.by), 3.5, 0, 7);
      context.fill();
    }
    context.fillStyle = colors.ink2;
    context.font = `600 12px ${colors.sans}`;
    context.textAlign = left > (area.left + area.right) / 2 ? "right" : "left";
    context.fillText(monthName(data.start, time.month), left + (context.textAlign === "right" ? -6 : 6), area.top + 6);
  }
  context.restore();
}
