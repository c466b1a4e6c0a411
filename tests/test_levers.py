"""Levers are found by the words of economists; what the rules write is none."""

import pytest
from click.testing import CliRunner

from ravelin.cli.explain import explain
from ravelin.core.parameter import Parameter, ParameterError
from ravelin.core.sentence import UnknownNameError
from ravelin.runs.preparation import row_names
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.scenario import Scenario
from ravelin.scenarios.shock import Shock
from ravelin.scenarios.targets import Model
from ravelin.scenarios.vocabulary import NamedLever, find, levers
from ravelin.tick.page import TICK

SETTINGS = Scenario().settings(TICK)
GOODS = load_catalog().names
LISTED = levers(SETTINGS, TICK, GOODS)
POLICIES = """
    Inflation target; Policy rate; Government purchases; Public investment; Minimum wage; Payroll tax of employers;
    Payroll tax of employees; Corporate tax; Sales tax; Public employment; Unemployment benefits;
    Months of unemployment benefits; Transfers; Pensions; Income tax; Capital requirement of banks; Productivity;
    Oil supply
"""


@pytest.mark.parametrize(
    ("sought", "title"),
    [
        ("interest", "Policy rate"), ("Interest Rate", "Policy rate"), ("fed funds", "Policy rate"),
        ("monetary policy", "Policy rate"), ("inflation", "Inflation target"),
        ("government spending", "Government purchases"), ("spending", "Government purchases"),
        ("austerity", "Government purchases"), ("infrastructure", "Public investment"),
        ("tariff", "Production tax"), ("tariffs", None), ("subsidy", "Production tax"), ("carbon", "Production tax"),
        ("corporate tax", "Corporate tax"), ("profit", "Corporate tax"), ("VAT", "Sales tax"),
        ("consumption tax", "Sales tax"), ("income tax", "Income tax"), ("tax cut", "Income tax"),
        ("payroll", "Payroll tax of employers"), ("social security", "Pensions"), ("pension", "Pensions"),
        ("retirement age", "Pension age"), ("welfare", "Transfers"), ("basic income", "Transfers"),
        ("dole", "Unemployment benefits"), ("duration", "Months of unemployment benefits"),
        ("minimum wage", "Minimum wage"), ("basel", "Capital requirement of banks"),
        ("civil servants", "Public employment"), ("oil", "Oil supply"), ("opec", "Oil supply"), ("TFP", "Productivity"),
        ("lockdown", "Usable capacity"), ("QE", "Bond purchases of the central bank"), ("debt", "Debt target"),
        ("credit crunch", "Credit limit of firms"), ("sticky prices", "Frequency of price changes"),
        ("rate_shock", "Policy rate"), ("phase-out", "Means test"), ("crude", "Oil supply"),
    ],
)  # fmt: skip
def test_levers_are_found_by_the_words_of_economists(sought: str, title: str | None) -> None:
    if title is None:
        with pytest.raises(UnknownNameError, match="did you mean tariff"):
            find(LISTED, sought)
    else:
        assert find(LISTED, sought)[0].title == title


def test_the_policies_come_first() -> None:
    titles = [" ".join(one.split()) for one in POLICIES.split(";")]
    assert sorted(one.title for one in LISTED if one.policy) == sorted(titles)
    assert list(dict.fromkeys(one.who for one in LISTED if one.policy)) == [
        "central bank", "government", "regulator", "firms"
    ]  # fmt: skip
    assert [one.policy for one in LISTED] == sorted((one.policy for one in LISTED), reverse=True)
    assert len({one.title for one in LISTED}) == len(LISTED)


@pytest.mark.parametrize("lever", LISTED, ids=lambda lever: lever.title)
def test_what_is_offered_may_be_shocked_and_is_no_state(lever: NamedLever) -> None:
    """A lever that is refused when it is pulled is none; a state that rules write moves back by itself."""
    model = Model(TICK, row_names(GOODS))
    if isinstance(lever.target, Parameter):
        model.find(Shock(0, repr(lever.target), scale=False, value=SETTINGS[lever.target]), SETTINGS)
        return
    assert lever.target.fixed
    assert lever.target not in model.written
    where = (("good", lever.good or "steel"),)
    model.find(Shock(0, repr(lever.target), scale=True, value=0.9, where=where), SETTINGS)


def test_a_good_that_is_not_made_has_no_lever() -> None:
    assert "Oil supply" not in [one.title for one in levers(SETTINGS, TICK, ("bread",))]


def test_the_command_lists_and_finds() -> None:
    told = CliRunner().invoke(explain, ["levers"]).output
    assert told.index("Policy rate: MonetaryPolicy.rate_shock") < told.index("further levers")
    found = CliRunner().invoke(explain, ["levers", "government", "spending"]).output
    assert "FiscalPolicy.purchases" in found
    assert "MonetaryPolicy" not in found
    assert (
        "known as Government purchases, government spending"
        in CliRunner().invoke(explain, ["parameters"], env={"COLUMNS": "200"}).output
    )


def test_who_sets_a_parameter_by_its_common_name_is_offered_its_own() -> None:
    for said in ("corporate tax", "corporate_tax"):
        with pytest.raises(ParameterError, match=r"did you mean Taxes\.corporate") as refused:
            SETTINGS.find(said)
        assert refused.value.nearest == "Taxes.corporate"
