"""The command line as click knows it."""

from collections.abc import Iterator

import click

from ravelin.cli import cli
from reference_pages.markdown import plain, table


def commands() -> str:
    """Tell every command with its arguments and options."""
    return "\n".join(_command(path, told) for path, told in every(("ravelin",), cli))


def every(path: tuple[str, ...], told: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Walk over all commands that do something."""
    if isinstance(told, click.Group):
        for name in told.commands:
            yield from every((*path, name), inside(told, name))
    else:
        yield path, told


def inside(group: click.Group, name: str) -> click.Command:
    """Give a command of a group; those of the spending model are loaded when one is called."""
    if group is cli and name == "ml":
        from ravelin.cli.ml import ml

        return ml
    found = group.get_command(click.Context(group), name)
    assert found is not None
    return found


def _command(path: tuple[str, ...], told: click.Command) -> str:
    context = click.Context(told, info_name=" ".join(path))
    help_text, _, examples = (told.help or "").partition("\b")
    parts = [f"## `{' '.join(path)}`\n", f"```text\n{told.get_usage(context)}\n```\n", _prose(help_text)]
    if examples.strip():
        head, _, lines = examples.strip().partition("\n")
        parts.append(f"{plain(head)}\n\n```sh\n" + "\n".join(line.strip() for line in lines.splitlines()) + "\n```\n")
    rows = [_option(each, context) for each in told.params if isinstance(each, click.Option) and not each.hidden]
    return "\n".join([*parts, table(("option", "takes", "meaning"), rows)] if rows else parts)


def _prose(text: str) -> str:
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return "\n\n".join(plain(part) for part in paragraphs) + "\n"


def _option(told: click.Option, context: click.Context) -> tuple[str, str, str]:
    names = ", ".join(f"`{name}`" for name in (*told.opts, *told.secondary_opts))
    takes = "" if told.is_flag else f"`{told.make_metavar(context)}`"
    default = f" Default: `{told.default}`." if told.show_default and told.default is not None else ""
    return names, takes, f"{plain(' '.join((told.help or '').split()))}{default}"
