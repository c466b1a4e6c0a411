// Messages: problems the server told, banners over the page, and the one live region.
import { repaired } from "./api.js";
import { h, say } from "./dom.js";

const MOST = 3;

// Shows a problem until it is dismissed; where the server named the nearest valid name, a button repairs the request.
export function toast(problem, retry) {
  const list = document.getElementById("toasts");
  while (list.children.length >= MOST) list.firstChild.remove();
  const node = h("div", { class: "toast", role: "alert" }, h("b", {}, problem.title), h("p", {}, problem.message));
  const actions = h("div", { class: "actions" });
  const request = repaired(problem);
  if (request && retry) {
    actions.append(
      h(
        "button",
        {
          type: "button",
          class: "button small primary",
          onclick: () => {
            node.remove();
            retry(request, problem.nearest);
          },
        },
        `Use ${problem.nearest}`,
      ),
    );
  }
  actions.append(h("button", { type: "button", class: "button small", onclick: () => node.remove() }, "Dismiss"));
  if (problem.status) actions.append(h("small", {}, `${problem.status} · ${problem.type.split("/").at(-1)}`));
  node.append(actions);
  list.append(node);
}

let last = 0;
let waiting = null;

// At most one message a second, the newest.
export function announce(text) {
  clearTimeout(waiting);
  const due = last + 1000 - Date.now();
  const tell = () => {
    last = Date.now();
    say(document.getElementById("live"), text);
  };
  if (due <= 0) tell();
  else waiting = setTimeout(tell, due);
}

// Shows or, without parts, takes away the banner of a kind. `parts` are texts; the first is bold.
export function banner(kind, parts, action) {
  const holder = document.getElementById("banners");
  let node = holder.querySelector(`[data-kind="${kind}"]`);
  if (!parts) {
    node?.remove();
    return;
  }
  if (!node) {
    node = holder.appendChild(
      h(
        "div",
        { class: `banner${kind === "lost" ? "" : " bad"}`, "data-kind": kind, role: "status" },
        h("p", {}, h("b"), h("span")),
      ),
    );
    if (action) node.append(h("button", { type: "button", class: "button small", onclick: action.act }, action.label));
  }
  say(node.querySelector("b"), parts[0]);
  say(node.querySelector("span"), ` ${parts[1]}`);
}
