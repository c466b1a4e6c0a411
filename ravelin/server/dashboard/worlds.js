// The base and its forks, each with what it is, how far it is, and Stop or Drop. Nodes are kept while a fork lives.
import { h, say } from "./dom.js";
import { duration, monthName } from "./format.js";
import { shockWords } from "./levers.js";

export class Worlds {
  // `choose(id)` shows a fork; `end(method, path, id)` stops or drops it.
  constructor(economy, forks, { choose, end }) {
    Object.assign(this, { economy, forks, choose, end, kept: new Map() });
    this.about = h("p");
    const base = h("li", {}, h("i"), h("div", {}, h("div", {}, "Base"), this.about));
    this.node = h("ul", { class: "worlds" }, base);
  }

  draw() {
    const { status } = this.economy;
    say(this.about, `${status.scenario}, seed ${status.seed}`);
    for (const [id, { node }] of this.kept) {
      if (this.forks.listed.has(id)) continue;
      node.remove();
      this.kept.delete(id);
    }
    for (const fork of this.forks.listed.values()) this.show(fork);
  }

  make(id) {
    const name = h("button", { type: "button", class: "name", onclick: () => this.choose(id) });
    const told = h("p");
    const button = h("button", { type: "button", class: "button small", onclick: () => this.act(id) });
    const done = h("progress");
    const node = h("li", { class: "fork" }, h("i"), h("div", {}, name, told), button, done);
    this.node.append(node);
    return { node, name, told, button, done };
  }

  act(id) {
    if (isRunning(this.forks.listed.get(id))) this.end("POST", `/forks/${id}/stop`, id);
    else this.end("DELETE", `/forks/${id}`, id);
  }

  show(fork) {
    const parts = this.kept.get(fork.id) ?? this.make(fork.id);
    this.kept.set(fork.id, parts);
    const { name, told, button, done } = parts;
    const title = shockWords(fork, this.economy);
    const shown = fork.id === this.forks.chosen;
    say(name, title);
    name.classList.toggle("shown", shown);
    name.setAttribute("aria-pressed", String(shown));
    say(told, fork.problem?.detail ?? this.progress(fork));
    const act = isRunning(fork) ? "Stop" : "Drop";
    say(button, act);
    button.setAttribute("aria-label", `${act} ${title}`);
    done.hidden = !isRunning(fork);
    done.max = fork.months_total;
    done.value = fork.months_done;
    done.setAttribute("aria-label", `Progress of ${title}`);
  }

  progress(fork) {
    const { start } = this.economy;
    const until = fork.shock.until ? ` to ${monthName(start, fork.shock.until - 1)}` : " on";
    const pairs = `${fork.pairs_done} of ${fork.pairs} ${fork.pairs === 1 ? "pair" : "pairs"}`;
    const left = isRunning(fork) && fork.seconds_left ? `, ${duration(fork.seconds_left)} left` : "";
    return `${monthName(start, fork.shock_at)}${until}, ${pairs}${fork.status === "stopped" ? ", stopped" : left}`;
  }
}

function isRunning({ status }) {
  return status === "waiting" || status === "running";
}
