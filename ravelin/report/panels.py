"""All panels in the order of the page: sections, and in each what the domains declare for it."""

import textwrap

from ravelin.core.panels import Panel, Section
from ravelin.core.sentence import DeclarationError
from ravelin.economy.accounts.panels import PANELS as ACCOUNTS
from ravelin.economy.banks.panels import PANELS as BANKS
from ravelin.economy.central_bank.panels import PANELS as CENTRAL_BANK
from ravelin.economy.credit.panels import PANELS as CREDIT
from ravelin.economy.firms.panels import PANELS as FIRMS
from ravelin.economy.goods.panels import PANELS as GOODS
from ravelin.economy.government.panels import PANELS as GOVERNMENT
from ravelin.economy.labor.panels import PANELS as LABOR
from ravelin.economy.people.panels import PANELS as PEOPLE
from ravelin.economy.securities.panels import PANELS as SECURITIES
from ravelin.economy.spending.panels import PANELS as SPENDING

SECTIONS = (
    Section("output", "Output", "what the economy makes"),
    Section("prices", "Prices", "what a dollar buys"),
    Section("labor", "Labor", "who works, for what"),
    Section("credit", "Money and credit", "who owes, at what rate"),
    Section("books", "Balance sheet", "every asset is someone's debt; every row of claims sums to zero"),
    Section("distribution", "Distribution", "who gets what"),
    Section("supply", "Supply chain and tick", "who waits for whom"),
    Section("markets", "Markets", "trading days inside the month"),
)

_TICK = (
    Panel(
        id="tick-times", section="supply", title="What happens in a tick", drawn="schedule",
        question="What happens in a month, in which order?", unit="milliseconds by phase",
        definition="The phases of a month in their order, and the time that the rules of each took in the last tick.",
        needs=("/schedule",), span=5,
    ),
)  # fmt: skip

_DECLARED = (
    *ACCOUNTS, *LABOR, *PEOPLE, *CREDIT, *GOVERNMENT, *CENTRAL_BANK, *FIRMS, *BANKS, *GOODS, *SPENDING, *SECURITIES,
    *_TICK,
)  # fmt: skip


def in_order(declared: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """Sort panels by section, those of one section as they are declared.

    Raises
    ------
    DeclarationError
        If two have one id, or one stands in a section that there is not.
    """
    ids = [panel.id for panel in declared]
    for panel in declared:
        if ids.count(panel.id) > 1:
            raise DeclarationError(f"two panels have the id {panel.id!r}; each has its own")
        if panel.section not in _PLACES:
            known = ", ".join(_PLACES)
            raise DeclarationError(f"panel {panel.id!r} stands in section {panel.section!r}; the sections are {known}")
    return tuple(sorted(declared, key=lambda panel: _PLACES[panel.section]))


_PLACES = {section.id: place for place, section in enumerate(SECTIONS)}
PANELS = in_order(_DECLARED)


def panels_page(width: int) -> str:
    """Tell what is shown, section by section."""
    parts = []
    for section in SECTIONS:
        parts.append(f"{section.title}: {section.about}")
        for panel in PANELS:
            if panel.section == section.id:
                parts.append("\n".join(_told(panel, width)))
    return "\n\n".join(parts)


def _told(panel: Panel, width: int) -> list[str]:
    lines = textwrap.wrap(f"{panel.title} ({panel.id}): {panel.question}", width, initial_indent="  ",
                          subsequent_indent="    ")  # fmt: skip
    lines += textwrap.wrap(panel.definition, width, initial_indent="    ", subsequent_indent="    ")
    lines += [f"    {line.label or panel.title} = {line.rule}" for line in panel.lines]
    lines += [f"    from {need}" for need in panel.needs]
    return [*lines, f"    in {panel.unit or panel.measure}"]
