// The definition of a number: on hover, focus or tap of an underlined word. Escape closes.
import { h } from "./dom.js";

let box = null;
let shownBy = null;
let leaving = null;

export function term(text, describe, attributes = {}) {
  const button = h("button", { type: "button", class: "term", ...attributes }, text);
  button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(button, describe));
  button.addEventListener("focus", () => show(button, describe));
  button.addEventListener("click", () => show(button, describe));
  button.addEventListener("pointerleave", later);
  button.addEventListener("blur", hide);
  return button;
}

// Lines of a definition from the declarations of columns.
export function declaredLines(declared) {
  return declared.map((one) =>
    [one.name, one.kind, one.written_by?.length ? `from ${one.written_by.join(", ")}` : ""].filter(Boolean).join(" · "),
  );
}

function show(button, describe) {
  clearTimeout(leaving);
  if (shownBy === button) return;
  hide();
  const { title, question = "", text, lines = [] } = describe();
  box = h(
    "div",
    { class: "definition", role: "tooltip", id: "definition" },
    h("b", {}, title),
    question && h("em", {}, question),
    text,
    ...lines.map((line) => h("code", {}, line)),
  );
  box.addEventListener("pointerenter", () => clearTimeout(leaving));
  box.addEventListener("pointerleave", later);
  (button.closest("dialog, main, header") ?? document.body).append(box);
  const at = button.getBoundingClientRect();
  const own = box.getBoundingClientRect();
  const below = at.bottom + 6 + own.height < innerHeight;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
  box.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - own.height - 6)}px`;
  shownBy = button;
  button.setAttribute("aria-describedby", "definition");
}

function later() {
  clearTimeout(leaving);
  leaving = setTimeout(hide, 180);
}

export function hide() {
  clearTimeout(leaving);
  box?.remove();
  shownBy?.removeAttribute("aria-describedby");
  box = shownBy = null;
}

addEventListener("scroll", hide, { passive: true });
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && box) hide();
});
