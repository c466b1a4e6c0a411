// What is computed from columns: changes over twelve months, sums of a year, recessions, contributions.

export const YEAR = 12;

export function map(values, rule) {
  return Float64Array.from(values, rule);
}

// Growth over twelve months as a fraction; not a number in the first year.
export function growth(values) {
  return map(values, (value, place) => (place < YEAR ? NaN : value / values[place - YEAR] - 1));
}

// Half the width of the 95 % interval that the luck of single months puts around growth over twelve months: growth
// compares two months, and so does the change from one month to the next, whose spread a run shows.
export function chanceInGrowth(values) {
  const changes = Array.from(values.subarray(1), (value, place) => Math.log(value / values[place])).filter(Number.isFinite);
  if (changes.length < YEAR) return NaN;
  const mean = changes.reduce((total, one) => total + one, 0) / changes.length;
  const squares = changes.reduce((total, one) => total + (one - mean) ** 2, 0);
  return 1.96 * Math.sqrt(squares / (changes.length - 1));
}

export function sum(...columns) {
  return map(columns[0], (_, place) => columns.reduce((total, column) => total + column[place], 0));
}

export function ratio(top, bottom) {
  return map(top, (value, place) => value / bottom[place]);
}

export function product(one, other) {
  return map(one, (value, place) => value * other[place]);
}

// Sum of the last twelve months; not a number in the first eleven.
export function yearly(values) {
  let running = 0;
  return map(values, (value, place) => {
    running += value - (place >= YEAR ? values[place - YEAR] : 0);
    return place < YEAR - 1 ? NaN : running;
  });
}

// Mean of the last twelve months; not a number in the first eleven.
export function smooth(values) {
  return map(yearly(values), (value) => value / YEAR);
}

// What is counted once in a while is 0 until the first count: not a number.
export function onceCounted(values) {
  const first = values.findIndex((value) => value > 0);
  return map(values, (value, place) => (first < 0 || place < first ? NaN : value));
}

// First value = 100.
export function indexed(values) {
  return map(values, (value) => (100 * value) / values[0]);
}

// Change over twelve months of a part, over the whole of twelve months ago, in percentage points.
export function contribution(part, whole) {
  return map(part, (value, place) => (place < YEAR ? NaN : (100 * (value - part[place - YEAR])) / whole[place - YEAR]));
}

// Spans of months [from, to] in which real GDP, summed by quarter of the calendar, has fallen two quarters
// running or more: from the quarter after the peak to the trough.
export function recessions(real, firstMonth) {
  const skipped = (3 - (firstMonth % 3)) % 3;
  const quarters = [];
  for (let month = skipped; month + 3 <= real.length; month += 3)
    quarters.push(real[month] + real[month + 1] + real[month + 2]);
  const spans = [];
  let fallen = 0;
  for (let quarter = 1; quarter <= quarters.length; quarter += 1) {
    if (quarters[quarter] < quarters[quarter - 1]) {
      fallen += 1;
      continue;
    }
    if (fallen >= 2) spans.push([skipped + 3 * (quarter - fallen), skipped + 3 * quarter - 1]);
    fallen = 0;
  }
  return spans;
}

// Of every two pixels' worth of points keep the least and the greatest, so that no peak is lost.
export function thin(from, to, most) {
  return to - from <= 2 * most ? 1 : Math.ceil((to - from) / most);
}

// Lowest and highest known value of columns between two places.
export function extent(columns, from = 0, to = Infinity) {
  let low = Infinity;
  let high = -Infinity;
  for (const values of columns) {
    for (let place = Math.max(0, from); place < Math.min(values.length, to); place += 1) {
      if (values[place] < low) low = values[place];
      if (values[place] > high) high = values[place];
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

export function last(values) {
  return values.length ? values[values.length - 1] : NaN;
}
