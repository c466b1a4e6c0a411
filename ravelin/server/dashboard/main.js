// Starts the page, hears events, and draws what is visible, at most ten times a second.
import { readAddress, writeAddress } from "./address.js";
import { get, Problem } from "./api.js";
import { Card } from "./cards.js";
import { keepTheme, readColors } from "./colors.js";
import { hide } from "./definition.js";
import { icon, say, sayParts } from "./dom.js";
import { monthName } from "./format.js";
import { Economy } from "./economy.js";
import { Header } from "./header.js";
import { factsOf, headline, OPENED } from "./headline.js";
import { listenToKeys } from "./keys.js";
import { Live } from "./live.js";
import { PANELS } from "./panels.js";
import { CARDS } from "./panels/cards.js";
import { askToken } from "./session.js";
import { Sections } from "./sections.js";
import { time } from "./time.js";
import { banner, toast } from "./toast.js";
import { WhatIf } from "./whatif.js";

const FRAME = 100;
const HEADLINE_EVERY = 5000;

class Page {
  constructor() {
    this.economy = new Economy();
    this.view = readAddress();
    this.connected = "opening";
    this.heard = Date.now();
    this.waiting = false;
    this.headlined = 0;
    readColors();
    time.span = this.view.months;
    this.header = new Header(this);
    this.cards = CARDS.map((entry) => new Card(entry, this.economy));
    document.getElementById("cards").append(...this.cards.map(({ node }) => node));
    this.sections = new Sections(this, PANELS);
    this.whatif = new WhatIf(this);
    document.getElementById("main").append(this.whatif.node);
    document.getElementById("whatif-button").prepend(icon("fork"));
    document.getElementById("whatif-button").addEventListener("click", () => this.toggleWhatIf());
    time.listen(() => this.pointed());
    listenToKeys(this);
    addEventListener("hashchange", () => this.follow());
    addEventListener("visibilitychange", () => this.mark());
    setInterval(() => this.tickTock(), 1000);
    this.live = new Live({
      status: (status) => this.hearStatus(status),
      tick: (event) => this.hearTick(event),
      fork: (fork) => this.mark(this.whatif.forks.hear(fork)),
      reset: (status) => this.reload(status),
      back: () => this.back(),
      lost: (wait) => this.lost(wait),
    });
    this.reload();
    this.live.open();
  }

