// Keys that work while no field or button has the focus, and the sheet that lists them.
import { h } from "./dom.js";

const LISTED = [
  ["Space", "play or pause"],
  [".", "one month"],
  ["r", "reset"],
  ["1 2 3", "speed"],
  ["t", "theme"],
  ["w", "What if"],
  ["/", "section links"],
  ["?", "this list"],
  ["← → Home End", "month, on a chart"],
  ["↑ ↓", "line, on a chart"],
  ["Esc", "close; show all months"],
];
const BUSY = "a, button, input, select, textarea, summary, dialog, [role=option], [role=region], figure[tabindex]";
let on = true;

export function listenToKeys(page) {
  const { header } = page;
  const acts = {
    " ": () => header.toggle(),
    ".": () => header.step.click(),
    r: () => header.ask(),
    t: () => header.theme.click(),
    1: () => header.choose(1),
    2: () => header.choose(2),
    3: () => header.choose(3),
    w: () => page.toggleWhatIf(),
    "/": () => document.querySelector(".places a").focus(),
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === "Escape") page.escape();
    else if (event.target.closest?.(BUSY) || document.querySelector("dialog[open]")) return;
    else if (event.key === "?") showKeys();
    else if (on && acts[event.key]) acts[event.key]();
    else return;
    if (event.key !== "Escape") event.preventDefault();
  });
}

function showKeys() {
  const box = h("input", { type: "checkbox", id: "keys-on" });
  box.checked = on;
  box.addEventListener("change", () => {
    on = box.checked;
  });
  const dialog = h(
    "dialog",
    { "aria-labelledby": "keys-title" },
    h("h2", { id: "keys-title" }, "Keys"),
    h("dl", { class: "keys" }, ...LISTED.flatMap(([key, act]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, act)])),
    h("div", { class: "check" }, box, h("label", { for: "keys-on" }, "Single-key shortcuts")),
    h("form", { method: "dialog", class: "actions" }, h("button", { class: "button primary" }, "Close")),
  );
  document.querySelector("main").append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
