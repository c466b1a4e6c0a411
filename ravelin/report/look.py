"""The look of every chart and page: colors in light and dark, type. Report, dashboard and notebooks take it from here.

The six series colors are told apart by every kind of color vision: a test measures them. A sector has one color
everywhere. `t1` to `t6` are the same colors as text, dark enough to be read.
"""

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#F3F5F8", "panel": "#FFFFFF", "sunk": "#F7F9FB",
    "line": "#DDE3EA", "line2": "#C3CDD7", "grid": "#E9EDF2", "shade": "#E4E8ED",
    "ink": "#15212D", "ink2": "#465664", "ink3": "#5F6F7E",
    "c1": "#0061A8", "c2": "#BF3F00", "c3": "#209F89", "c4": "#9F78FB", "c5": "#C18A29", "c6": "#61686F",
    "t1": "#0061A8", "t2": "#B03A00", "t3": "#0E7665", "t4": "#6B47C9", "t5": "#865B0C", "t6": "#565D64",
    "band1": "rgb(0 97 168 / 14%)", "band2": "rgb(191 63 0 / 17%)",
    "good": "#0A7B6B", "bad": "#B3261E", "warn": "#9A6B00",
    "good-soft": "#E6F4F1", "bad-soft": "#FBEAE9", "warn-soft": "#FBF1DF",
    "on-accent": "#FFFFFF", "control": "#8593A1",
    "float": "#15212D", "on-float": "#F3F5F8", "on-float2": "#C3CDD7",
}  # fmt: skip
DARK: Mapping[str, str] = {
    "page": "#0D141B", "panel": "#141D26", "sunk": "#101820",
    "line": "#25313D", "line2": "#3A4856", "grid": "#1F2A35", "shade": "#212D38",
    "ink": "#E9EFF5", "ink2": "#B2C0CD", "ink3": "#8FA0B0",
    "c1": "#87C3FF", "c2": "#FD6031", "c3": "#419D7E", "c4": "#9974FA", "c5": "#FDD174", "c6": "#AFB5BB",
    "t1": "#87C3FF", "t2": "#FF7F57", "t3": "#5CBF9D", "t4": "#B59BFF", "t5": "#FDD174", "t6": "#AFB5BB",
    "band1": "rgb(135 195 255 / 18%)", "band2": "rgb(253 96 49 / 20%)",
    "good": "#43C9B1", "bad": "#FF8A80", "warn": "#E3B549",
    "good-soft": "#12302D", "bad-soft": "#3A1D1C", "warn-soft": "#33290F",
    "on-accent": "#0D141B", "control": "#738393",
    "float": "#E9EFF5", "on-float": "#15212D", "on-float2": "#465664",
}  # fmt: skip
THEMES: Mapping[str, Mapping[str, str]] = {"light": LIGHT, "dark": DARK}
SANS = 'Inter, "Segoe UI", -apple-system, BlinkMacSystemFont, Roboto, "Helvetica Neue", Arial, sans-serif'
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"
DRAWN = (
    "panel", "grid", "line2", "shade", "ink", "ink2", "ink3",
    "c1", "c2", "c3", "c4", "c5", "c6", "t2", "t3", "t4", "t5", "t6",
)  # fmt: skip
"""Colors that drawings use, each unlike every other, so that a drawing can name them; as text, blue is blue."""


def declared(theme: str) -> str:
    """Write the colors of a theme as custom properties."""
    return " ".join(f"--{name}: {value};" for name, value in THEMES[theme].items())


def chosen_by_reader(scope: str = ":root") -> str:
    """Write the style of a page that is light, or dark where the reader's system is; paper is light."""
    return (
        f"{scope} {{ color-scheme: light; {declared('light')} --sans: {SANS}; --mono: {MONO}; }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ {scope} {{ color-scheme: dark; {declared('dark')} }} }}\n"
    )


def chosen_by_page() -> str:
    """Write the style of a page that chooses its theme itself, by `data-theme` of its root."""
    return (
        f":root {{ color-scheme: light; {declared('light')} --sans: {SANS}; --mono: {MONO}; }}\n"
        f'[data-theme="dark"] {{ color-scheme: dark; {declared("dark")} }}\n'
    )


def named(drawing: str) -> str:
    """Put the names of colors into a drawing that was made with the light ones: it takes those of its page."""
    for name in DRAWN:
        drawing = drawing.replace(LIGHT[name].lower(), f"var(--{name})")
    return drawing
