// The one cursor and the one span of months that all time charts share.

const listeners = new Set();

export const time = {
  month: null, // row under the cursor; null shows the latest
  span: null, // [first, last] row shown; null shows all

  point(month) {
    if (month === this.month) return;
    this.month = month;
    for (const listener of listeners) listener();
  },

  zoom(span) {
    this.span = span;
    for (const listener of listeners) listener();
  },

  listen(listener) {
    listeners.add(listener);
  },
};

// First and last row to show of so many.
export function shown(length) {
  if (!time.span) return [0, Math.max(1, length - 1)];
  const first = Math.max(0, Math.min(time.span[0], length - 2));
  return [first, Math.max(first + 1, Math.min(time.span[1], length - 1))];
}
