"""The teaching economies are economies of rows that pay cent by cent, built from outside by replacing rules."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ravelin import Simulation, textbook
from ravelin.core.schedule import Schedule
from ravelin.core.system import Cents, host_system, moves
from ravelin.economy.accounts.identities import AuditError
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Firms
from ravelin.economy.government.tables import Government
from ravelin.economy.people.tables import Consumers
from ravelin.ledger.accounts import CONSUMPTION, GOVERNMENT_PURCHASES, INCOME_TAX, WAGES, Accounts
from ravelin.ledger.transfers import debit
from ravelin.scenarios.scenario import ScenarioError
from ravelin.textbook import PC, PCEX, SIM, SIMEX, Aggregates, Households, rules

BOOK = {
    "G": 20.0, "theta": 0.2, "alpha1": 0.6, "alpha2": 0.4, "R": 0.025, "lambda0": 0.635, "lambda1": 5.0,
    "lambda2": 0.01,
}  # fmt: skip
STOCKS = {"H": 21.62, "Bh": 64.865, "Bcb": 21.576, "R": 0.025, "YD": 86.0}
PAGES = {"SIM": SIM, "SIMEX": SIMEX, "PC": PC, "PCEX": PCEX}


def economy_of(page: Schedule, seed: int = 1, sizes: dict[str, int] | None = None, **letters: float) -> Simulation:
    bills = rules.sell_bills in tuple(page)
    stocks = STOCKS if bills else {"H": 70.0, "YD": 75.0}
    scenario = textbook.scenario(**(sizes or {}), **(BOOK | letters))  # type: ignore[arg-type]
    return Simulation(
        scenario, seed=seed, tick=page, opening=textbook.opening(**stocks), observe=textbook.indicators, threads=1
    )


def book_says(model: str, periods: int, **letters: float) -> dict[str, np.ndarray]:
    """Solve the book's equations in floating point, from the opening of `economy_of`."""
    p = BOOK | {"iota": 0.0} | letters
    bills = model.startswith("PC")
    held, central, rate = (STOCKS["Bh"], STOCKS["Bcb"], STOCKS["R"]) if bills else (0.0, 0.0, 0.0)
    wealth, expected = (STOCKS["H"] + held, STOCKS["YD"]) if bills else (70.0, 75.0)
    rows = []
    for _ in range(periods):
        propensity, interest = p["alpha1"] - p["iota"] * rate, rate * held
        if model.endswith("EX"):
            spent = propensity * expected + p["alpha2"] * wealth
        else:
            share = propensity * (1.0 - p["theta"])
            spent = (share * (p["G"] + interest) + p["alpha2"] * wealth) / (1.0 - share)
        output = spent + p["G"]
        tax = p["theta"] * (output + interest)
        disposable = output + interest - tax
        if not model.endswith("EX"):
            expected = disposable
        issued = held + central + p["G"] + rate * held - tax
        meant = wealth + expected - spent
        wealth += disposable - spent
        if bills:
            rate = p["R"]
            held = (p["lambda0"] + p["lambda1"] * rate) * meant - p["lambda2"] * expected
            central = issued - held
        expected = disposable
        rows.append((output, spent, tax, disposable, wealth, held, wealth - held))
    return dict(zip(("Y", "C", "T", "YD", "V", "Bh", "Hh"), np.array(rows).T, strict=True))


@pytest.mark.parametrize("letters", [{}, {"alpha1": 0.7, "theta": 0.25, "G": 33.3, "alpha2": 0.3}], ids=str)
@pytest.mark.parametrize("model", PAGES)
def test_the_sum_of_rows_is_the_book(model: str, letters: dict[str, Any]) -> None:
    with economy_of(PAGES[model], **letters) as economy:
        history = economy.run(25).history()
    for letter, expected in book_says(model, 25, **letters).items():
        assert np.abs(history.column(letter).to_numpy() - expected).max() * textbook.CENTS <= 3.0, letter


def test_interest_may_discourage_spending() -> None:
    """The book's variant of PCEX with alpha1 = alpha10 - iota r."""
    letters: dict[str, Any] = {"iota": 4.0, "R": 0.04}
    with economy_of(PCEX, **letters) as economy:
        found = economy.run(25).history().column("Y").to_numpy()
    assert np.abs(found - book_says("PCEX", 25, **letters)["Y"]).max() * textbook.CENTS <= 3.0


@pytest.mark.parametrize(
    "sizes",
    [
        {"consumers": 100, "firms": 1, "banks": 1},
        {"consumers": 137, "firms": 7, "banks": 1},
        {"consumers": 900, "firms": 41, "banks": 9},
    ],
    ids=str,
)
def test_how_many_there_are_does_not_matter(sizes: dict[str, int]) -> None:
    with economy_of(PC, sizes=sizes) as economy:
        found = economy.run(12).history().column("Y").to_numpy()
        assert economy.world[Consumers].count == sizes["consumers"]
    assert np.abs(found - book_says("PC", 12)["Y"]).max() * textbook.CENTS <= 3.0


