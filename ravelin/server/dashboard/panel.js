// A panel: title, tools, unit line, and a body in one of its states.
import { declaredLines, term } from "./definition.js";
import { h, say } from "./dom.js";
import { available, lines } from "./draw/lines.js";
import { caption } from "./draw/series.js";
import { shownTable, saveCsv } from "./table.js";
import { time } from "./time.js";
import { announce } from "./toast.js";

const CAPTION_EVERY = 3000;
const TABLE_EVERY = 1000;

export class Panel {
  constructor(entry, economy) {
    Object.assign(this, {
      entry,
      economy,
      visible: false,
      drawn: "",
      state: "",
      drawing: null,
      asTable: false,
      described: 0,
      tabled: 0,
    });
    this.needs = entry.needs.filter((need) => need.startsWith("/") || need.startsWith("state."));
    this.title = term(entry.title ?? entry.id, () => this.definition());
    this.unit = h("p", { class: "unit" });
    this.proof = h("span", { class: "proof", hidden: true });
    this.tableButton = h(
      "button",
      { type: "button", class: "tool", "aria-pressed": "false", onclick: () => this.toggleTable() },
      "Table",
    );
    this.csvButton = h(
      "button",
      {
        type: "button",
        class: "tool",
        onclick: () => this.drawing && saveCsv(`${entry.id}.csv`, this.drawing.table()),
      },
      "CSV",
    );
    this.body = h("div", { class: `body${entry.height ? ` h${entry.height}` : ""}${entry.flow ? " flow" : ""}` });
    this.tools = h("div", { class: "tools", hidden: true }, this.tableButton, this.csvButton);
    this.node = h(
      "article",
      { class: `panel span${entry.span}`, id: entry.id, "aria-labelledby": `${entry.id}-title` },
      h("header", {}, h("h3", { id: `${entry.id}-title` }, this.title, this.proof), this.tools),
      this.unit,
      this.body,
    );
    this.name();
    this.refresh();
  }

  name() {
    const { entry, economy } = this;
    const title = entry.title ?? economy.declared(entry.column).title;
    say(this.title, title);
    this.tableButton.setAttribute("aria-label", `Table of ${title}`);
    this.csvButton.setAttribute("aria-label", `CSV of ${title}`);
  }

  definition() {
    const { entry, economy } = this;
    const declared = (entry.column ? [entry.column] : entry.needs.filter((need) => economy.has(need))).map((name) =>
      economy.declared(name),
    );
    const one = entry.column ? declared[0] : null;
    const unit = this.data?.words ?? "";
    return {
      title: [this.title.textContent, unit && entry.column ? unit : ""].filter(Boolean).join(", "),
      question: entry.question ?? "",
      text: entry.definition ?? `${one.definition.charAt(0).toUpperCase()}${one.definition.slice(1)}.`,
      lines: declaredLines(declared),
    };
  }

  // What stands in the way of drawing: {state, ...}, or null.
  obstacle() {
    const { entry, economy } = this;
    if (!economy.loaded) return { state: "loading", words: "loading" };
    const missing = economy.missing(entry.needs);
    if (missing.length) return { state: "absent", missing };
    if (entry.draw === lines && !available()) return { state: "library" };
    if (!this.needs.length) {
      if (economy.store.length <= (entry.firstRow ?? 0)) return { state: "waiting" };
      if (entry.nothing?.(economy)) return { state: "nothing" };
      return null;
    }
    const held = this.needs.map((need) => economy.summary(need));
    const failed = held.find((one) => one?.error);
    if (failed) return { state: "failed", error: failed.error };
    if (held.some((one) => !one?.version)) return { state: "loading", words: "loading" };
    const empty = held.some((one) => one.data === null || one.data === undefined) || entry.waits?.(economy);
    return empty ? { state: "waiting" } : null;
  }

  // A mark that changes when there is something new to draw: other data, or another span of months.
  version() {
    const held = this.needs.map((need) => this.economy.summary(need)?.version ?? 0);
    const data = this.entry.stamp ? this.entry.stamp() : held.length ? held.join() : this.economy.store.version;
    return `${data} ${time.span ?? ""}`;
  }

