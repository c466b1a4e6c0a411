// What happens in a tick: its phases, their rules, and how long each took.
import { h, say } from "../dom.js";
import { number } from "../format.js";

export function schedule(figure, first) {
  let { phases } = first;
  const table = h("table", { class: "phases" });
  const cells = phases.map((phase, place) => {
    const time = h("td", { class: "ms" });
    const length = h("span", { class: "length" });
    const title = `${phase.title}\n${phase.systems.map(({ name, summary }) => `${name}: ${summary}`).join("\n")}`;
    table.append(
      h(
        "tr",
        {},
        h("td", {}, String(place + 1)),
        h("th", { scope: "row", title }, phase.title),
        time,
        h("td", { class: "mark-cell", "aria-hidden": "true" }, length),
      ),
    );
    return { time, length };
  });
  figure.append(table);

  function draw() {
    const longest = Math.max(...phases.map(({ seconds }) => seconds ?? 0), 1e-9);
    phases.forEach(({ seconds }, place) => {
      say(cells[place].time, seconds === null ? "–" : number(seconds * 1000, seconds < 0.1 ? 2 : 0));
      cells[place].length.style.width = `${(100 * (seconds ?? 0)) / longest}%`;
    });
  }
  draw();
  return {
    update(next) {
      ({ phases } = next);
      draw();
    },
    resize() {},
    table: () => {
      const systems = phases.flatMap(({ systems: rules }) => rules);
      return {
        columns: [{ title: "Rule" }, { title: "Last tick", unit: "milliseconds", digits: 3 }],
        count: systems.length,
        label: (row) => systems[row].name,
        key: (row) => systems[row].name,
        values: (row) => [systems[row].seconds * 1000],
      };
    },
  };
}
