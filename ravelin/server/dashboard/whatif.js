// What if: the form at the right, and base against fork in the place of the sections.
import { get, post, send } from "./api.js";
import { extent } from "./derive.js";
import { h, sayParts } from "./dom.js";
import { lines } from "./draw/lines.js";
import { Effects } from "./effects.js";
import { monthName, scaleOfColumn } from "./format.js";
import { Forks, SERIES } from "./forks.js";
import { forkHeadline } from "./headline.js";
import { shockWords } from "./levers.js";
import { Panel } from "./panel.js";
import { ShockForm } from "./shock.js";
import { toast } from "./toast.js";
import { Worlds } from "./worlds.js";

// What a percentage is a share of.
const WORDS = { unemployment_rate: "% of labor force" };
const BEFORE = 24;
const AFTER = 60;
const INVITATION = [
  ["What would happen if? ", true],
  ["Pick a lever and apply it to a copy: base and copy then differ by the change alone.", false],
];

export class WhatIf {
  constructor(page) {
    const { economy } = page;
    Object.assign(this, { page, economy, forks: new Forks(economy), difference: false, shownVersion: -1 });
    this.form = new ShockForm(economy, (request) => this.apply(request));
    this.effects = new Effects(economy, this.forks);
    this.worlds = new Worlds(economy, this.forks, {
      choose: (id) => this.choose(id),
      end: (method, path, id) => this.end(method, path, id),
    });
    this.panels = SERIES.map((name) => new Panel(this.entry(name), economy));
    this.headline = h("p", { class: "headline" });
    this.mode = choice("mode", "Show", ["Levels", "Difference"], (place) => this.setMode(place === 1));
    this.band = choice("band", "Band", ["Interval of the mean", "Spread of pairs"], (place) => this.setBand(place === 1));
    this.node = h("section", { class: "whatif", id: "whatif", "aria-label": "What if", hidden: true });
    const grid = h("div", { class: "grid" }, ...this.panels.map(({ node }) => node), this.effects.node);
    const about = h(
      "p",
      {},
      "Change one thing in a copy of this economy. The copy keeps the same people and the same luck.",
    );
    this.node.append(
      h(
        "div",
        {},
        h("h2", { class: "hidden-text" }, "Base and fork"),
        h("div", { class: "top" }, this.headline, h("div", { class: "choices" }, this.mode, this.band)),
        grid,
      ),
      h("div", { class: "form" }, h("div", {}, h("h2", {}, "What if…"), about), this.form.node, this.worlds.node),
    );
  }

  entry(name) {
    const stamp = () => `${this.economy.store.version} ${this.forks.version} ${this.difference} ${this.forks.spread}`;
    const from = () => this.series(name);
    return { id: `fork-${name}`, span: 6, column: name, needs: [name], draw: lines, height: 236, stamp, from };
  }

  get open() {
    return !this.node.hidden;
  }

  async load() {
    this.form.refill(this.page.view.lever);
    for (const panel of this.panels) panel.name();
    const { forks } = await get("/forks");
    const wanted = [this.page.view.fork, this.forks.chosen];
    this.forks.clear();
    for (const fork of forks) this.forks.hear(fork);
    const ids = forks.map(({ id }) => id);
    this.forks.choose(wanted.find((id) => ids.includes(id)) ?? ids.at(-1) ?? null);
  }

  async apply(body) {
    try {
      const fork = await post("/fork", body, { patience: 60_000 });
      this.forks.hear(fork);
      this.choose(fork.id);
    } catch (problem) {
      toast(problem, (request) => this.apply(request.body));
    }
  }

  choose(id) {
    this.forks.choose(id);
    this.page.remember({ fork: id });
    this.page.tickTock();
    this.page.mark();
  }

  async end(method, path, id) {
    try {
      const { data } = await send(method, path);
      this.forks.hear(data ?? { id, status: "dropped" });
      this.page.remember({ fork: this.forks.chosen });
      this.page.mark();
    } catch (problem) {
      toast(problem);
    }
  }

  setMode(difference) {
    this.difference = difference;
    this.page.mark();
  }

  setBand(spread) {
    this.forks.spread = spread;
    this.forks.version += 1;
    this.page.mark();
  }

