"""Numbers that stand for a sector, an instrument or a flow are the places of their names."""

import pytest

from ravelin.ledger import accounts


@pytest.mark.parametrize("names", [accounts.SECTORS, accounts.INSTRUMENTS], ids=["sectors", "instruments"])
def test_each_name_has_its_place(names: tuple[str, ...]) -> None:
    assert [vars(accounts)[name.upper()] for name in names] == list(range(len(names)))


def test_each_flow_is_called_by_its_words() -> None:
    """The words of each constant are among those of its flow."""
    block = list(vars(accounts))
    begins = block.index("CONSUMPTION")
    constants = block[begins : begins + len(accounts.FLOWS)]
    assert [vars(accounts)[name] for name in constants] == list(range(len(accounts.FLOWS)))
    for name, flow in zip(constants, accounts.FLOWS, strict=True):
        words = set(name.lower().split("_"))
        assert words <= set(flow.replace("-", "_").replace("_", " ").split()), f"{name} is {flow}"
