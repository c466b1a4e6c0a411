// The forks of the economy and what the chosen one does, as the server tells it.
import { get } from "./api.js";
import { scaleOf } from "./format.js";

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
      spread: false,
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

  // The effect on a series, by month: its unit, mean over the pairs, the band that is shown (the interval of the mean,
  // or where nine of ten pairs lie) and where luck does not explain it. Told by the same computation as `ravelin compare`.
  effect(name, spread = this.spread) {
    const found = this.effects?.series[name];
    if (!found) return null;
    return { ...partOf(found.effect, spread), ...unitOf(found), sure: found.beyond_luck };
  }

  // The same in the series' own unit.
  difference(name) {
    return partOf(this.effects.series[name].difference, this.spread);
  }

  // What the band is, in words; nothing without one.
  get words() {
    if (!this.banded) return "";
    const pairs = `${this.effects.pairs_done} pairs`;
    return this.spread ? `band: where 90% of ${pairs} lie` : `band: 95% interval of the mean of ${pairs}`;
  }

  // The effect that is largest in size, or among those that luck does not explain; null if there is none. The
  // interval is that of the mean.
  largest(name, { clear = false } = {}) {
    const effect = this.effect(name, false);
    const first = (this.fork?.shock_at ?? 0) - (this.effects?.tick[0] ?? 0);
    const found = effect && largestOf(effect, first, clear);
    return found && { ...found, tick: found.month - 1 + (this.fork?.shock_at ?? 0) };
  }

  // The effect in the month that is so many from the shock on, counting its own.
  after(name, months) {
    const effect = this.effect(name);
    const place = (this.fork?.shock_at ?? 0) - (this.effects?.tick[0] ?? 0) + months - 1;
    if (!effect || place >= effect.mean.length) return null;
    return { value: effect.mean[place], low: effect.low[place], high: effect.high[place], sure: effect.sure[place] };
  }
}

function partOf({ mean, low, high, spread }, wanted) {
  return wanted ? { mean, low: spread.low, high: spread.high } : { mean, low, high };
}

// How an effect's unit is written: behind a number, and in a line of its own.
function unitOf({ effect_unit: unit }) {
  const known = { percent: ["%", "%"], "percentage points": [" points", "points"] }[unit];
  if (known) return { sign: known[0], unit: known[1] };
  return { sign: "", unit: unit === "percent of GDP" ? "% of GDP" : scaleOf(unit, 1).words };
}

// `mean`, `low`, `high` and `sure` by month; months before `first` are before the shock, whose own month is month 1.
export function largestOf({ mean, low, high, sure }, first, clear) {
  let best = -1;
  for (let place = Math.max(0, first); place < mean.length; place += 1) {
    if (clear && !sure[place]) continue;
    if (best < 0 || Math.abs(mean[place] ?? 0) > Math.abs(mean[best] ?? 0)) best = place;
  }
  if (best < 0) return null;
  return { value: mean[best] ?? 0, low: low[best], high: high[best], month: best - first + 1 };
}
