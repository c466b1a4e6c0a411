// The view in the address, so that it can be sent: #section;theme=dark;months=12-96;fork=f1;lever=Group.name;whatif
import { time } from "./time.js";

export function readAddress(hash = location.hash) {
  const [section, ...rest] = hash.slice(1).split(";");
  const found = Object.fromEntries(rest.map((part) => part.split("=")));
  const months = /^(\d+)-(\d+)$/.exec(found.months ?? "");
  return {
    section,
    theme: found.theme,
    fork: found.fork,
    lever: found.lever,
    whatif: "whatif" in found,
    months: months && Number(months[1]) < Number(months[2]) ? [Number(months[1]), Number(months[2])] : null,
  };
}

export function writeAddress(view) {
  const parts = [view.section ?? ""];
  if (view.theme) parts.push(`theme=${view.theme}`);
  if (time.span) parts.push(`months=${time.span.join("-")}`);
  if (view.fork) parts.push(`fork=${view.fork}`);
  if (view.whatif) parts.push("whatif");
  if (view.whatif && view.lever) parts.push(`lever=${view.lever}`);
  const text = parts.join(";");
  history.replaceState(null, "", text ? `#${text}` : location.pathname);
}
