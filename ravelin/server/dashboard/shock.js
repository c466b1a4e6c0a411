// The form of What if: which lever, how far, from when, for how long, over how many pairs of seeds.
import { Combobox } from "./combobox.js";
import { h, icon, say } from "./dom.js";
import { duration, monthName, sentenceCase, signed, words } from "./format.js";
import { favorite, findLevers, goodSought, leversOf, unknownLever } from "./levers.js";

const PAIRS = [1, 8, 32];
const HORIZON = 60;
const AHEAD = 25;

export class ShockForm {
  // `apply(request)` sends the fork.
  constructor(economy, apply) {
    Object.assign(this, { economy, apply, shownTick: null });
    this.lever = new Combobox("lever", findLevers, (lever, sought) => this.choose(lever, sought));
    this.who = h("span");
    this.meaning = h("p", { class: "meaning" });
    this.good = h("select", { id: "good" });
    this.goodField = h(
      "div",
      { class: "field", hidden: true },
      h("div", { class: "names" }, h("label", { for: "good" }, "Of which good")),
      this.good,
    );
    this.now = h("span");
    this.suffix = h("span", { class: "suffix" });
    this.size = h("input", { id: "size", type: "number", step: "any", required: true, "aria-describedby": "becomes" });
    this.slider = h("input", { type: "range", "aria-label": "Size, by slider" });
    this.ends = [h("span"), h("span"), h("span")];
    this.becomes = h("p", { class: "meaning", id: "becomes" });
    this.from = h("select", { id: "from" });
    this.months = h("input", {
      id: "months",
      type: "number",
      min: "1",
      max: "1200",
      step: "1",
      value: "12",
      required: true,
    });
    this.pairs = PAIRS.map((count, place) =>
      h("input", { type: "radio", name: "pairs", value: count, checked: place === 0 }),
    );
    this.cost = h("p", { class: "note", id: "cost" });
    this.button = h(
      "button",
      { class: "button primary", "aria-describedby": "cost" },
      icon("fork"),
      h("span", {}, "Apply to a fork"),
    );
    this.node = h(
      "form",
      { class: "shock", novalidate: true },
      field("Lever", "lever", this.who, h("div", { class: "picker" }, this.lever.input, this.lever.list), this.meaning),
      this.goodField,
      h(
        "div",
        { class: "field" },
        names("Size", "size", this.now),
        h("div", { class: "field with-unit" }, this.size, this.suffix),
        this.slider,
        h("div", { class: "ends", "aria-hidden": "true" }, ...this.ends),
        this.becomes,
      ),
      h(
        "div",
        { class: "pair" },
        field("From", "from", null, this.from),
        h(
          "div",
          { class: "field with-unit" },
          names("For", "months"),
          this.months,
          h("span", { class: "suffix" }, "months"),
        ),
      ),
      h(
        "fieldset",
        { class: "field bare" },
        h("legend", { class: "hidden-text" }, "Paired seeds"),
        h(
          "div",
          { class: "names" },
          h("b", { "aria-hidden": "true" }, "Paired seeds"),
          h("span", {}, "band needs 8 or more"),
        ),
        h("div", { class: "choice" }, ...this.pairs.map((input) => h("label", {}, input, h("span", {}, input.value)))),
      ),
      this.button,
      this.cost,
    );
    this.size.addEventListener("input", () => this.sized(this.size));
    this.slider.addEventListener("input", () => this.sized(this.slider));
    this.node.addEventListener("change", () => this.tellCost());
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  // Reads the levers anew, keeping the chosen one; `wanted` is the name of the one to begin with.
  refill(wanted) {
    const levers = leversOf(this.economy);
    this.lever.items = levers;
    const same = ({ name, title }) => name === this.lever.item?.name && title === this.lever.item.title;
    const kept = levers.find(same);
    if (kept) this.lever.item = kept;
    else if (wanted) this.lever.choose(levers.find(({ name }) => name === wanted) ?? unknownLever(wanted));
    else if (levers.length) this.lever.choose(favorite(levers));
  }

  choose(lever, sought = "") {
    if (lever.goods) {
      const options = lever.goods.map((good) => h("option", { value: good }, `${lever.makers ? "makers of " : ""}${words(good)}`));
      this.good.replaceChildren(h("option", { value: "" }, lever.makers ? "all firms" : "all goods"), ...options);
      this.good.value = goodSought(lever, sought);
    }
    say(this.who, lever.who);
    say(this.meaning, `${sentenceCase(lever.meaning)}.`);
    say(this.now, lever.now);
    say(this.suffix, lever.suffix);
    this.goodField.hidden = !lever.goods;
    const [low, high] = lever.slider;
    Object.assign(this.slider, { min: low, max: high, step: lever.step });
    [low, Math.abs(low + high) < 1e-9 ? 0 : null, high].forEach((end, place) =>
      say(this.ends[place], end === null ? "" : signed(end, Number.isInteger(end) ? 0 : 2)),
    );
    this.size.value = String(Number(lever.start.toFixed(4)));
    this.sized(this.size);
  }

  sized(source) {
    const lever = this.lever.item;
    const change = Number(source.value);
    if (source === this.slider) this.size.value = source.value;
    else this.slider.value = source.value;
    const wrong = source.value === "" || change < lever.least - 1e-9 || change > lever.most + 1e-9;
    this.size.setAttribute("aria-invalid", String(wrong));
    say(
      this.becomes,
      wrong
        ? `Between ${signed(lever.least, 2)} and ${signed(lever.most, 2)}.`
        : `${sentenceCase(lever.becomes(change))}.`,
    );
  }

  request() {
    const good = this.lever.item.goods ? this.good.value : "";
    return {
      shock: this.lever.item.shock(Number(this.size.value), good),
      from: Number(this.from.value),
      months: Number(this.months.value),
      pairs: Number(this.pairs.find(({ checked }) => checked).value),
      horizon: Math.max(HORIZON, Number(this.from.value) - this.economy.status.tick + HORIZON),
    };
  }

  async send() {
    const wrong = [this.size, this.months].find(
      (input) => input.getAttribute("aria-invalid") === "true" || !input.checkValidity(),
    );
    if (wrong) {
      wrong.focus();
      return;
    }
    this.button.setAttribute("aria-busy", "true");
    await this.apply(this.request());
    this.button.removeAttribute("aria-busy");
  }

  tellCost() {
    const { seconds_per_tick: seconds } = this.economy.status;
    const pairs = Number(this.pairs.find(({ checked }) => checked).value);
    const size = `${pairs} ${pairs === 1 ? "pair" : "pairs"} × ${HORIZON} months`;
    if (!seconds) return void say(this.cost, `${size}. You can stop any time.`);
    const whole = 2 * pairs * HORIZON * seconds;
    const first = pairs > 1 ? ` The first pair shows in ${duration(whole / pairs)}; you` : " You";
    return void say(
      this.cost,
      `${size} at ${seconds < 0.095 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(2)} s`}: about ${duration(whole)}.${first} can stop any time.`,
    );
  }

  // Brings the months that can be chosen to the present.
  refresh(connected) {
    const { status, start } = this.economy;
    this.button.disabled = !connected || !["paused", "running", "finished"].includes(status?.status);
    if (!status || this.shownTick === status.tick) return;
    const ahead = Math.max(0, Number(this.from.value || status.tick) - status.tick);
    this.shownTick = status.tick;
    if (document.activeElement !== this.from) {
      this.from.replaceChildren(
        ...Array.from({ length: AHEAD }, (_, place) =>
          h(
            "option",
            { value: status.tick + place, selected: place === (this.chosen ? ahead : 0) },
            monthName(start, status.tick + place),
          ),
        ),
      );
    }
    this.tellCost();
  }
}

function names(label, id, more) {
  return h("div", { class: "names" }, h("label", { for: id }, label), more);
}

function field(label, id, more, ...controls) {
  return h("div", { class: "field" }, names(label, id, more), ...controls);
}