  // Reads everything anew; while the economy is being opened, tries again.
  async reload(status) {
    if (status) this.economy.status = status;
    if (this.loading) return;
    this.loading = true;
    try {
      await this.economy.load();
      banner("opening");
      await this.whatif.load();
      this.sections.arrange();
      if (this.view.whatif) this.showWhatIf(true);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status === 401) {
        askToken(() => {
          this.reload();
          this.live.open();
        });
        return;
      }
      banner("opening", [problem.title, problem.message]);
      setTimeout(() => this.reload(), 1000);
    } finally {
      this.loading = false;
      this.mark();
    }
  }

  hearStatus(status) {
    const { economy } = this;
    const known = economy.status;
    this.heard = Date.now();
    if (known?.run === status.run && status.tick < known.tick) {
      this.doubt();
      return;
    }
    economy.status = status;
    if (economy.loaded && status.status !== "opening") this.keepUp();
    this.tellStatus();
    this.mark();
  }

  // Events and answers cross on their way: where they differ on whether it runs, asks, after they have come in.
  doubt() {
    clearTimeout(this.doubting);
    this.doubting = setTimeout(async () => {
      const { status } = await get("/state?fields=status").catch(() => ({}));
      if (status) this.hearStatus({ ...status, tick: Math.max(status.tick, this.economy.status.tick) });
    }, 250);
  }

  hearTick(event) {
    this.heard = Date.now();
    if (event.world !== "base") {
      this.whatif.forks.stale ||= event.world === this.whatif.forks.chosen;
      return;
    }
    const { economy } = this;
    if (!economy.loaded || event.run !== economy.run) return;
    economy.status.tick = Math.max(event.tick, economy.status.tick);
    if (event.status !== economy.status.status) this.doubt();
    if (event.row.audit_gap_cents !== undefined) economy.status.audit_gap_cents = String(event.row.audit_gap_cents);
    if (!economy.store.append(event.row.tick, event.row)) this.keepUp();
    this.tellStatus();
    this.mark();
  }

  // Fetches missed months, once at a time.
  async keepUp() {
    const { economy } = this;
    if (this.catching || (economy.status.run === economy.run && economy.status.tick <= economy.store.length)) return;
    this.catching = true;
    try {
      if (economy.status.run !== economy.run) await this.reload();
      else await economy.catchUp();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      toast(problem);
    } finally {
      this.catching = false;
      this.mark();
    }
  }

  tellStatus() {
    const { status, start } = this.economy;
    const failed = status.status === "failed" || status.audit_gap_cents !== "0";
    banner(
      "failed",
      failed
        ? [
            status.problem?.title ?? "The books do not close.",
            status.problem?.detail ?? `The audit found a gap of ${status.audit_gap_cents} cents; the run is stopped.`,
          ]
        : null,
    );
    banner(
      "finished",
      status.status === "finished"
        ? [
            `Finished at ${monthName(start, status.tick - 1)}.`,
            "Step goes on beyond the scenario's last month; Reset begins again.",
          ]
        : null,
    );
  }

  lost(wait) {
    this.connected = false;
    this.wait = wait;
    document.body.classList.add("offline");
    const { status, start } = this.economy;
    const where = status?.tick ? ` at ${monthName(start, status.tick - 1)}` : "";
    const ago = Math.max(0, Math.round((Date.now() - this.heard) / 1000));
    banner(
      "lost",
      [
        `Connection lost${where}.`,
        `Showing the last tick received, ${ago} s ago. The page reconnects by itself and fetches the months it missed.`,
      ],
      { label: "Try now", act: () => this.live.open() },
    );
    this.mark();
  }

  back() {
    this.connected = true;
    this.heard = Date.now();
    document.body.classList.remove("offline");
    banner("lost");
    this.mark();
  }

  mark() {
    if (this.waiting) return;
    this.waiting = true;
    const due = Math.max(0, FRAME - (performance.now() - (this.painted ?? 0)));
    setTimeout(() => (document.hidden ? (this.waiting = false) : requestAnimationFrame(() => this.frame())), due);
  }

  frame() {
    this.waiting = false;
    this.painted = performance.now();
    this.header.refresh();
    if (!this.economy.status) return;
    this.tellHeadline();
    if (this.whatif.open) {
      this.whatif.draw(this.connected === true);
      return;
    }
    for (const card of this.cards) card.refresh();
    this.sections.draw();
  }

  // Once a second: summaries of what is visible, effects of the chosen fork.
  async tickTock() {
    if (document.hidden || !this.economy.loaded || this.connected !== true) return;
    if (this.whatif.open || this.whatif.forks.running) await this.whatif.refresh();
    if (!this.whatif.open) this.sections.fetch();
  }

  tellHeadline() {
    const { economy } = this;
    if (!economy.loaded) return;
    const months = economy.store.length;
    if (economy.status.status === "running" && months > 1 && Date.now() - this.headlined < HEADLINE_EVERY) return;
    this.headlined = Date.now();
    sayParts(document.getElementById("headline"), months ? headline(factsOf(economy)) : OPENED);
    document.title = `Ravelin, ${economy.status.scenario}, ${monthName(economy.start, Math.max(0, months - 1))}`;
    say(document.getElementById("page-title"), document.title);
  }

  setTheme(theme) {
    keepTheme(theme);
    this.remember({ theme });
    for (const panel of [...this.sections.panels, ...this.whatif.panels]) {
      panel.drop();
      panel.refresh(true);
    }
    this.mark();
  }

  remember(change) {
    Object.assign(this.view, change);
    writeAddress(this.view);
  }

  follow() {
    const view = readAddress();
    const moved = Object.keys(view).filter((key) => JSON.stringify(view[key]) !== JSON.stringify(this.view[key]));
    if (!moved.length) return;
    if (view.theme && moved.includes("theme")) this.setTheme(view.theme);
    if (view.section && document.getElementById(view.section)) this.sections.go(view.section);
    if (moved.includes("whatif") && view.whatif) this.showWhatIf(true);
    time.zoom(view.months ?? time.span);
    if (view.fork) this.whatif.choose(view.fork);
  }

  toggleWhatIf() {
    this.showWhatIf(!this.whatif.open);
  }

  showWhatIf(open) {
    this.whatif.node.hidden = !open;
    document.getElementById("sections").hidden = open;
    document.getElementById("whatif-button").setAttribute("aria-expanded", String(open));
    this.remember({ whatif: open });
    if (open) {
      scrollTo(0, 0);
      this.whatif.shownVersion = -1;
      this.whatif.draw(this.connected === true);
      this.whatif.form.lever.input.focus({ preventScroll: true });
      this.tickTock();
    } else {
      document.getElementById("whatif-button").focus();
    }
    this.mark();
  }

  pointed() {
    const panels = this.whatif.open ? this.whatif.panels : this.sections.panels.filter(({ visible }) => visible);
    const zoomed = this.zoomed !== time.span;
    this.zoomed = time.span;
    if (zoomed) this.remember({});
    for (const panel of panels) {
      if (zoomed) panel.refresh();
      else panel.drawing?.point?.();
    }
  }

  escape() {
    hide();
    if (time.span) time.zoom(null);
    time.point(null);
  }
}

new Page();
