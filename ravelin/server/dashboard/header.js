// The bar at the top: date, run controls, state of the connection, theme.
import { post, send } from "./api.js";
import { h, icon, say } from "./dom.js";
import { monthName, whole } from "./format.js";
import { toast } from "./toast.js";

const SPEEDS = [
  [1, "1/s"],
  [4, "4/s"],
  [null, "Max"],
];

export class Header {
  constructor(page) {
    this.page = page;
    const part = (name) => document.getElementById(name);
    Object.assign(this, {
      play: part("play"),
      step: part("step"),
      reset: part("reset"),
      date: part("date"),
      tick: part("tick"),
      live: part("live-pill"),
      theme: part("theme"),
      facts: part("facts-who"),
      audits: document.querySelectorAll(".audit"),
    });
    this.playIcon = { play: icon("play"), pause: icon("pause") };
    this.playText = h("span");
    this.play.append(this.playIcon.play, this.playText);
    this.step.append(icon("step"), h("span", {}, "Step"));
    this.reset.append(icon("reset"));
    this.speeds = SPEEDS.map(([value, label], place) => {
      const input = h("input", {
        type: "radio",
        name: "speed",
        id: `speed-${place + 1}`,
        onchange: () => this.setSpeed(value),
      });
      part("speed").append(h("label", {}, input, h("span", {}, label)));
      return { value, input };
    });
    this.play.addEventListener("click", () => this.toggle());
    this.step.addEventListener("click", () => this.act(this.step, () => ["/tick?n=1"]));
    this.reset.addEventListener("click", () => this.ask());
    this.theme.addEventListener("click", () =>
      page.setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
    );
    this.speed = 4;
    this.acted = Promise.resolve();
  }

  get running() {
    return this.page.economy.status?.status === "running";
  }

  toggle() {
    return this.act(this.play, () => (this.running ? ["/pause"] : ["/run", { ticks_per_second: this.speed }]));
  }

  setSpeed(value) {
    this.speed = value;
    this.act(this.play, () => this.running && ["/run", { ticks_per_second: value }]);
  }

  choose(place) {
    const { input, value } = this.speeds[place - 1];
    if (input.disabled || input.closest("fieldset").disabled) return;
    input.checked = true;
    this.setSpeed(value);
  }

  // Acts wait for one another, so none is lost and each meets what the one before it brought about.
  act(button, ask) {
    if (button.disabled) return this.acted;
    button.setAttribute("aria-busy", "true");
    this.acted = this.acted.then(async () => {
      try {
        const [path, body] = ask() || [];
        if (path) this.page.hearStatus(await post(path, body, { patience: 60_000 }));
      } catch (problem) {
        toast(problem, (request) => this.again(request));
      } finally {
        button.removeAttribute("aria-busy");
      }
    });
    return this.acted;
  }

  async again({ method, path, body }) {
    try {
      const { data } = await send(method, path, { body });
      if (data?.status && data.run && !data.id) this.page.hearStatus(data);
    } catch (problem) {
      toast(problem);
    }
  }

  ask() {
    if (this.reset.disabled) return;
    const { tick } = this.page.economy.status;
    const dialog = h(
      "dialog",
      { "aria-labelledby": "reset-title" },
      h("h2", { id: "reset-title" }, "Reset to tick 0?"),
      h("p", {}, `The ${tick === 1 ? "month is" : `${whole(tick)} months are`} kept in the run's folder.`),
      h(
        "form",
        { method: "dialog", class: "actions" },
        h("button", { class: "button", value: "" }, "Cancel"),
        h("button", { class: "button primary", value: "yes" }, "Reset"),
      ),
    );
    document.querySelector("main").append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue === "yes") this.act(this.reset, () => ["/reset"]);
    });
    dialog.showModal();
  }

  refresh() {
    const { economy, connected, wait } = this.page;
    const status = economy.status;
    const theme = document.documentElement.dataset.theme;
    if (this.shownTheme !== theme) {
      this.shownTheme = theme;
      this.theme.replaceChildren(icon(theme === "dark" ? "sun" : "moon"));
      this.theme.setAttribute("aria-label", theme === "dark" ? "Light theme" : "Dark theme");
    }
    this.pill(connected, wait);
    if (!status) return;
    const state = status.status;
    const running = state === "running";
    say(this.date, status.tick ? monthName(economy.start, status.tick - 1) : monthName(economy.start, 0));
    say(this.tick, status.tick ? `tick ${whole(status.tick)}` : "opening");
    if (this.shownRunning !== running) {
      this.shownRunning = running;
      this.play.firstChild.replaceWith(running ? this.playIcon.pause : this.playIcon.play);
      say(this.playText, running ? "Pause" : "Play");
    }
    const ready = connected && ["paused", "running", "finished"].includes(state);
    this.play.disabled = !ready || state === "finished";
    this.step.disabled = !ready || running;
    this.reset.disabled = !connected || state === "opening";
    document.getElementById("speed").disabled = !ready || state === "finished";
    if (running) this.speed = status.ticks_per_second;
    for (const { value, input } of this.speeds) input.checked = value === this.speed;
    this.who(status);
    const gap = status.audit_gap_cents;
    for (const pill of this.audits) {
      pill.hidden = !status.tick;
      say(pill, gap === "0" ? "✓ Books close, gap 0 cents" : `Gap ${gap} cents`);
      pill.classList.toggle("good", gap === "0");
      pill.classList.toggle("bad", gap !== "0");
    }
  }

  who(status) {
    const text = `${status.scenario}|${status.seed}|${status.consumers}`;
    if (this.shownWho === text) return;
    this.shownWho = text;
    this.facts.replaceChildren(
      "Scenario ",
      h("b", {}, status.scenario),
      h("span", {}, " \u00a0Seed "),
      h("b", {}, String(status.seed)),
      h("span", { class: "consumers" }, " \u00a0Consumers ", h("b", {}, whole(status.consumers))),
    );
  }

  pill(connected, wait) {
    say(this.live, connected ? (connected === "opening" ? "Connecting" : "Live") : `Offline, retry in ${wait} s`);
    this.live.classList.toggle("live", connected === true);
    this.live.classList.toggle("bad", !connected);
  }
}
