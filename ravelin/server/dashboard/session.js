// Where the server asks for a token: a dialog that trades it for a cookie.
import { post } from "./api.js";
import { h, say } from "./dom.js";

let dialog = null;

// Asks once; `enter` is called when the server has taken the token.
export function askToken(enter) {
  if (dialog) return;
  const input = h("input", { id: "token", type: "password", autocomplete: "current-password", required: true });
  const wrong = h("p", { role: "alert" });
  const form = h(
    "form",
    {},
    h("div", { class: "field" }, h("label", { for: "token" }, "Token"), input),
    wrong,
    h("div", { class: "actions" }, h("button", { class: "button primary" }, "Enter")),
  );
  dialog = h(
    "dialog",
    { "aria-labelledby": "token-title" },
    h("h2", { id: "token-title" }, "This economy asks for a token"),
    form,
  );
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await post("/session", { token: input.value });
    } catch (problem) {
      say(wrong, problem.message);
      return;
    }
    dialog.remove();
    dialog = null;
    enter();
  });
  document.querySelector("main").append(dialog);
  dialog.showModal();
}
