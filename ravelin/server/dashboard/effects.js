// The table of what a shock does after some months, and at most.
import { h, say } from "./dom.js";
import { signed } from "./format.js";
import { SERIES } from "./forks.js";
import { saveCsv } from "./table.js";

const AFTER = [6, 12, 24, 48];

export class Effects {
  constructor(economy, forks) {
    Object.assign(this, { economy, forks });
    this.table = h("table", { class: "data effects" });
    this.unit = h("p", { class: "unit" });
    const save = () => saveCsv("effects.csv", this.rows());
    const csv = h(
      "button",
      { type: "button", class: "tool", "aria-label": "CSV of the effects", onclick: save },
      "CSV",
    );
    const about = { class: "scroll", tabindex: "0", role: "region", "aria-label": "Effect of the shock, table" };
    const title = h("h3", { id: "effects-title" }, "Effect of the shock");
    const head = h("header", {}, title, h("div", { class: "tools" }, csv));
    const own = { class: "panel span12", "aria-labelledby": "effects-title", hidden: true };
    this.node = h("article", own, head, this.unit, h("div", about, this.table));
  }

  draw() {
    const { fork, effects, banded } = this.forks;
    this.node.hidden = !fork || !effects?.tick.length;
    if (this.node.hidden) return;
    say(this.unit, this.words(Math.max(1, effects.pairs_done), banded));
    const titles = [
      "Indicator",
      ...AFTER.map((months, place) => `after ${months}${place ? "" : " months"}`),
      "largest",
    ];
    const head = h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title)));
    const rows = SERIES.filter((name) => effects.series[name]).map((name) => {
      const { unit } = this.forks.effect(name);
      const cells = [...AFTER.map((months) => this.cell(this.forks.after(name, months), banded)), this.largest(name)];
      return h("tr", {}, h("td", {}, `${this.economy.declared(name).title}, ${unit}`), ...cells);
    });
    this.table.replaceChildren(h("thead", {}, head), h("tbody", {}, ...rows));
  }

  words(pairs, banded) {
    if (banded) {
      const band = this.forks.spread ? `where 90% of ${pairs} pairs lie` : `95% interval of the mean of ${pairs} pairs`;
      return `fork minus base, mean and ${band}; * is told from luck; paired runs share all their luck`;
    }
    if (pairs > 1) return `fork minus base, mean of ${pairs} pairs; the band comes with 8`;
    return "fork minus base, one pair that shares all its luck";
  }

  cell(effect, banded) {
    if (!effect || effect.value === null) return h("td", {}, "–");
    const digits = digitsOf(effect, banded);
    const range = banded ? `${signed(effect.low, digits)} to ${signed(effect.high, digits)}` : "";
    const star = banded && effect.sure ? "*" : "";
    return h("td", {}, signed(effect.value, digits) + star, h("small", {}, range));
  }

  largest(name) {
    const { banded } = this.forks;
    const effect = this.forks.largest(name, { clear: banded });
    if (!effect) return h("td", {}, "–");
    const shown = this.forks.after(name, effect.month);
    const digits = digitsOf(effect, banded);
    const range = banded ? `, ${signed(shown.low, digits)} to ${signed(shown.high, digits)}` : "";
    const value = signed(effect.value, digits) + (banded ? "*" : "");
    return h("td", {}, value, h("small", {}, `month ${effect.month}${range}`));
  }

  rows() {
    const { effects } = this.forks;
    const names = SERIES.filter((name) => effects.series[name]);
    const parts = [
      ["mean", (told) => told.mean],
      ["low end of the interval of the mean", (told) => told.low],
      ["high end of the interval of the mean", (told) => told.high],
      ["low end of the spread", (told) => told.spread.low],
      ["median", (told) => told.spread.median],
      ["high end of the spread", (told) => told.spread.high],
    ];
    const all = names.flatMap((name) => parts.map(([part, of]) => ({ name, part, of })));
    const titled = all.map(({ name, part }) => ({
      title: `${this.economy.declared(name).title}, ${part}`,
      unit: this.forks.effect(name).unit,
    }));
    return {
      columns: [{ title: "Month" }, ...titled],
      count: effects.tick.length,
      key: (row) => effects.date[row],
      values: (row) => all.map(({ name, of }) => of(effects.series[name].effect)[row] ?? NaN),
    };
  }
}

// With a band one digit after the point is enough, but what is told from luck is not written as zero.
function digitsOf({ value }, banded) {
  return banded && Math.abs(value) >= 0.095 ? 1 : 2;
}
