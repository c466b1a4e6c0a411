// Who supplies whom: nodes in layers or on a ring. A position depends on the order of the data alone.
import { number } from "../format.js";
import { canvas, size } from "./plot.js";

const EDGES = 70;
// Pixels that the names in layers need; where there is less, the layers stand below one another, in rows.
const WIDE = 640;
const ACROSS = 112;
const ROW = 60;
// On a ring of more, only those that are short are named.
const NAMED = 12;

// data: {nodes: [{id, title, layer?, size, short, note}], edges: [{from, to, dollars}], ring}
export function network(figure, first) {
  let data = first;
  const view = canvas(figure);

  // Rows below one another need as much height as they are many.
  function fit() {
    const { width } = figure.getBoundingClientRect();
    const many = data.ring || width >= WIDE ? 0 : rowsOf(data.nodes, width).length;
    const body = figure.closest(".body");
    if (body) body.style.minHeight = many ? `${many * ROW + 8}px` : "";
    Object.assign(view, size(view.svg, figure));
  }

  function draw() {
    const { kept, width, height } = view;
    const below = !data.ring && width < WIDE;
    const place = data.ring ? onRing : below ? inRows : inLayers;
    const places = place(data.nodes, width, height);
    const largest = Math.max(...data.nodes.map((node) => node.size), 1e-9);
    const edges = drawnOf(data.edges.filter(({ from, to }) => from !== to && places.has(from) && places.has(to)));
    const widest = Math.max(...edges.map(({ dollars }) => dollars), 1e-9);
    const short = new Set(data.nodes.filter((node) => node.short).map(({ id }) => id));
    kept.begin();
    for (const { from, to, dollars } of edges) {
      const [x1, y1] = places.get(from);
      const [x2, y2] = places.get(to);
      const [across, down] = [(x1 + x2) / 2, (y1 + y2) / 2];
      const aside = below ? Math.abs(y2 - y1) < 4 : Math.abs(x2 - x1) < 4;
      const straight = below ? `${x1} ${down} ${x2} ${down}` : `${across} ${y1} ${across} ${y2}`;
      const round = below ? `${x1} ${y1 - 24} ${x2} ${y2 - 24}` : `${x1 + 34} ${y1} ${x2 + 34} ${y2}`;
      const bend = aside ? round : straight;
      kept.next("path", {
        d: `M${x1} ${y1}C${bend} ${x2} ${y2}`,
        fill: "none",
        stroke: short.has(from) ? "var(--c2)" : "var(--c6)",
        "stroke-opacity": short.has(from) ? 0.55 : 0.28,
        "stroke-width": (0.6 + 7 * (dollars / widest)).toFixed(2),
      });
    }
    for (const node of data.nodes) {
      const [x, y] = places.get(node.id);
      const radius = 3.5 + 8 * Math.sqrt(node.size / largest);
      const color = node.short ? "var(--c2)" : node.layer === undefined || !node.sink ? "var(--c1)" : "var(--c6)";
      kept.next("circle", {
        cx: x,
        cy: y,
        r: radius.toFixed(1),
        fill: color,
        stroke: "var(--panel)",
        "stroke-width": 1.5,
      });
      if (node.short)
        kept.next("ellipse", {
          cx: x,
          cy: y,
          rx: radius + 4,
          ry: radius + 4,
          fill: "none",
          stroke: "var(--c2)",
          "stroke-width": 1.4,
          "stroke-dasharray": "3 3",
        });
      if (data.ring && !node.short && data.nodes.length > NAMED) continue;
      const where = { x, y: y + radius + 13, "text-anchor": anchor(x, width) };
      kept.next("text", { class: "axis halo named", ...where }, node.title);
      if (node.note)
        kept.next(
          "text",
          {
            class: "axis halo",
            x,
            y: y + radius + 26,
            "text-anchor": anchor(x, width),
            fill: node.short ? "var(--t2)" : "",
          },
          node.note,
        );
    }
    kept.end();
  }
  fit();
  draw();
  return {
    update(next) {
      data = next;
      draw();
    },
    resize() {
      fit();
      draw();
    },
    table: () => ({
      columns: [{ title: "From and to" }, { title: data.ring ? "Payments" : "Purchases", unit: data.unit, digits: 0 }],
      count: data.edges.length,
      label: (row) => `${data.edges[row].from.replaceAll("_", " ")} to ${data.edges[row].to.replaceAll("_", " ")}`,
      key: (row) => `${data.edges[row].from} > ${data.edges[row].to}`,
      values: (row) => [data.edges[row].dollars],
    }),
  };
}