  // Draws if anything changed; says whether it did.
  refresh(force = false) {
    const obstacle = this.obstacle();
    const state = obstacle ? JSON.stringify([obstacle.state, obstacle.missing, obstacle.error?.message]) : "ready";
    const version = this.version();
    if (!force && state === this.state && (obstacle || version === this.drawn)) return false;
    this.drawn = version;
    if (obstacle) {
      if (state !== this.state) this.explain(obstacle);
      this.state = state;
      return true;
    }
    this.state = state;
    if (!this.drawing) this.name();
    this.data = { ...this.entry.from(this.economy), title: this.title.textContent };
    say(this.unit, this.data.words ?? "");
    this.prove(this.data.proof);
    this.draw();
    return true;
  }

  prove(proof) {
    this.proof.hidden = !proof;
    if (!proof) return;
    say(this.proof, proof.text);
    this.proof.classList.toggle("bad", !proof.holds);
  }

  draw() {
    if (!this.drawing) {
      this.tools.hidden = false;
      this.caption = h("figcaption", { id: `${this.entry.id}-caption` });
      this.figure = h("figure", {
        tabindex: this.data.series ? "0" : null,
        "aria-labelledby": `${this.entry.id}-caption`,
      });
      this.figure.addEventListener("focus", () => this.describe());
      this.body.replaceChildren(this.figure);
      this.drawing = this.entry.draw(this.figure, this.data, { announce });
      this.figure.append(this.caption);
      this.describe();
    } else {
      this.drawing.update(this.data);
    }
    if (Date.now() - this.described > CAPTION_EVERY) this.describe();
    if (this.asTable) this.showTable();
  }

  describe() {
    this.described = Date.now();
    say(
      this.caption,
      this.data.series ? caption(this.data) : `${this.data.title}: ${this.data.words}. The table has its numbers.`,
    );
  }

  toggleTable() {
    this.asTable = !this.asTable;
    this.tableButton.setAttribute("aria-pressed", String(this.asTable));
    this.figure.hidden = this.asTable;
    if (this.asTable) return this.showTable();
    this.shownTable?.remove();
    this.shownTable = null;
    this.drawing.resize();
    return undefined;
  }

  showTable() {
    const wait = TABLE_EVERY - (Date.now() - this.tabled);
    if (wait > 0 && this.shownTable?.isConnected) {
      clearTimeout(this.tabling);
      this.tabling = setTimeout(() => this.asTable && this.showTable(), wait);
      return;
    }
    this.tabled = Date.now();
    const made = shownTable(this.drawing.table(), this.data.title, this.shownTable);
    made.classList.toggle("fills", !this.entry.flow);
    if (this.shownTable?.isConnected) this.shownTable.replaceWith(made);
    else this.body.append(made);
    this.shownTable = made;
  }

  explain(obstacle) {
    this.drop();
    this.tools.hidden = true;
    this.proof.hidden = true;
    say(this.unit, obstacle.words ?? "");
    this.body.replaceChildren(this.box(obstacle));
  }

  box({ state, missing = [], error }) {
    const { entry, economy } = this;
    if (state === "loading") return h("div", { class: "still" });
    if (state === "failed") {
      return h(
        "div",
        { class: "box failed" },
        h("b", {}, "This panel could not be drawn"),
        h("p", {}, `${error.message} The other panels are up to date.`),
        h("button", { type: "button", class: "button small", onclick: () => economy.retry(this.needs) }, "Try again"),
      );
    }
    if (state === "library") {
      return h(
        "div",
        { class: "box" },
        h("b", {}, "Lines need the chart library"),
        h("p", {}, "Install the package chartkick beside Ravelin and start the server again:"),
        h("code", {}, "pip install chartkick"),
      );
    }
    if (state === "nothing") return h("div", { class: "box" }, h("b", {}, entry.none));
    if (state === "waiting") {
      const from = entry.firstRow
        ? `The first value comes with month ${entry.firstRow + 1}.`
        : "It fills in with the first month.";
      return h(
        "div",
        { class: "box" },
        h("b", {}, entry.empty ?? "No months yet"),
        h("p", {}, `${from} Play or Step goes on.`),
      );
    }
    return h(
      "div",
      { class: "box" },
      h("b", {}, entry.empty ?? "This economy does not provide this yet"),
      h(
        "p",
        {},
        "The panel fills in when the run provides",
      ),
      h("code", {}, missing.map((need) => need.replace(/^state\./, "/state: ")).join(", ")),
    );
  }

  get absent() {
    return this.economy.loaded && this.economy.missing(this.entry.needs).length > 0;
  }

  drop() {
    this.drawing?.destroy?.();
    this.drawing = null;
    this.state = "";
    this.shownTable = null;
    this.asTable = false;
    this.tableButton.setAttribute("aria-pressed", "false");
  }
}