@pytest.mark.parametrize("model", PAGES)
def test_it_is_an_economy_of_rows(model: str) -> None:
    with economy_of(PAGES[model]) as economy:
        for _ in range(6):
            economy.step()
            check_rows(economy)


def check_rows(economy: Simulation) -> None:
    world = economy.world
    people, firms, households, sums = world[Consumers], world[Firms], world[Households], world[Aggregates]
    deposits = world[Accounts].deposits
    of_people, of_firms = deposits[: people.count], deposits[people.count : -1]
    assert of_people.min() >= 0
    assert households.bills.min() >= 0
    assert not of_firms.any()
    assert not households.plan.any()
    if firms.count > 1:
        assert people.wage.std() > 0.02 * people.wage.mean()
    assert int(of_people.sum()) == sums.money[0] == world[Banks].deposits.sum() == world[Banks].reserves.sum()
    assert int(households.bills.sum()) == sums.bills[0] == world[Economy].consumer_bonds.sum()
    assert np.array_equal(firms.payroll, firms.revenue)
    assert np.array_equal(np.bincount(people.employer, weights=people.wage), firms.payroll.astype(float))
    issued = deposits.sum() + int(world[Government].treasury[0])
    assert issued == world[CentralBank].bonds.sum() - int(world[CentralBank].capital[0])


def test_flows_are_booked_and_matrices_close() -> None:
    with economy_of(PC) as economy:
        history = economy.run(5).history()
        flows, sheet = economy.flow_matrix(), economy.balance_sheet()
        whole = economy.balance_sheet(sparse=True)
    assert not flows.cents.sum(axis=1).any()
    assert not sheet.cents[:, :13].sum(axis=0).any()
    assert not np.asarray(whole.sum(axis=0)).any()

    def cents(letter: str, year: int = 4) -> int:
        return round(float(history.column(letter)[year].as_py()) * textbook.CENTS)

    people, state = flows.columns.index("consumers"), flows.columns.index("government")
    assert flows.cents[CONSUMPTION, people] == -cents("C")
    assert flows.cents[WAGES, people] == cents("Y")
    assert flows.cents[INCOME_TAX, state] == cents("T")
    assert flows.cents[GOVERNMENT_PURCHASES, state] == -20 * textbook.CENTS
    # What the state spends beyond its receipts it owes in bills; what consumers save they own in bills and money.
    assert -flows.cents[:, state].sum() == cents("Bs") - cents("Bs", 3)
    assert flows.cents[:, people].sum() == cents("V") - cents("V", 3)
    assert flows.cents[:, people].sum() == cents("YD") - cents("C")


@host_system
def lose_a_cent(deposits: Cents = moves(Accounts.deposits, of=Consumers)) -> None:
    """Take a cent that nobody receives."""
    debit(deposits, int(np.argmax(deposits)), 1)


def test_a_lost_cent_stops_the_run() -> None:
    with economy_of(SIM.after(rules.withhold_taxes, lose_a_cent)) as economy, pytest.raises(AuditError):
        economy.step()


def test_luck_moves_people_but_not_the_sum() -> None:
    with economy_of(SIM, seed=1) as one, economy_of(SIM, seed=2) as other:
        found = [economy.run(5).history().column("Y").to_numpy() for economy in (one, other)]
        assert not np.array_equal(one.world[Consumers].wage, other.world[Consumers].wage)
    assert np.abs(found[0] - found[1]).max() * textbook.CENTS <= 3.0


def test_it_is_kept_and_continued_to_the_same_bits(tmp_path: Path) -> None:
    with economy_of(PCEX) as whole, economy_of(PCEX) as part:
        whole.run(6)
        part.run(3).save(tmp_path / "kept")
        fork = part.fork().run(3)
        loaded = Simulation.load(tmp_path / "kept", tick=PCEX, observe=textbook.indicators).run(3)
        assert whole.fingerprint() == loaded.fingerprint() == fork.fingerprint()
        assert whole.history() == loaded.history()


def test_variants_differ_by_named_rules_only() -> None:
    def rules(page: Schedule) -> set[str]:
        return {member.name for member in page}

    assert rules(SIM) - rules(SIMEX) == {"rules.plan_from_income"}
    assert rules(SIMEX) - rules(SIM) == {"rules.plan_from_expectation", "rules.learn_income"}
    assert rules(PC) - rules(SIM) == {"rules.redeem_bills", "rules.sell_bills", "rules.learn_income"}
    assert rules(PCEX) - rules(PC) == {"rules.plan_from_expectation"}