// The largest, and of each seller its own largest, so that none stands alone.
function drawnOf(edges) {
  const ranked = [...edges].sort((one, other) => other.dollars - one.dollars);
  const sellers = new Set();
  return ranked.filter(({ from }, place) => {
    const first = !sellers.has(from);
    sellers.add(from);
    return first || place < EDGES;
  });
}

function anchor(x, width) {
  return x < 46 ? "start" : x > width - 46 ? "end" : "middle";
}

// Nodes by layer, from the first maker to the last buyer.
function layersOf(nodes) {
  const layers = new Map();
  for (const node of nodes) layers.set(node.layer, [...(layers.get(node.layer) ?? []), node]);
  return [...layers.keys()].sort((one, other) => one - other).map((layer) => layers.get(layer));
}

function rowsOf(nodes, width) {
  const many = Math.max(1, Math.floor(width / ACROSS));
  return layersOf(nodes).flatMap((held) => {
    const rows = Math.ceil(held.length / many);
    const each = Math.ceil(held.length / rows);
    return Array.from({ length: rows }, (_, row) => held.slice(row * each, (row + 1) * each));
  });
}

function inRows(nodes, width) {
  const places = new Map();
  rowsOf(nodes, width).forEach((held, row) =>
    held.forEach(({ id }, place) => places.set(id, [((place + 0.5) * width) / held.length, 16 + row * ROW])),
  );
  return places;
}

function inLayers(nodes, width, height) {
  const order = layersOf(nodes);
  const places = new Map();
  order.forEach((held, column) => {
    const across = order.length > 1 ? 36 + (column * (width - 72)) / (order.length - 1) : width / 2;
    // Neighbors in a crowded layer step aside in turn, so that their names do not run into one another.
    const aside = held.length > 6 ? Math.min(26, (width / order.length) * 0.22) : 0;
    held.forEach((node, place) => {
      const shift =
        aside *
        (place % 2 ? 1 : -1) *
        (column === 0 ? (place % 2 ? 1 : 0) : column === order.length - 1 ? (place % 2 ? 0 : 1) : 1);
      places.set(node.id, [across + shift, 20 + ((place + 0.5) * (height - 46)) / held.length]);
    });
  });
  return places;
}

// The largest third stands on a ring inside.
function onRing(nodes, width, height) {
  const ranked = [...nodes].sort((one, other) => other.size - one.size);
  const many = Math.ceil(nodes.length / 3);
  const places = new Map();
  for (const [held, reach, turn] of [
    [ranked.slice(0, many), 0.45, 0],
    [ranked.slice(many), 1, 0.5],
  ])
    held.forEach(({ id }, place) => {
      const angle = ((place + turn) / held.length) * 2 * Math.PI - Math.PI / 2;
      places.set(id, [
        width / 2 + Math.cos(angle) * reach * (width / 2 - 30),
        height / 2 + Math.sin(angle) * reach * (height / 2 - 34),
      ]);
    });
  return places;
}

export function percentOfTarget(node) {
  return Number.isFinite(node.stock_over_target) && node.stock_over_target !== null
    ? `${number(node.stock_over_target * 100, 0)}%${node.short ? " short" : ""}`
    : "";
}
