"""`ravelin explain`: pages about the model, made from its own declarations."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ravelin.cli.words import Count, Ordered

if TYPE_CHECKING:
    from ravelin.runs.simulation import Matrix


class _Pages(Ordered):
    """Commands, and every table and column of the tick page by its name: `Firms`, `Firms.price`."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name; a name that begins as those of tables do, or has a point, is one of a page."""
        if cmd_name in self.commands or not ("." in cmd_name or cmd_name[:1].isupper()):
            return super().get_command(ctx, cmd_name)
        return click.Command(
            cmd_name, callback=lambda: _column(cmd_name), help=f"Tell who writes and reads {cmd_name}."
        )


@click.group(cls=_Pages)
def explain() -> None:
    """Print pages about the model, made from its own declarations; of a table or column, who writes and reads it.

    \b
    Examples:
      ravelin explain tick
      ravelin explain Firms.price
      ravelin explain balance-sheet runs/baseline
    """


@explain.command()
def tick() -> None:
    """Tell what happens in a tick, in order.

    \b
    Example:
      ravelin explain tick
    """
    from ravelin.report.reference import tick_page
    from ravelin.tick.page import TICK

    click.echo(tick_page(TICK, _width()))


@explain.command()
@click.option(
    "--consumers",
    type=Count(),
    default=1_000_000,
    show_default=True,
    help="Size to tell bytes for.",
)
def columns(consumers: int) -> None:
    """Print the data dictionary, with bytes per row and per table.

    \b
    Example:
      ravelin explain columns --consumers 1e7
    """
    from ravelin.opening.world import row_counts
    from ravelin.report.reference import columns_page
    from ravelin.tick.page import TICK

    click.echo(columns_page(TICK, row_counts(TICK, consumers, None, None), _width()))


@explain.command()
@click.argument("run", type=click.Path(path_type=Path), required=False)
def parameters(run: Path | None) -> None:
    """List every parameter with unit, range, meaning and source; with the values of RUN if given.

    \b
    Example:
      ravelin explain parameters runs/baseline
    """
    from ravelin.report.reference import parameters_page
    from ravelin.scenarios.scenario import Scenario
    from ravelin.storage.folder import RunFolder
    from ravelin.tick.page import TICK

    scenario = Scenario() if run is None else Scenario.load(RunFolder.look(run).scenario_path)
    click.echo(parameters_page(scenario.settings(TICK), _width()))


@explain.command()
@click.argument("words", nargs=-1)
def levers(words: tuple[str, ...]) -> None:
    """List what can be changed, policies first, or the levers that economists call by WORDS.

    \b
    Examples:
      ravelin explain levers
      ravelin explain levers interest
      ravelin explain levers government spending
    """
    from ravelin.report.levers_page import levers_page
    from ravelin.scenarios.catalog import load_catalog
    from ravelin.scenarios.scenario import Scenario
    from ravelin.scenarios.vocabulary import find
    from ravelin.scenarios.vocabulary import levers as listed
    from ravelin.tick.page import TICK

    settings = Scenario().settings(TICK)
    found = listed(settings, TICK, load_catalog().names)
    click.echo(levers_page(find(found, " ".join(words)) if words else found, settings, _width()))


@explain.command()
def lags() -> None:
    """Tell which systems see the previous tick's value of what.

    \b
    Example:
      ravelin explain lags
    """
    from ravelin.report.reference import lags_page
    from ravelin.tick.page import TICK

    click.echo(lags_page(TICK))


@explain.command()
@click.argument("catalog", required=False)
def goods(catalog: str | None) -> None:
    """Print a catalog of goods: the default one, or the one with a name or path.

    \b
    Example:
      ravelin explain goods teaching
    """
    from ravelin.report.reference import goods_page
    from ravelin.scenarios.catalog import load_catalog

    click.echo(goods_page(load_catalog(catalog) if catalog else load_catalog(), _width()))


@explain.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write, .parquet or .csv.")
def network(run: Path, out: Path) -> None:
    """Export who supplies whom in RUN's last month: buyer, supplier, good, dollars a month.

    \b
    Example:
      ravelin explain network runs/baseline --out network.parquet
    """
    from ravelin.runs.simulation import Simulation
    from ravelin.storage.network import supply_network, write_network

    if not out.parent.is_dir():
        raise click.UsageError(f"there is no folder {out.parent} for {out.name}; make it, or choose another --out")
    with Simulation.load(run) as simulation:
        table = supply_network(simulation.world)
    write_network(out, table)
    click.echo(f"{table.num_rows:,} links between {simulation.rows_of('Firms'):,} firms in {out}")


@explain.command("balance-sheet")
@click.argument("run", type=click.Path(path_type=Path), required=False)
@click.option("--flows", is_flag=True, help="Print the flow matrix as well.")
@click.option(
    "--consumers",
    type=Count(100),
    default=10_000,
    show_default=True,
    help="Size of the opening, without RUN.",
)
def balance_sheet(run: Path | None, flows: bool, consumers: int) -> None:
    """Print the balance sheet of the economy by sector: of RUN's last month, or at the opening.

    \b
    Example:
      ravelin explain balance-sheet runs/baseline --flows
    """
    from ravelin.report.reference import matrix_page

    if run is None and flows:
        raise click.UsageError("nothing has been paid at the opening: --flows needs RUN")
    when, sheet, matrix = _opening_accounts(consumers) if run is None else _run_accounts(run)
    click.echo(matrix_page(f"Balance sheet, {when}", sheet.columns, sheet.rows, sheet.cents.T))
    if flows and matrix is not None:
        click.echo("\n" + matrix_page(f"Received less paid, month to the {when}", *matrix))


def _column(name: str) -> None:
    from ravelin.report.column_page import column_page
    from ravelin.tick.page import TICK

    click.echo(column_page(TICK, name, _width()))


def _opening_accounts(consumers: int) -> "tuple[str, Matrix, Matrix | None]":
    from ravelin.runs.simulation import Simulation
    from ravelin.scenarios.scenario import Scenario

    with Simulation(Scenario.load("default", consumers=consumers)) as simulation:
        return f"opening with {consumers:,} consumers", simulation.balance_sheet(), None


def _run_accounts(run: Path) -> "tuple[str, Matrix, Matrix | None]":
    from ravelin.core.clock import date_of
    from ravelin.runs.recorder import read_accounts
    from ravelin.scenarios.scenario import Scenario
    from ravelin.storage.folder import RunFolder

    folder = RunFolder.look(run)
    accounts = read_accounts(folder)
    month = date_of(Scenario.load(folder.scenario_path).start, accounts.tick)
    return f"end of {month:%B %Y}", accounts.balance_sheet, accounts.flow_matrix


def _width() -> int:
    return shutil.get_terminal_size((100, 24)).columns
