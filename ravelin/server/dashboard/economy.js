// What the page knows of the economy: its history, its declarations, and what the server summarizes.
import { get } from "./api.js";
import { recessions } from "./derive.js";
import { monthsFrom } from "./format.js";
import { Store } from "./store.js";

const APART = 1000;

export class Economy {
  constructor() {
    this.store = new Store();
    this.status = null;
    this.indicators = new Map();
    this.parameters = new Map();
    this.columns = [];
    this.offered = new Set();
    this.summaries = new Map();
    this.loaded = false;
  }

  get start() {
    return this.status?.start ?? "2020-01-01";
  }

  async load() {
    const [state, history, declared, parameters, networks] = await Promise.all([
      get("/state", { patience: 70_000 }),
      get("/history"),
      get("/columns"),
      get("/parameters"),
      get("/network"),
    ]);
    this.offered = new Set([
      ...Object.keys(state).map((field) => `state.${field}`),
      "/schedule",
      ...networks.networks.map(({ href }) => href),
    ]);
    this.indicators = new Map(declared.indicators.map((one) => [one.name, one]));
    this.columns = declared.columns;
    this.take(parameters);
    this.summaries.clear();
    this.status = state.status;
    this.fill(history);
    this.loaded = true;
  }

  take({ parameters }) {
    this.parameters = new Map(parameters.map((one) => [one.name, one]));
  }

  fill(history, from = 0) {
    if (!from) this.store.clear();
    const { tick, ...columns } = history.columns;
    delete columns.date;
    this.run = history.run;
    if (tick.length) this.store.load(columns, tick[0]);
  }

  // Fetches the months that were missed.
  async catchUp() {
    if (this.status.run !== this.run) {
      await this.load();
      return;
    }
    const from = this.store.length;
    if (this.status.tick > from) this.fill(await get(`/history?from=${from}`), from);
  }

  has(name) {
    return this.indicators.has(name);
  }

  declared(name) {
    return this.indicators.get(name) ?? { name, title: name.replaceAll("_", " "), unit: "1", definition: "", kind: "" };
  }

  derived(key, rule) {
    return this.store.derived(key, rule);
  }

  spans() {
    if (!this.store.has("gdp_real")) return [];
    return this.derived("recessions", (store) => recessions(store.get("gdp_real"), monthsFrom(this.start, 0).month));
  }

  // Needs that this economy does not provide.
  missing(needs) {
    return needs.filter((need) => {
      if (need.startsWith("/") || need.startsWith("state.")) return !this.offered.has(need);
      return need.endsWith("*")
        ? ![...this.indicators.keys()].some((name) => name.startsWith(need.slice(0, -1)))
        : !this.has(need);
    });
  }

  read(need) {
    return this.summaries.get(need)?.data;
  }

  summary(need) {
    return this.summaries.get(need);
  }

  // Fetches summaries that are older than the present month, each at most once a second.
  async refresh(needs) {
    const stamp = `${this.status.run} ${this.status.tick} ${this.status.revision}`;
    const due = [...needs].filter((need) => {
      const held = this.summaries.get(need);
      return (
        this.offered.has(need) &&
        !held?.busy &&
        (held?.stamp !== stamp || held?.retry) &&
        Date.now() - (held?.asked ?? 0) >= APART
      );
    });
    const fields = due
      .filter((need) => need.startsWith("state."))
      .map((need) => need.slice(6))
      .sort();
    const paths = due.filter((need) => need.startsWith("/")).map((path) => [path, [path]]);
    if (fields.length) paths.push([`/state?fields=${fields.join(",")}`, fields.map((field) => `state.${field}`)]);
    await Promise.all(paths.map(([path, held]) => this.fetch(path, held, stamp)));
    return paths.length > 0;
  }

  async fetch(path, needs, stamp) {
    const held = needs.map((need) => {
      const one = this.summaries.get(need) ?? { version: 0 };
      this.summaries.set(need, Object.assign(one, { asked: Date.now(), busy: true }));
      return one;
    });
    try {
      const data = await get(path);
      held.forEach((one, place) => {
        Object.assign(one, {
          data: needs[place].startsWith("state.") ? data[needs[place].slice(6)] : data,
          error: null,
          stamp,
          retry: false,
          version: one.version + 1,
        });
      });
    } catch (error) {
      for (const one of held) Object.assign(one, { error, stamp, retry: false, version: one.version + 1 });
    } finally {
      for (const one of held) one.busy = false;
    }
  }

  retry(needs) {
    for (const need of needs) Object.assign(this.summaries.get(need) ?? {}, { retry: true, asked: 0 });
  }
}
