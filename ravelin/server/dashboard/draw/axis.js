// Where a time axis has its labels.
import { monthName, monthsFrom } from "../format.js";

// Labels of rows `first` to `last` over so many pixels: years, or months where few are shown.
export function timeTicks(start, first, last, width) {
  const most = Math.max(2, Math.floor(width / 62));
  const { month } = monthsFrom(start, 0);
  const toJanuary = (12 - month) % 12;
  const years = (last - first) / 12;
  if (years < 2) {
    const every = [1, 2, 3, 6, 12].find((count) => (last - first) / count <= most) ?? 12;
    const ticks = [];
    for (let row = Math.ceil((first + month) / every) * every - month; row <= last; row += every)
      ticks.push({ row, text: monthName(start, row) });
    return ticks;
  }
  const every = [1, 2, 5, 10, 20, 50, 100].find((count) => years / count <= most) ?? 200;
  const januaries = [];
  for (let row = toJanuary; row <= last; row += 12)
    if (row >= first) januaries.push({ row, year: monthsFrom(start, row).year });
  const round = januaries.filter(({ year }) => year % every === 0);
  // One label tells no scale.
  const told = round.length > 1 ? round : [januaries.at(0), januaries.at(-1)];
  return told.map(({ row, year }) => ({ row, text: String(year) }));
}

// Pushes labels apart: returns, for each wanted position, one at least `gap` from its neighbors and inside the span.
export function apart(wanted, gap, low, high) {
  const order = wanted.map((at, place) => ({ at, place })).sort((one, other) => one.at - other.at);
  order.forEach((label, place) => {
    const before = place ? order[place - 1].at + gap : low;
    label.at = Math.max(label.at, before);
  });
  for (let place = order.length - 1, limit = high; place >= 0; place -= 1) {
    order[place].at = Math.min(order[place].at, limit);
    limit = order[place].at - gap;
  }
  const placed = [];
  for (const { at, place } of order) placed[place] = at;
  return placed;
}
