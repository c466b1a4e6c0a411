// The sections with their panels, the links to them, and the drawing of those that can be seen.
import { h } from "./dom.js";
import { Panel } from "./panel.js";
import { SECTIONS } from "./panels.js";

const NEAR = "150px";
// Milliseconds of drawing at a stretch, so that keys and clicks never wait for a month.
const SLICE = 8;
// Milliseconds in which panels that fill in above a place that was gone to may move it.
const SETTLING = 1500;

export class Sections {
  constructor(page, entries) {
    this.page = page;
    this.panels = entries.map((entry) => new Panel(entry, page.economy));
    this.due = [];
    this.holder = document.getElementById("panels");
    this.links = document.getElementById("links");
    this.byId = new Map(
      SECTIONS.map(({ id, title, about }) => {
        const own = this.panels.filter(({ entry }) => entry.section === id);
        const grid = h("div", { class: "grid", id: `${id}-panels` }, ...own.map(({ node }) => node));
        const head = h("header", {}, h("h2", {}, title), h("p", {}, about));
        const node = h("section", { class: "section", id, "aria-label": title }, head, grid);
        return [id, { node, own }];
      }),
    );
    this.holder.append(...[...this.byId.values()].map(({ node }) => node));
    const places = [
      ["overview", "Overview"],
      ...SECTIONS.map(({ id, title }) => [id, title.replace(" and tick", "")]),
      ["tick-times", "Tick"],
    ];
    this.links.append(
      ...places.map(([id, title]) =>
        h("li", {}, h("a", { href: `#${id}`, onclick: (event) => this.follow(event, id) }, title)),
      ),
    );
    document.getElementById("cards").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link) this.follow(event, link.hash.slice(1));
    });
    this.seen = new IntersectionObserver((changes) => this.see(changes), { rootMargin: NEAR });
    this.sized = new ResizeObserver((changes) => this.resize(changes));
    for (const panel of this.panels) {
      this.seen.observe(panel.node);
      this.sized.observe(panel.body);
    }
    this.byNode = new Map(
      this.panels.flatMap((panel) => [
        [panel.node, panel],
        [panel.body, panel],
      ]),
    );
    addEventListener("scroll", () => this.current(), { passive: true });
    for (const own of ["wheel", "touchmove", "keydown"])
      addEventListener(own, () => (this.aim = null), { passive: true });
    this.current();
  }

  arrange() {
    for (const panel of this.panels) panel.name();
    this.list();
  }

  // Shows the sections that have something to show, and links to them. A market that this economy does not have is not
  // listed. Before the first month what needs months is left out, so that what the opening knows is in sight.
  list() {
    const { economy } = this.page;
    this.opening = economy.loaded && economy.store.length === 0;
    for (const panel of this.panels) panel.node.hidden = this.opening && panel.obstacle()?.state === "waiting";
    for (const [id, { node, own }] of this.byId) {
      node.hidden = economy.loaded && own.every((panel) => panel.absent || panel.node.hidden);
      this.links.querySelector(`[href="#${id}"]`).parentElement.hidden = node.hidden;
    }
    document.getElementById("cards").hidden = this.opening;
  }

  see(changes) {
    for (const { target, isIntersecting } of changes) {
      const panel = this.byNode.get(target);
      panel.visible = isIntersecting;
      if (isIntersecting) panel.drawing?.point?.(); // The cursor may have moved while nobody saw it.
    }
    if (changes.some(({ isIntersecting }) => isIntersecting)) this.fetch();
    this.page.mark();
  }

  resize(changes) {
    if (this.aim && performance.now() < this.aim.until) this.aim.target.scrollIntoView();
    for (const { target } of changes) {
      const panel = this.byNode.get(target);
      if (panel.drawing && !panel.asTable) panel.drawing.resize();
    }
  }

  // Draws the visible panels, a slice a frame; those that still wait from the last time come first.
  draw() {
    if (this.opening || !this.page.economy.store.length) this.list();
    this.due = this.due.filter((panel) => panel.visible);
    this.due.push(...this.panels.filter((panel) => panel.visible && !this.due.includes(panel)));
    this.awaited ||= requestAnimationFrame(() => this.slice());
  }

  // Of panels made from summaries a slice draws one. When nothing is left, the page says what it shows.
  slice() {
    this.awaited = 0;
    if (this.page.whatif.open) return;
    const end = performance.now() + SLICE;
    const later = [];
    let slow = false;
    while (this.due.length && performance.now() < end) {
      const panel = this.due.shift();
      if (slow && panel.needs.length) later.push(panel);
      else slow = (panel.refresh() && panel.needs.length > 0) || slow;
    }
    this.due.unshift(...later);
    if (this.due.length) this.awaited = requestAnimationFrame(() => this.slice());
    else document.body.dataset.drawn = this.page.economy.store.length;
  }

  async fetch() {
    const { economy } = this.page;
    if (!economy.loaded) return;
    const needs = new Set(this.panels.filter(({ visible }) => visible).flatMap((panel) => panel.needs));
    if (await economy.refresh(needs)) this.page.mark();
  }

  follow(event, id) {
    event.preventDefault();
    this.go(id);
  }

  go(id) {
    const { page } = this;
    if (page.whatif.open) page.showWhatIf(false);
    const target = document.getElementById(id);
    if (id === "overview") scrollTo(0, 0);
    else target.scrollIntoView();
    this.aim = id === "overview" ? null : { target, until: performance.now() + SETTLING };
    page.remember({ section: id === "overview" ? "" : id });
  }

  // Marks the link of the section that is under the header.
  current() {
    if (this.looking) return;
    this.looking = setTimeout(() => {
      this.looking = 0;
      // Where little is high the header scrolls away.
      const edge = Math.max(0, document.querySelector(".head").getBoundingClientRect().bottom) + 60;
      let here = "overview";
      for (const [id, { node }] of this.byId)
        if (node.offsetParent && node.getBoundingClientRect().top < edge) here = id;
      for (const link of this.links.querySelectorAll("a")) {
        if (link.hash === `#${here}`) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }, 120);
  }
}
