// The same data as a chart, as a table and as a file.
import { h } from "./dom.js";
import { number } from "./format.js";

const ROWS = 24;

function order(table, place) {
  return table.newest ? table.count - 1 - place : place;
}

// A scrolling table of the first 24 rows, with a button for more; keeps the place and length of the one before.
export function shownTable(table, title, before) {
  const count = Math.min(table.count, Number(before?.dataset.rows ?? ROWS));
  const body = h("tbody");
  const head = h(
    "tr",
    {},
    ...table.columns.map(({ title: name, unit }) =>
      h("th", { scope: "col" }, unit && table.columns.length < 4 ? `${name}, ${unit}` : name),
    ),
  );
  const more = h("button", { type: "button", class: "button small more" });
  const unit = table.columns.find((column) => column.unit)?.unit;
  const node = h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": `${title}, table` },
    h(
      "table",
      { class: "data" },
      h("caption", {}, unit && table.columns.length >= 4 ? unit : ""),
      h("thead", {}, head),
      body,
    ),
    more,
  );
  let shown = 0;
  const add = (rows) => {
    for (const end = Math.min(table.count, shown + rows); shown < end; shown += 1) {
      const row = order(table, shown);
      const cells = table
        .values(row)
        .map((value, column) => h("td", {}, number(value, table.columns[column + 1].digits)));
      body.append(h("tr", {}, h("td", {}, table.label(row)), ...cells));
    }
    node.dataset.rows = String(shown);
    more.hidden = shown >= table.count;
    more.textContent = `${Math.min(ROWS, table.count - shown)} more`;
  };
  more.addEventListener("click", () => add(ROWS));
  add(count || ROWS);
  if (before) requestAnimationFrame(() => node.scrollTo(0, before.scrollTop));
  return node;
}

export function csv(table) {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  // A text that begins like a formula would be run by a spreadsheet.
  const safe = (text) => quoted(/^[=+@]/.test(text) ? `'${text}` : text);
  const head = table.columns.map(({ title, unit }) => safe(unit ? `${title} (${unit})` : title));
  const rows = Array.from({ length: table.count }, (_, row) => [
    safe(table.key(row)),
    ...table.values(row).map((value) => (Number.isFinite(value) ? String(Number(value.toPrecision(12))) : "")),
  ]);
  return [head, ...rows].map((cells) => cells.join(",")).join("\n") + "\n";
}

export function saveCsv(name, table) {
  const link = h("a", { href: URL.createObjectURL(new Blob([csv(table)], { type: "text/csv" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
