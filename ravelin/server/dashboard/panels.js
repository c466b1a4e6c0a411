// The panels, as data. A new system adds one entry; nothing else changes.
//
// needs: columns of history ("price_*" is any that begins so), "state.<field>" of /state, or paths such as "/schedule".
// A panel whose needs are absent says so with its `empty` sentence. `column` takes title and definition from that
// indicator's declaration; composite panels have their own words. `from` makes what `draw` takes.
import { LABOR } from "./panels/labor.js";
import { MONEY } from "./panels/money.js";
import { REAL } from "./panels/real.js";
import { SOCIETY } from "./panels/society.js";

export const SECTIONS = [
  { id: "output", title: "Output", about: "what the economy makes" },
  { id: "prices", title: "Prices", about: "what a dollar buys" },
  { id: "labor", title: "Labor", about: "who works, for what" },
  { id: "credit", title: "Money and credit", about: "who owes, at what rate" },
  { id: "books", title: "Balance sheet", about: "every asset is someone's debt; every row of claims sums to zero" },
  { id: "distribution", title: "Distribution", about: "who gets what" },
  { id: "supply", title: "Supply chain and tick", about: "who waits for whom" },
  { id: "markets", title: "Markets", about: "trading days inside the month" },
];

export const PANELS = [...REAL, ...LABOR, ...MONEY, ...SOCIETY];
