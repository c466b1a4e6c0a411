// What if: the form at the right, and base against fork in the place of the sections.
import { get, post, send } from "./api.js";
import { extent } from "./derive.js";
import { h, say } from "./dom.js";
import { lines } from "./draw/lines.js";
import { duration, monthName, scaleOf, signed } from "./format.js";
import { Forks, SERIES } from "./forks.js";
import { forkHeadline } from "./headline.js";
import { shockWords } from "./levers.js";
import { Panel } from "./panel.js";
import { ShockForm } from "./shock.js";
import { saveCsv } from "./table.js";
import { toast } from "./toast.js";

const BEFORE = 24;
const AFTER = [6, 12, 24, 48];

export class WhatIf {
  constructor(page) {
    const { economy } = page;
    Object.assign(this, { page, economy, forks: new Forks(economy), difference: false, shownVersion: -1 });
    this.form = new ShockForm(economy, (request) => this.apply(request));
    this.headline = h("p", { class: "headline" });
    this.modes = ["Levels", "Difference"].map((label, place) => {
      const input = h("input", { type: "radio", name: "mode", checked: place === 0, onchange: () => this.setMode(place === 1) });
      return h("label", {}, input, h("span", {}, label));
    });
    this.mode = h("fieldset", { class: "choice" }, h("legend", { class: "hidden-text" }, "Show"), ...this.modes);
    this.panels = SERIES.map((name) => new Panel({
      id: `fork-${name}`, span: 6, column: name, needs: [name], draw: lines, height: 236, stamp: () => `${economy.store.version} ${this.forks.version} ${this.difference}`, from: () => this.series(name),
    }, economy));
    this.table = h("table", { class: "data effects" });
    this.tableUnit = h("p", { class: "unit" });
    this.effects = h("article", { class: "panel span12", "aria-labelledby": "effects-title", hidden: true },
      h("header", {}, h("h3", { id: "effects-title" }, "Effect of the shock"), h("div", { class: "tools" }, h("button", { type: "button", class: "tool", "aria-label": "CSV of the effects", onclick: () => saveCsv("effects.csv", this.effectRows()) }, "CSV"))),
      this.tableUnit, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Effect of the shock, table" }, this.table));
    this.worlds = h("ul", { class: "worlds" });
    this.node = h("section", { class: "whatif", id: "whatif", "aria-label": "What if", hidden: true },
      h("div", {}, h("div", { class: "top" }, this.headline, this.mode), h("div", { class: "grid" }, ...this.panels.map(({ node }) => node), this.effects)),
      h("div", { class: "form" }, h("div", {}, h("h2", {}, "What if…"), h("p", {}, "Change one thing in a copy of this economy. The copy keeps the same people and the same luck.")), this.form.node, this.worlds));
  }

  get open() {
    return !this.node.hidden;
  }

  async load() {
    this.form.refill();
    const { forks } = await get("/forks");
    const chosen = this.forks.chosen;
    this.forks.clear();
    for (const fork of forks) this.forks.hear(fork);
    const ids = forks.map(({ id }) => id);
    this.forks.choose(ids.includes(this.page.view.fork) ? this.page.view.fork : ids.includes(chosen) ? chosen : ids.at(-1) ?? null);
  }

  async apply(body) {
    try {
      this.show(await post("/fork", body));
    } catch (problem) {
      toast(problem, (request) => this.apply(request.body));
    }
  }

  show(fork) {
    this.forks.hear(fork);
    this.choose(fork.id);
  }

  choose(id) {
    this.forks.choose(id);
    this.page.remember({ fork: id });
  }

  async end(method, path, id) {
    try {
      const { data } = await send(method, path);
      if (method === "DELETE") this.forks.hear({ id, status: "dropped" });
      else this.forks.hear(data);
      this.page.remember({ fork: this.forks.chosen });
    } catch (problem) {
      toast(problem);
    }
  }

  setMode(difference) {
    this.difference = difference;
  }

  // Base and fork of a series around the shock; the base alone while there is no fork.
  series(name) {
    const { store, start } = this.economy;
    const unit = this.economy.declared(name).unit;
    const values = store.get(name);
    const fork = this.forks.fork;
    const found = this.forks.effects?.series[name];
    if (!fork || !found || !found.base.length) {
      return this.scaled(unit, { start, series: [{ name: "base", color: "c1", text: "t1", values, always: true }], span: [Math.max(0, values.length - 61), Math.max(1, values.length - 1)] });
    }
    const begun = this.forks.effects.tick[0];
    const joint = values.subarray(Math.max(0, begun - 1), begun);
    const effect = this.forks.effect(name);
    const count = found.base.length;
    const end = Math.max(begun + count - 1, Math.min(begun + fork.horizon - 1, fork.shock_at + 60));
    const span = [Math.max(0, fork.shock_at - BEFORE), end];
    const mark = { row: fork.shock_at, text: "shock" };
    if (this.difference) {
      const band = this.forks.banded ? { start: begun, low: Float64Array.from(effect.low, (value) => value ?? NaN), high: Float64Array.from(effect.high, (value) => value ?? NaN) } : null;
      const median = Float64Array.from(effect.median, (value) => value ?? NaN);
      const words = this.banded(effect.points ? "points, fork minus base" : "%, fork against base");
      return { start, series: [{ name: "shock", color: "c2", text: "t2", dash: [6, 3], values: median, start: begun, always: true }], references: [{ value: 0, label: "base" }], spans: [], band, span: [fork.shock_at - 1, end], mark, by: 100, digits: 2, sign: effect.points ? " points" : "%", words };
    }
    const base = Float64Array.from([...values.subarray(0, begun), ...found.base.map((value) => value ?? NaN)]);
    const level = (part) => Float64Array.from([...joint, ...found.base.map((value, place) => value + (found.difference[part][place] ?? NaN))]);
    const from = begun - joint.length;
    const band = this.forks.banded ? { start: from, low: level("low"), high: level("high") } : null;
    const listed = [{ name: "base", color: "c1", text: "t1", values: base }, { name: "shock", color: "c2", text: "t2", dash: [6, 3], values: level("median"), start: from }];
    return this.scaled(unit, { start, series: listed, band, span, mark });
  }

  scaled(unit, data) {
    const [low, high] = extent(data.series.map(({ values }) => values));
    const scale = scaleOf(unit, Math.max(Math.abs(low), Math.abs(high)), this.economy.start.slice(0, 4));
    const digits = scale.sign ? scale.digits : scale.digits + 1;
    return { spans: this.economy.spans(), references: [], ...scale, digits, ...data, words: this.banded(scale.words) };
  }

  banded(words) {
    return this.forks.banded ? `${words}; band: 90% of ${this.forks.effects.pairs_done} paired seeds` : words;
  }

  async refresh() {
    const fetched = await this.forks.refresh();
    if (fetched) this.page.mark();
  }

  draw(connected) {
    this.form.refresh(connected);
    for (const panel of this.panels) panel.refresh();
    if (this.shownVersion === this.forks.version) return;
    this.shownVersion = this.forks.version;
    this.drawHeadline();
    this.drawEffects();
    this.drawWorlds();
  }

  drawHeadline() {
    const { fork } = this.forks;
    const parts = fork ? forkHeadline({ lever: shockWords(fork, this.economy), gdp: this.forks.largest("gdp_real"), inflation: this.forks.largest("inflation") })
      : [["What would happen if? ", true], ["Pick a lever and apply it to a copy: base and copy then differ by the change alone.", false]];
    this.headline.replaceChildren(...parts.map(([text, strong]) => (strong ? h("b", {}, text) : text)));
    this.mode.hidden = !fork;
  }

  drawEffects() {
    const { fork, effects, banded } = this.forks;
    this.effects.hidden = !fork || !effects?.tick.length;
    if (this.effects.hidden) return;
    const done = Math.max(1, effects.pairs_done);
    say(this.tableUnit, banded ? `fork minus base, median and 90% band of ${done} paired seeds; paired runs share all their luck` : done > 1 ? `fork minus base, median of ${done} pairs; the band comes with 8` : "fork minus base, one pair that shares all its luck");
    const head = h("tr", {}, h("th", { scope: "col" }, "Indicator"), ...AFTER.map((months, place) => h("th", { scope: "col" }, `after ${months}${place ? "" : " months"}`)), h("th", { scope: "col" }, "largest"));
    const rows = SERIES.filter((name) => effects.series[name]).map((name) => {
      const { points } = this.forks.effect(name);
      const found = [...AFTER.map((months) => this.forks.after(name, months)), this.forks.largest(name)];
      return h("tr", {}, h("td", {}, `${this.economy.declared(name).title}, ${points ? "points" : "%"}`), ...found.map((one, place) => this.cell(one, banded, place === AFTER.length)));
    });
    this.table.replaceChildren(h("thead", {}, head), h("tbody", {}, ...rows));
  }

  cell(effect, banded, largest) {
    if (!effect || effect.value === null) return h("td", {}, "–");
    const range = banded && !largest ? `${signed(effect.low * 100, 1)} to ${signed(effect.high * 100, 1)}` : "";
    return h("td", {}, signed(effect.value * 100, banded ? 1 : 2), h("small", {}, largest ? `month ${effect.month}` : range));
  }

  effectRows() {
    const names = SERIES.filter((name) => this.forks.effects.series[name]);
    const all = names.flatMap((name) => ["median", "low", "high"].map((part) => ({ name, part })));
    return {
      columns: [{ title: "Month" }, ...all.map(({ name, part }) => ({ title: `${this.economy.declared(name).title}, ${part}`, unit: this.forks.effect(name).points ? "fraction, difference" : "fraction, relative" }))],
      count: this.forks.effects.tick.length, key: (row) => this.forks.effects.date[row], values: (row) => all.map(({ name, part }) => this.forks.effect(name)[part][row] ?? NaN),
    };
  }

  drawWorlds() {
    const { status } = this.economy;
    const base = h("li", {}, h("i"), h("div", {}, h("div", {}, "Base"), h("p", {}, `${status.scenario}, seed ${status.seed}`)));
    this.worlds.replaceChildren(base, ...[...this.forks.listed.values()].map((fork) => this.world(fork)));
  }

  world(fork) {
    const running = fork.status === "waiting" || fork.status === "running";
    const name = shockWords(fork, this.economy);
    const span = `${monthName(this.economy.start, fork.shock_at)}${fork.shock.until ? ` to ${monthName(this.economy.start, fork.shock.until - 1)}` : " on"}`;
    const left = running && fork.seconds_left ? `, ${duration(fork.seconds_left)} left` : "";
    const told = fork.problem?.detail ?? `${span}, ${fork.pairs_done} of ${fork.pairs} ${fork.pairs === 1 ? "pair" : "pairs"}${fork.status === "stopped" ? ", stopped" : left}`;
    const button = running
      ? h("button", { type: "button", class: "button small", "aria-label": `Stop ${name}`, onclick: () => this.end("POST", `/forks/${fork.id}/stop`, fork.id) }, "Stop")
      : h("button", { type: "button", class: "button small", "aria-label": `Drop ${name}`, onclick: () => this.end("DELETE", `/forks/${fork.id}`, fork.id) }, "Drop");
    const done = h("progress", { max: fork.months_total, value: fork.months_done, "aria-label": `Progress of ${name}`, hidden: !running });
    return h("li", { class: "fork" }, h("i"), h("div", {},
      h("button", { type: "button", class: `name${fork.id === this.forks.chosen ? " shown" : ""}`, "aria-pressed": String(fork.id === this.forks.chosen), onclick: () => this.choose(fork.id) }, name), h("p", {}, told)), button, done);
  }
}
