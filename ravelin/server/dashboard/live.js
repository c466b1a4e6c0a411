// The stream of events, with its own reconnecting: a lost connection is told, counted down and made good.

const WAITS = [1, 2, 4, 8, 15];
const HIDDEN = 10_000;

// `hear` has status, tick, fork, reset, lost(secondsToWait) and back().
export class Live {
  constructor(hear) {
    this.hear = hear;
    this.failures = 0;
    this.timer = null;
    // A browser has six connections to a server: pages that nobody sees give theirs back.
    addEventListener("pagehide", () => this.rest());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    addEventListener("visibilitychange", () => this.seen());
  }

  seen() {
    clearTimeout(this.resting);
    if (document.hidden) this.resting = setTimeout(() => this.rest(), HIDDEN);
    else if (!this.source) this.open();
  }

  rest() {
    clearInterval(this.timer);
    this.timer = null;
    this.source?.close();
    this.source = null;
  }

  open() {
    clearInterval(this.timer);
    this.timer = null;
    this.source?.close();
    const source = new EventSource("/events");
    this.source = source;
    for (const kind of ["status", "tick", "fork", "reset"]) {
      source.addEventListener(kind, (event) => this.hear[kind](JSON.parse(event.data)));
    }
    source.addEventListener("open", () => {
      this.failures = 0;
      this.hear.back();
    });
    source.addEventListener("error", () => {
      if (source === this.source) this.wait();
    });
  }

  // Waits 1, 2, 4, 8, then 15 seconds, give or take a fifth, so that many pages do not come back at once.
  wait() {
    this.source.close();
    if (this.timer) return;
    const step = WAITS[Math.min(this.failures, WAITS.length - 1)];
    this.failures += 1;
    const due = Date.now() + Math.min(15, step * (0.8 + 0.4 * Math.random())) * 1000;
    const count = () => {
      const left = Math.ceil((due - Date.now()) / 1000);
      if (left <= 0) this.open();
      else this.hear.lost(left);
    };
    this.timer = setInterval(count, 250);
    count();
  }
}
