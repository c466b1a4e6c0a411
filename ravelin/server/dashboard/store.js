// The history of one world: a growing column of doubles per indicator. A month appends; nothing is copied.

const ROOM = 256;

export class Store {
  constructor() {
    this.clear();
  }

  clear() {
    this.columns = new Map();
    this.length = 0;
    this.version = (this.version ?? 0) + 1;
    this.known = new Map();
  }

  // Takes columns by name that begin at tick `from`; months already there are taken anew.
  load(columns, from = 0) {
    const count = Object.values(columns)[0]?.length ?? 0;
    if (from > this.length) throw new RangeError(`months ${this.length} to ${from - 1} are missing`);
    const length = Math.max(this.length, from + count);
    for (const [name, values] of Object.entries(columns)) {
      const held = this.room(name, length);
      for (let place = 0; place < values.length; place += 1) held[from + place] = values[place] ?? NaN;
    }
    this.length = length;
    this.changed();
  }

  // Takes a month; says whether it was the next one.
  append(tick, row) {
    if (tick < this.length) return true;
    if (tick > this.length) return false;
    for (const [name, value] of Object.entries(row)) {
      if (name !== "tick" && (typeof value === "number" || value === null))
        this.room(name, tick + 1)[tick] = value ?? NaN;
    }
    this.length = tick + 1;
    this.changed();
    return true;
  }

  room(name, length) {
    let held = this.columns.get(name);
    if (!held || held.length < length) {
      const larger = new Float64Array(Math.max(ROOM, 2 ** Math.ceil(Math.log2(length + 1)))).fill(NaN);
      if (held) larger.set(held);
      this.columns.set(name, larger);
      held = larger;
    }
    return held;
  }

  changed() {
    this.version += 1;
    this.known.clear();
  }

  has(name) {
    return this.columns.has(name);
  }

  get(name) {
    const held = this.columns.get(name);
    if (!held) throw new RangeError(`no column ${name}`);
    return held.subarray(0, this.length);
  }

  // What is computed from columns is computed once a month.
  derived(key, rule) {
    if (!this.known.has(key)) this.known.set(key, rule(this));
    return this.known.get(key);
  }

  names(prefix) {
    return [...this.columns.keys()].filter((name) => name.startsWith(prefix));
  }
}
