// The tokens as scripts need them, read once per theme: reading computed style in every frame is slow.

const NAMES = [
  "panel",
  "line",
  "line2",
  "grid",
  "shade",
  "ink",
  "ink2",
  "ink3",
  "c1",
  "c2",
  "c3",
  "c4",
  "c5",
  "c6",
  "t1",
  "t2",
  "t3",
  "t4",
  "t5",
  "t6",
  "band1",
  "band2",
  "control",
  "sans",
];
export const colors = {};

export function readColors() {
  const style = getComputedStyle(document.documentElement);
  for (const name of NAMES) colors[name] = style.getPropertyValue(`--${name}`).trim();
}

// A sector has one color everywhere.
export const SECTOR_COLORS = { consumers: "c1", firms: "c5", banks: "c4", government: "c3", central_bank: "c6" };

export function keepTheme(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("ravelin-theme", theme);
  } catch {
    // Storage may be forbidden; the theme then lasts as long as the page.
  }
  readColors();
}
