// Before the first paint: the theme of the address, else the one chosen last, else the system's.
(() => {
  const named = /[#;]theme=(light|dark)/.exec(location.hash);
  let kept = null;
  try {
    kept = localStorage.getItem("ravelin-theme");
  } catch {
    // Storage may be forbidden; the system's theme then holds.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = named?.[1] ?? kept ?? (dark ? "dark" : "light");
})();
