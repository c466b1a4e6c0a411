// Pointing at a month of a time chart: by mouse, by finger, by arrow keys; dragging zooms all charts.
import { time } from "../time.js";

// `chart` has area() -> {left, right} in pixels, span() -> [first, last] row there, turn(by) to go to another line,
// and say(row) -> text for the live region.
export function scrub(figure, chart, options) {
  let pressed = null;
  const rowAt = (event) => {
    const box = figure.getBoundingClientRect();
    const { left, right } = chart.area();
    const [first, last] = chart.span();
    const part = (event.clientX - box.left - left) / Math.max(1, right - left);
    return Math.round(first + Math.min(1, Math.max(0, part)) * (last - first));
  };
  figure.addEventListener("pointermove", (event) => {
    time.point(rowAt(event));
  });
  figure.addEventListener("pointerleave", () => time.point(null));
  figure.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType === "mouse") pressed = rowAt(event);
  });
  figure.addEventListener("pointerup", (event) => {
    const released = rowAt(event);
    if (pressed !== null && Math.abs(released - pressed) > 2) {
      time.zoom([Math.min(pressed, released), Math.max(pressed, released)]);
    }
    pressed = null;
  });
  figure.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [first, last] = chart.span();
    const at = time.month ?? last;
    const moved = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: first, End: last }[event.key];
    if (moved !== undefined) time.point(Math.min(last, Math.max(first, moved)));
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") chart.turn(event.key === "ArrowUp" ? -1 : 1);
    else return;
    event.preventDefault();
    options.announce(chart.say(Math.min(last, time.month ?? last)));
  });
  figure.addEventListener("blur", () => time.point(null));
}
