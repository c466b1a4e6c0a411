"""`ravelin serve`: publish an economy over HTTP while it runs, and take orders for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ravelin.cli.run import read_scenario
from ravelin.cli.words import Count, Session

if TYPE_CHECKING:
    from ravelin.server.back import First

TOKEN_LEAST = 16
TOKEN_BYTES_MAX = 1000
LISTENERS_MOST = 10_000


@click.command()
@click.argument("scenario", required=False)
@click.option("--consumers", type=Count(), help="Consumers, such as 100000 or 1e6.")
@click.option("--firms", type=Count(), help="Firms; follows from the consumers if not given.")
@click.option("--banks", type=Count(), help="Banks; follows from the consumers if not given.")
@click.option("--ticks", type=Count(), help="Months after which the run is finished.")
@click.option("--seed", type=Count(0), help="Seed of every draw.")
@click.option("--model", type=click.Path(path_type=Path), metavar="FILE", help="Spending model  [the shipped one].")
@click.option("--threads", type=Count(), help="Threads of the economy  [one less than processors].")
@click.option(
    "--set", "departures", multiple=True, metavar="GROUP.NAME=VALUE", help="Set a parameter; may be repeated."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8070, show_default=True, help="Port; 0 for a free one.")
@click.option("--token-file", type=click.Path(path_type=Path), metavar="F",
              help="File with the token that requests must carry; needed off this machine.")  # fmt: skip
@click.option("--allow-host", "names", multiple=True, metavar="NAME", help="A name that the server is reached by.")
@click.option("--allow-origin", "origins", multiple=True, metavar="ORIGIN",
              help="An origin whose pages may read and act, or '*' for all to read; may be repeated.")  # fmt: skip
@click.option("--listeners", type=click.IntRange(1, LISTENERS_MOST), default=256, show_default=True,
              help="Most streams of events at once.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run  [runs/<scenario>-<seed>-<date-time>].")
@click.option("--resume", type=click.Path(path_type=Path), metavar="DIR", help="Continue the run in a folder.")
@click.pass_obj
def serve(session: Session, /, **options: Any) -> None:
    """Serve an economy of SCENARIO: the dashboard at /, the state at /state, orders by POST.

    \b
    Examples:
      ravelin serve --consumers 1e4
      ravelin serve --resume runs/baseline --port 8071
      ravelin serve --allow-origin http://localhost:3000 --listeners 500
      curl -X POST 'localhost:8070/tick?n=12'
    """
    token = read_token(options["token_file"])
    click.echo("Loading the engine", err=True)
    first = _first(options)
    from ravelin.server.guard import is_loopback
    from ravelin.server.listening import listen

    if token is None and not is_loopback(options["host"]):
        raise click.UsageError(
            f"--host {options['host']} can be reached from other machines, so a token is needed: --token-file F"
        )
    listen(
        first,
        host=options["host"],
        port=options["port"],
        token=token,
        names=options["names"],
        origins=options["origins"],
        listeners=options["listeners"],
        threads=options["threads"],
        say=lambda text: click.echo(text, err=True),
    )


def _first(options: dict[str, Any]) -> "First":
    """Return how the first economy comes about, having checked all that can be checked before."""
    from ravelin.server.back import First

    if options["resume"]:
        for name in ("scenario", "consumers", "firms", "banks", "ticks", "seed", "departures", "out"):
            if options[name] not in (None, ()):
                flag = {"scenario": "SCENARIO", "departures": "--set"}.get(name, f"--{name}")
                raise click.UsageError(f"--resume continues the run as it was begun, so {flag} cannot go with it")
        from ravelin.storage.folder import RunFolder

        return First(resume=RunFolder.look(options["resume"]).path)
    from ravelin.runs.simulation import Simulation

    scenario = read_scenario(options)
    Simulation.check(scenario)
    return First(scenario, options["out"])


def read_token(path: Path | None) -> str | None:
    """Read the token that requests must carry, if there is to be one."""
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            text = file.read(TOKEN_BYTES_MAX + 1)
    except OSError as error:
        raise click.UsageError(f"--token-file {path} cannot be read: {error.strerror or error}") from None
    token = text.strip()
    # What a header cannot carry could never be sent by anybody.
    if not TOKEN_LEAST <= len(token) <= TOKEN_BYTES_MAX or not all(33 <= letter < 127 for letter in token):
        raise click.UsageError(
            f"--token-file {path} holds no token: one line of {TOKEN_LEAST} to {TOKEN_BYTES_MAX:,} letters, digits and "
            "signs without spaces"
        )
    return token.decode("ascii")