  // Base and fork of a series around the shock; the base alone while there is no fork.
  series(name) {
    const { store, start } = this.economy;
    const { fork, effects } = this.forks;
    const values = store.get(name);
    const found = effects?.series[name];
    if (!fork || !found?.base.length) {
      const span = [Math.max(0, values.length - AFTER - 1), Math.max(1, values.length - 1)];
      return this.scaled(name, { series: [{ name: "base", color: "c1", text: "t1", values, always: true }], span });
    }
    const begun = effects.tick[0];
    const last = begun + found.base.length - 1;
    const end = Math.max(last, Math.min(begun + fork.horizon - 1, fork.shock_at + AFTER));
    const drawn = { start, spans: [], mark: { row: fork.shock_at, text: "shock" } };
    const shock = { name: "shock", color: "c2", text: "t2", dash: [6, 3], always: true };
    if (this.difference) return { ...drawn, ...this.differences(name, shock, begun), span: [fork.shock_at - 1, end] };
    const joint = values.subarray(Math.max(0, begun - 1), begun);
    const base = Float64Array.from([...values.subarray(0, begun), ...numbers(found.base)]);
    const apart = this.forks.difference(name);
    const level = (part) => {
      const shifted = numbers(found.base).map((value, place) => value + (apart[part][place] ?? NaN));
      return Float64Array.from([...joint, ...shifted]);
    };
    const from = begun - joint.length;
    const series = [
      { name: "base", color: "c1", text: "t1", values: base },
      { ...shock, values: level("mean"), start: from },
    ];
    const band = this.forks.banded ? { start: from, low: level("low"), high: level("high") } : null;
    return this.scaled(name, { ...drawn, series, band, span: [Math.max(0, fork.shock_at - BEFORE), end] });
  }

  differences(name, shock, begun) {
    const { unit, sign, mean, low, high } = this.forks.effect(name);
    return {
      series: [{ ...shock, values: numbers(mean), start: begun }],
      references: [{ value: 0, label: "base" }],
      band: this.forks.banded ? { start: begun, low: numbers(low), high: numbers(high) } : null,
      by: 1,
      digits: 2,
      sign,
      words: this.banded(unit === "%" ? "%, fork against base" : `${unit}, fork minus base`),
    };
  }

  scaled(name, data) {
    const { start } = this.economy;
    const [low, high] = extent(data.series.map(({ values }) => values));
    const { unit } = this.economy.declared(name);
    const scale = scaleOfColumn(name, unit, Math.max(Math.abs(low), Math.abs(high)), start.slice(0, 4));
    return { start, spans: [], references: [], ...scale, ...data, words: this.banded(WORDS[name] ?? scale.words) };
  }

  banded(words) {
    return [words, this.forks.words].filter(Boolean).join("; ");
  }

  async refresh() {
    if (await this.forks.refresh()) this.page.mark();
  }

  draw(connected) {
    this.form.refresh(connected);
    for (const panel of this.panels) panel.refresh();
    if (this.shownVersion === this.forks.version) return;
    this.shownVersion = this.forks.version;
    this.drawHeadline();
    this.effects.draw();
    this.worlds.draw();
  }

  drawHeadline() {
    const { fork } = this.forks;
    const { banded, effects } = this.forks;
    const [gdp, inflation] = ["gdp_real", "inflation"].map((name) => {
      const found = this.forks.largest(name, { clear: banded });
      return found && { ...found, when: monthName(this.economy.start, found.tick) };
    });
    const facts = { gdp, inflation, banded, pairs: effects?.pairs_done || 1 };
    const parts = fork ? forkHeadline({ lever: shockWords(fork, this.economy), ...facts }) : INVITATION;
    sayParts(this.headline, parts);
    this.mode.hidden = !fork;
    this.band.hidden = !fork || !banded;
  }
}

function numbers(values) {
  return Float64Array.from(values, (value) => value ?? NaN);
}

// A choice of one among a few; `chosen(place)` is told of each.
function choice(name, legend, labels, chosen) {
  const options = labels.map((label, place) => {
    const input = h("input", { type: "radio", name, checked: place === 0 });
    input.addEventListener("change", () => chosen(place));
    return h("label", {}, input, h("span", {}, label));
  });
  return h("fieldset", { class: "choice" }, h("legend", { class: "hidden-text" }, legend), ...options);
}