def test_when_income_is_learned_makes_the_variant() -> None:
    """In PC income is known when bills are chosen; in PCEX it is learned afterwards, too late for this year."""
    names = {model: [member.name for member in page] for model, page in PAGES.items()}
    assert names["PC"].index("rules.learn_income") < names["PC"].index("rules.sell_bills")
    assert names["PCEX"].index("rules.learn_income") > names["PCEX"].index("rules.sell_bills")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: textbook.scenario(alpha3=1.0), "alpha3 is not a parameter of the book"),
        (lambda: textbook.opening(K=1.0), "K is not an opening stock of the book"),
        (lambda: textbook.opening(Hs=80, Hh=0), "H = Hh = Hs in the book, so they cannot differ: Hh 0, Hs 80"),
        (lambda: textbook.opening(H=80, Hs=79), "so they cannot differ: H 80, Hs 79; give one"),
        (lambda: textbook.opening(V=80, H=50, Bh=20), "contradict V = H [+] Bh: 80 is not 70"),
        (lambda: textbook.opening(H=1, Bs=80, Bh=50, Bcb=20), "contradict Bs = Bh [+] Bcb: 80 is not 70"),
        (lambda: textbook.opening(H=1, Bs=80), "Bs does not say who holds the bills"),
        (lambda: textbook.opening(V=80, Bh=100), "leave less than nothing: H -20"),
        (lambda: textbook.opening(H=-1), "H is -1; an opening stock is zero or more"),
        (lambda: textbook.opening(H="80"), "H is a number in the book's units, not '80'"),  # type: ignore[arg-type]
        (lambda: textbook.opening(H=float("nan")), "H is a number in the book's units, not nan"),
        (lambda: textbook.scenario(G=True), "G is a number in the book's units, not True"),
        (lambda: textbook.scenario(G=None), "G is a number in the book's units, not None"),  # type: ignore[arg-type]
        (lambda: textbook.scenario(consumers=300.5), "consumers is a whole number"),  # type: ignore[arg-type]
    ],
)
def test_unknown_letters_are_refused(make: Any, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        make()


@pytest.mark.parametrize(
    ("stocks", "held"),
    [
        ({"Hh": 80}, (80, 0, 0)), ({"Hs": 80}, (80, 0, 0)), ({"H": 80, "Hs": 80, "Hh": np.float64(80)}, (80, 0, 0)),
        ({"V": 80}, (80, 0, 0)), ({}, (0, 0, 0)), ({"V": 80, "Bh": 30}, (50, 30, 0)),
        ({"V": 80, "Hs": 50}, (50, 30, 0)),
        ({"H": 20, "Bs": 90, "Bh": 60}, (20, 60, 30)), ({"H": 20, "Bs": 90, "Bcb": 30}, (20, 60, 30)),
        ({"V": 80, "H": 20, "Bs": 90}, (20, 60, 30)),
    ],
)  # fmt: skip
def test_opening_stocks_follow_from_one_another(stocks: dict[str, float], held: tuple[int, int, int]) -> None:
    with Simulation(
        textbook.scenario(**BOOK), tick=PC, opening=textbook.opening(**stocks), observe=textbook.indicators, threads=1
    ) as economy:
        assert economy.world[Accounts].deposits.sum() == held[0] * textbook.CENTS
        assert economy.world[Households].bills.sum() == held[1] * textbook.CENTS
        assert economy.world[CentralBank].bonds.sum() == held[2] * textbook.CENTS


@pytest.mark.parametrize("letter", ["H", "Hh", "Hs"])
def test_money_by_any_of_its_letters_is_the_books_standstill(letter: str) -> None:
    """With 80 of money SIM stands still at 100 from the first year on."""
    with Simulation(
        textbook.scenario(G=20, theta=0.2, alpha1=0.6, alpha2=0.4), tick=SIM, opening=textbook.opening(**{letter: 80}),
        observe=textbook.indicators, threads=1,
    ) as economy:  # fmt: skip
        assert economy.run(1).history().column("Y")[0].as_py() == pytest.approx(100.0, abs=1e-6)


def test_a_value_out_of_range_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"Textbook\.tax_rate is 2, outside its range"):
        economy_of(SIM, theta=2.0)


@pytest.mark.parametrize(
    ("exact", "before", "parts", "left"),
    [
        ([0.4, 0.4, 0.4], 0.0, [0, 1, 0], 0.2),
        ([0.4, 0.4, 0.4], 0.2, [1, 0, 0], 0.4),
        ([1.0, 2.0, 3.0], 0.0, [1, 2, 3], 0.0),
        ([0.0, 0.0], 0.49, [0, 0], 0.49),
        ([0.0, 0.2], -0.6, [0, 0], -0.4),
        ([1e10 + 0.3, 1e10 + 0.3], 0.0, [10**10, 10**10 + 1], -0.4),
    ],
)
def test_share_out(exact: list[float], before: float, parts: list[int], left: float) -> None:
    unpaid, found = np.array([before]), np.empty(len(exact), np.int64)
    total = rules.share_out(np.array(exact), 0.0, found, unpaid)
    assert found.tolist() == parts
    assert total == sum(parts)
    assert unpaid[0] == pytest.approx(left, abs=1e-5)
