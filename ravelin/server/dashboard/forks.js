// The forks of the economy and what the chosen one does, as the server tells it.
import { get } from "./api.js";

export const SERIES = ["gdp_real", "inflation", "unemployment_rate", "loans_firms"];
const APART = 900;
const BAND_FROM = 8;

export class Forks {
  constructor(economy) {
    Object.assign(this, {
      economy,
      listed: new Map(),
      chosen: null,
      effects: null,
      version: 0,
      asked: 0,
      stale: false,
      error: null,
    });
  }

  clear() {
    this.listed.clear();
    this.choose(null);
  }

  hear(fork) {
    if (fork.status === "dropped") this.listed.delete(fork.id);
    else this.listed.set(fork.id, fork);
    if (this.chosen && !this.listed.has(this.chosen)) this.choose([...this.listed.keys()].at(-1) ?? null);
    this.stale ||= fork.id === this.chosen;
    this.version += 1;
  }

  choose(id) {
    if (id !== this.chosen) Object.assign(this, { chosen: id, effects: null });
    this.stale = true;
    this.version += 1;
  }

  get fork() {
    return this.listed.get(this.chosen) ?? null;
  }

  get running() {
    return [...this.listed.values()].some(({ status }) => status === "waiting" || status === "running");
  }

  // Fetches what the chosen fork does, at most once in nine tenths of a second while it runs; says whether it did.
  async refresh() {
    const fork = this.fork;
    if (
      !fork ||
      this.busy ||
      Date.now() - this.asked < APART ||
      !(this.stale || ["waiting", "running"].includes(fork.status))
    )
      return false;
    Object.assign(this, { asked: Date.now(), busy: true, stale: false });
    try {
      const present = SERIES.filter((name) => this.economy.has(name));
      const [effects, now] = await Promise.all([
        get(`/forks/${fork.id}/effects?series=${present.join(",")}`),
        get(`/forks/${fork.id}`),
      ]);
      if (this.chosen === fork.id) this.effects = effects;
      if (this.listed.has(fork.id)) this.listed.set(fork.id, now);
      this.error = null;
    } catch (error) {
      Object.assign(this, { error, stale: true });
    } finally {
      this.busy = false;
      this.version += 1;
    }
    return true;
  }

  get banded() {
    return (this.effects?.pairs_done ?? 0) >= BAND_FROM;
  }

  // Effects of a series: {kind: "relative" or "difference", median, low, high}; levels by what dollars and people gain, points of rates.
  effect(name) {
    const found = this.effects?.series[name];
    if (!found) return null;
    const points = ["fraction", "1/year"].includes(this.economy.declared(name).unit);
    return { points, ...(points ? found.difference : found.relative) };
  }

  // The effect that is largest in size, or among those whose band tells them from zero; null if there is none.
  largest(name, { clear = false } = {}) {
    const effect = this.effect(name);
    const first = (this.fork?.shock_at ?? 0) - (this.effects?.tick[0] ?? 0);
    const found = effect && largestOf(effect, first, clear);
    return found && { ...found, tick: found.month - 1 + (this.fork?.shock_at ?? 0) };
  }

  after(name, months) {
    const effect = this.effect(name);
    const place = (this.fork?.shock_at ?? 0) - (this.effects?.tick[0] ?? 0) + months - 1;
    if (!effect || place >= effect.median.length) return null;
    return { value: effect.median[place], low: effect.low[place], high: effect.high[place] };
  }
}

// `median`, `low` and `high` by month; months before `first` are before the shock, whose own month is month 1.
export function largestOf({ median, low, high }, first, clear) {
  let best = -1;
  for (let place = Math.max(0, first); place < median.length; place += 1) {
    if (clear && !(low[place] > 0 && high[place] > 0) && !(low[place] < 0 && high[place] < 0)) continue;
    if (best < 0 || Math.abs(median[place] ?? 0) > Math.abs(median[best] ?? 0)) best = place;
  }
  if (best < 0) return null;
  return { value: median[best] ?? 0, low: low[best], high: high[best], month: best - first + 1 };
}
