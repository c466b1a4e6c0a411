// An order book: what is bid and what is asked, added up from the best price outward.
import { number, steps } from "../format.js";
import { canvas, columns, rows, scale, size } from "./plot.js";

const LEFT = 40;
const BOTTOM = 38;

function steppedFrom(levels) {
  let sum = 0;
  return levels.map(([price, quantity]) => [price, (sum += quantity)]);
}

// data: {bids: [[price, quantity]], asks: [[price, quantity]], priceName}, each from the best price outward.
export function depth(figure, first) {
  let data = first;
  const view = canvas(figure);

  function draw() {
    const { kept, width, height } = view;
    const sides = [
      [steppedFrom(data.bids), "c1", "t1", "Bids"],
      [steppedFrom(data.asks), "c2", "t2", "Asks"],
    ];
    const all = sides.flatMap(([levels]) => levels);
    const prices = all.map(([price]) => price);
    const ticks = steps(0, Math.max(...all.map(([, sum]) => sum), 1), 4);
    const [low, high] = [Math.min(...prices), Math.max(...prices)];
    const x = scale(low, high, LEFT, width - 10);
    const y = scale(0, ticks.ticks.at(-1), height - BOTTOM, 20);
    const marks = steps(low, high, 5);
    kept.begin();
    rows(kept, ticks.ticks, ticks.digits, y, LEFT, width - 10);
    columns(
      kept,
      marks.ticks.map((value) => ({ value, text: number(value, marks.digits) })),
      x,
      height - BOTTOM,
    );
    kept.next("text", { class: "axis", x: width - 8, y: height - 4, "text-anchor": "end" }, data.priceName);
    for (const [levels, color, ink, name] of sides) {
      if (!levels.length) continue;
      const outline = levels
        .map(([price, sum], place) => `${place ? `H${x(price)}` : `M${x(price)} ${y(0)}`}V${y(sum)}`)
        .join("");
      const last = levels.at(-1)[0];
      kept.next("path", { d: `${outline}V${y(0)}z`, fill: `var(--${color})`, "fill-opacity": 0.22, stroke: "none" });
      kept.next("path", { d: outline, fill: "none", stroke: `var(--${color})`, "stroke-width": 1.8 });
      kept.next(
        "text",
        {
          class: "axis halo strong",
          x: x(last) + (name === "Bids" ? 8 : -8),
          y: y(0) - 8,
          "text-anchor": name === "Bids" ? "start" : "end",
          fill: `var(--${ink})`,
        },
        name,
      );
    }
    if (data.bids.length && data.asks.length) {
      kept.next(
        "text",
        { class: "axis", x: width / 2, y: 12, "text-anchor": "middle" },
        `spread ${number(data.asks[0][0] - data.bids[0][0], 2)}`,
      );
    }
    kept.end();
  }
  draw();
  return {
    update(next) {
      data = next;
      draw();
    },
    resize() {
      Object.assign(view, size(view.svg, figure));
      draw();
    },
    table: () => {
      const levels = [...data.bids.map((level) => ["bid", ...level]), ...data.asks.map((level) => ["ask", ...level])];
      return {
        columns: [{ title: "Side" }, { title: "Price", digits: 2 }, { title: "Quantity", digits: 0 }],
        count: levels.length,
        label: (row) => levels[row][0],
        key: (row) => levels[row][0],
        values: (row) => levels[row].slice(1),
      };
    },
  };
}
