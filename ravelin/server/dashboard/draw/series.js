// What all charts of series share: values by row, their text, their table.
import { isoMonth, monthName, number } from "../format.js";
import { time } from "../time.js";

// A series may begin at a later row than the chart.
export function at(series, row) {
  const value = series.values[row - (series.start ?? 0)];
  return value === undefined ? NaN : value;
}

// The row whose values stand beside a chart of a window of months: the one under the cursor, else the window's last.
export function readRow(data, [, to]) {
  return Math.min(time.month ?? Infinity, to, lengthOf(data) - 1);
}

export function lengthOf(data) {
  return Math.max(0, ...data.series.map((series) => series.values.length + (series.start ?? 0)));
}

export function text(data, value) {
  return number(value * data.by, data.digits);
}

export function sayMonth(data, series, row) {
  return `${monthName(data.start, row)}: ${series.name ?? data.title} ${text(data, at(series, row))}${data.sign ?? ""}`;
}

export function seriesTable(data) {
  const count = lengthOf(data);
  return {
    columns: [
      { title: "Month" },
      ...data.series.map((series) => ({ title: series.name ?? data.title, unit: data.words, digits: data.digits })),
    ],
    count,
    newest: true,
    label: (row) => monthName(data.start, row),
    key: (row) => isoMonth(data.start, row),
    values: (row) => data.series.map((series) => at(series, row) * data.by),
  };
}

// One sentence for who cannot see the chart.
export function caption(data) {
  const count = lengthOf(data);
  if (!count) return `${data.title}: no months yet`;
  const lead = data.series[0];
  const now = at(lead, count - 1);
  const before = at(lead, count - 13);
  const known = Array.from(lead.values).filter(Number.isFinite);
  // Where there are several lines, the rest tells of the first.
  const who = data.series.length > 1 ? `${lead.name} ` : "";
  const parts = [
    `${data.title}, ${data.words}: ${data.series.map((series) => `${series.name && data.series.length > 1 ? `${series.name} ` : ""}${text(data, at(series, count - 1))}`).join(", ")} in ${monthName(data.start, count - 1)}`,
  ];
  if (Number.isFinite(before) && Number.isFinite(now)) {
    const change = now - before;
    const size = text(data, Math.abs(change));
    const moved = /[1-9]/.test(size) ? `${change < 0 ? "down" : "up"} ${size}` : "unchanged";
    parts.push(`${who}${moved} in a year`);
  }
  const first = (lead.start ?? 0) + lead.values.findIndex((value) => Number.isFinite(value));
  const range = known.length
    ? `; ${who}between ${text(data, Math.min(...known))} and ${text(data, Math.max(...known))} since ${monthName(data.start, first)}`
    : "";
  return `${parts.join(", ")}${range}.`;
}
