"""`ravelin chart`: any column of a run's history, or any panel of its report, as a picture or a table."""

from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("columns", nargs=-1, metavar="[COLUMN]...")
@click.option(
    "--as", "way", default="level", show_default=True, metavar="WAY",
    help="level; change over twelve months; annual: quarter on quarter at an annual rate.",
)  # fmt: skip
@click.option("--with", "other", type=click.Path(path_type=Path), metavar="RUN2", help="Draw a second run beside it.")
@click.option("--panel", metavar="ID", help="A panel of the report in place of columns; `ravelin explain panels`.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, help="File to write: .png, .svg, .csv or .xlsx."
)
@click.option("--dark", is_flag=True, help="Draw a .png on dark; a .svg follows its reader's system.")
def chart(run: Path, columns: tuple[str, ...], **options: Any) -> None:
    """Draw COLUMNs of RUN's history, up to six of one unit, as picture or table.

    \b
    Examples:
      ravelin chart runs/baseline gdp_real --as annual -o growth.png
      ravelin chart runs/baseline unemployment_rate --with runs/shocked -o both.svg
      ravelin chart runs/baseline --panel income-shares -o shares.xlsx
    """
    if bool(columns) == (options["panel"] is not None):
        raise click.UsageError("give columns of the history, such as gdp_real, or --panel and a panel's id")
    if options["panel"] is not None and (options["other"] is not None or options["way"] != "level"):
        raise click.UsageError("--as and --with go with columns; a panel is drawn as the report shows it")
    try:
        from ravelin.report import chart_of_run
    except ModuleNotFoundError as error:
        raise click.ClickException(f"a chart needs {error.name}, which `pip install ravelin[report]` brings") from None
    from ravelin.report.export import form_of

    out: Path = options["out"]
    form_of(out.suffix.removeprefix(".").lower(), out.name)
    if not out.parent.is_dir():
        raise click.UsageError(f"there is no folder {out.parent} for {out.name}; make it, or choose another --out")
    picture = chart_of_run(run, columns, options["way"], other=options["other"], panel=options["panel"])
    picture.save(out, dark=options["dark"])
    click.echo(out)
