// The panels: declared by the domains of the economy, drawn here. A new system adds one entry in its own domain's file.
//
// Panels of the history need nothing more. Those of what the server sums up of a month say here how it is read.
import { PANELS as DECLARED, SECTIONS } from "./declared.js";
import { bars } from "./draw/bars.js";
import { curve } from "./draw/curve.js";
import { depth } from "./draw/depth.js";
import { dumbbell } from "./draw/dumbbell.js";
import { lines } from "./draw/lines.js";
import { matrix } from "./draw/matrix.js";
import { multiples } from "./draw/multiples.js";
import { network } from "./draw/network.js";
import { sankey } from "./draw/sankey.js";
import { schedule } from "./draw/schedule.js";
import { trace } from "./draw/trace.js";
import * as make from "./made.js";

export { SECTIONS };

const DRAW = {
  lines,
  stack: lines,
  bars,
  multiples,
  trace,
  curve,
  matrix,
  sankey,
  network,
  lorenz: curve,
  dumbbell,
  schedule,
  depth,
};
// Kinds whose panel is as high as what it holds.
const FLOW = new Set(["matrix", "multiples", "schedule"]);
const OF_HISTORY = { trace: make.traced, bars: make.bars, multiples: make.multiples, curve: make.curve };
const OF_SUMMARIES = {
  sheet: { from: make.sheet },
  flows: { from: make.flows, waits: (economy) => !economy.read("state.paid").entries.length },
  lorenz: { from: make.lorenz },
  deciles: {
    from: make.deciles,
    waits: (economy) => economy.read("state.distribution").deciles.some(({ spending }) => spending === null),
  },
  "supply-map": { from: make.supply },
  interbank: { from: make.interbank },
  "tick-times": { from: make.phases },
  "order-book": { from: make.orders },
};

function entry(declared) {
  const { id, drawn } = declared;
  const read = OF_HISTORY[drawn] ?? make.panel;
  return {
    ...declared,
    draw: DRAW[drawn],
    flow: FLOW.has(drawn),
    // Two months make the first piece of a trace.
    firstRow: declared.first_month + (drawn === "trace" ? 1 : 0),
    nothing: declared.none && ((economy) => make.nothing(economy, declared)),
    ...(OF_SUMMARIES[id] ?? { from: (economy) => read(economy, declared) }),
  };
}

export const PANELS = DECLARED.map(entry);
