"""Formulas as MathML, which browsers show without a script and without a network."""

from typing import Any

from docutils.utils.math.latex2mathml import tex2mathml


def inline(translator: Any, node: Any) -> None:
    """Write a formula within a line."""
    from docutils.nodes import SkipNode

    translator.body.append(tex2mathml(node.astext()))
    raise SkipNode


def displayed(translator: Any, node: Any) -> None:
    """Write a formula on a line of its own."""
    from docutils.nodes import SkipNode

    translator.body.append(f'<div class="formula">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise SkipNode
