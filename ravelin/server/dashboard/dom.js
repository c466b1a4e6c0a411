// Small makers of HTML and SVG nodes. Text is only ever set as text: names of goods and scenarios are user input.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

export function s(tag, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), attributes, children);
}

function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false)
      node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
  return node;
}

export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
  return node;
}

// Sets a sentence of [text, strong] parts, if it is another one.
export function sayParts(node, parts) {
  if (node.textContent === parts.map(([text]) => text).join("")) return;
  node.replaceChildren(...parts.map(([text, strong]) => (strong ? h("b", {}, text) : text)));
}

// Nodes that are kept from one drawing to the next: the n-th asked for is the n-th of last time.
export class Kept {
  constructor(parent) {
    this.parent = parent;
    this.nodes = new Map();
    this.used = new Map();
  }

  begin() {
    this.used.clear();
  }

  // Returns the next node of a tag, dressed; `text` becomes its text.
  next(tag, attributes, text) {
    const nodes = this.nodes.get(tag) ?? [];
    this.nodes.set(tag, nodes);
    const place = this.used.get(tag) ?? 0;
    this.used.set(tag, place + 1);
    const node = nodes[place] ?? (nodes[place] = this.parent.appendChild(s(tag)));
    if (node.style.display) node.style.display = "";
    set(node, attributes);
    if (text !== undefined) say(node, text);
    return node;
  }

  end() {
    for (const [tag, nodes] of this.nodes) {
      for (const node of nodes.slice(this.used.get(tag) ?? 0)) node.style.display = "none";
    }
  }
}

export function icon(name) {
  const shapes = {
    play: ["M2 1v12l11-6z"],
    pause: ["M2 1h4v12H2zM8 1h4v12H8z"],
    step: ["M1 1v12l8-6zM10 1h3v12h-3z"],
    reset: ["M7 2a5 5 0 1 1-4.9 6h1.7A3.4 3.4 0 1 0 4 4.5l1.6 1.6H1V1.5l1.8 1.8A5 5 0 0 1 7 2z"],
    moon: ["M9.5 1.2A6 6 0 1 0 12.8 8 5 5 0 0 1 9.5 1.2z"],
    sun: [
      "M7 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM6.3 0h1.4v2.4H6.3zM6.3 11.6h1.4V14H6.3zM0 6.3h2.4v1.4H0zM11.6 6.3H14v1.4h-2.4zM2.6 1.6l1.7 1.7-1 1-1.7-1.7zM10.7 9.7l1.7 1.7-1 1-1.7-1.7zM9.7 3.3l1.7-1.7 1 1-1.7 1.7zM1.6 11.4l1.7-1.7 1 1-1.7 1.7z",
    ],
    fork: ["M0 10.2h4.6c2 0 3-5.4 6.6-7V1.4L14 4l-2.8 2.6V4.9C8.600 6.300 7.800 10.200 5.800 11.500H14V12.700H0z"],
  };
  return s("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, ...shapes[name].map((d) => s("path", { d })));
}
