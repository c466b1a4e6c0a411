// A searchable list with groups: type to narrow it, arrows to move, Enter to choose.
import { h } from "./dom.js";

export class Combobox {
  // `items` are {title, group, name}; `find(items, sought)` narrows them; `chosen(item, sought)` is told of each choice.
  constructor(id, find, chosen) {
    Object.assign(this, { find, chosen, sought: "" });
    this.items = [];
    this.list = h("ul", { class: "levers", role: "listbox", id: `${id}-list`, "aria-label": "Levers", hidden: true });
    this.input = h("input", {
      id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-expanded": "false",
      "aria-controls": `${id}-list`,
      "aria-autocomplete": "list",
    });
    this.input.addEventListener("focus", () => this.input.select());
    // A click would put the caret into the chosen title, where the next letter would land.
    this.input.addEventListener("mousedown", (event) => {
      if (!this.list.hidden) return;
      event.preventDefault();
      this.input.focus();
      this.input.select();
    });
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.shown[Number(option.dataset.place)]);
    });
  }

  choose(item) {
    this.item = item;
    this.input.value = item.title;
    this.close();
    this.chosen(item, this.sought);
  }

  open(sought) {
    this.sought = sought;
    this.shown = this.find(this.items, sought);
    let group = null;
    const nodes = this.shown.flatMap((item, place) => {
      const option = h(
        "li",
        {
          role: "option",
          id: `${this.input.id}-${place}`,
          "data-place": place,
          "aria-selected": "false",
          title: item.name,
        },
        item.title,
        h("small", {}, item.meaning),
      );
      if (item.group === group) return [option];
      group = item.group;
      return [h("li", { class: "group", role: "presentation" }, group), option];
    });
    this.list.replaceChildren(
      ...(nodes.length ? nodes : [h("li", { class: "group", role: "presentation" }, "No lever has these words")]),
    );
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(sought ? 0 : Math.max(0, this.shown.indexOf(this.item)));
  }

  mark(place) {
    this.place = place;
    for (const option of this.list.querySelectorAll("[role=option]")) {
      const own = Number(option.dataset.place) === place;
      option.setAttribute("aria-selected", String(own));
      if (own) {
        this.input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    }
  }

  close() {
    if (this.list.hidden) return;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (this.item) this.input.value = this.item.title;
  }

  key(event) {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (move) {
      if (this.list.hidden) this.open("");
      else this.mark(Math.min(this.shown.length - 1, Math.max(0, this.place + move)));
    } else if (event.key === "Enter" && !this.list.hidden) {
      if (this.shown[this.place]) this.choose(this.shown[this.place]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.close();
    } else return;
    event.preventDefault();
  }
}
