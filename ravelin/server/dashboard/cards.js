// The seven numbers at the top, each with a sparkline.
import { declaredLines, term } from "./definition.js";
import { h, say } from "./dom.js";
import { number } from "./format.js";
import { sparkline } from "./draw/sparkline.js";

const MONTHS = 96;

export class Card {
  constructor(entry, economy) {
    Object.assign(this, { entry, economy });
    this.value = h("span", { class: "value" });
    this.sign = h("span", { class: "sign" });
    this.change = h("span", { class: "change" });
    this.share = h("div", { class: "share" }, entry.share);
    const label = term(entry.title, () => {
      const declared = (entry.column ? [entry.column] : entry.columns).map((name) => economy.declared(name));
      const definition = entry.definition ?? declared[0].definition;
      return {
        title: `${entry.title}, % ${entry.share}`,
        text: `${definition.charAt(0).toUpperCase()}${definition.slice(1).replace(/\.?$/, ".")}`,
        lines: declaredLines(declared),
      };
    });
    this.node = h(
      "li",
      { class: "card" },
      h("div", { class: "label" }, label),
      h("div", { class: "row" }, this.value, this.sign, this.change),
      this.share,
      h("a", { href: `#${entry.panel}`, "aria-label": `${entry.title}: go to its chart` }),
    );
    this.line = sparkline(this.node, MONTHS);
  }

  refresh() {
    const { entry, economy } = this;
    const some = entry.needs.every((name) => economy.store.has(name));
    const values = some ? economy.derived(`card ${entry.id}`, entry.values) : new Float64Array();
    const digits = entry.digits ?? 1;
    const now = values.at(-1) ?? NaN;
    const known = Number.isFinite(now);
    this.value.classList.toggle("none", !known);
    say(this.value, known ? number(now * 100, digits) : this.lack());
    say(this.sign, known ? "%" : "");
    const chance = known && entry.chance ? economy.derived(`chance ${entry.id}`, entry.chance) : NaN;
    say(this.share, Number.isFinite(chance) ? `${entry.share}, ±${number(chance * 100, 1)}` : entry.share);
    const change = (now - (values.at(-13) ?? NaN)) * 100;
    const none = !Number.isFinite(change);
    say(this.change, none ? "" : `${Number(change.toFixed(1)) < 0 ? "▾" : "▴"} ${number(Math.abs(change), 1)}`);
    if (!none) this.change.title = "points, against a year ago";
    this.line(values, economy.spans(), entry.target ? economy.parameters.get(entry.target)?.value : undefined);
  }

  // Why there is no value: it is never shown as zero.
  lack() {
    if (!this.economy.loaded) return "…";
    if (this.economy.missing(this.entry.needs).length) return "not in this economy";
    return `from month ${(this.entry.firstRow ?? 0) + 1}`;
  }
}
