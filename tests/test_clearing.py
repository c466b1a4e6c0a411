"""Markets that pay in two passes: what goes into a clearing account comes out of it before its chapter ends."""

import ast
import copy
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import numpy as np
import pytest

from ravelin import TICK, Scenario, Simulation, textbook
from ravelin.core.schedule import Engine, Schedule, UnclearedError, phase
from ravelin.core.system import Cents, System, clears, host_system, moves, reads
from ravelin.core.table import Column, Table, clearing
from ravelin.economy.accounts.identities import AuditError
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods import prices
from ravelin.economy.goods.tables import Goods, Sellers
from ravelin.economy.people.tables import Consumers
from ravelin.ledger.accounts import Accounts, Clearing
from ravelin.ledger.transfers import hold_cash, pay_in, pay_out
from ravelin.textbook.pages import PC, PCEX, SIM, SIMEX

PAGES = {"TICK": TICK, "SIM": SIM, "SIMEX": SIMEX, "PC": PC, "PCEX": PCEX}
SMALL = Scenario.load("default", consumers=500)


def accounts_of(page: Schedule) -> list[Column]:
    """Give the clearing accounts that a page's rules pay into and out of."""
    bound = (access.column for member in page for access in member.accesses.values())
    return list(dict.fromkeys(column for column in bound if column.clearing))


def payers_of(page: Schedule, account: Column) -> list[System]:
    return [member for member in dict.fromkeys(page) if account in member.writes()]


ACCOUNTS = accounts_of(TICK)


@pytest.mark.parametrize("name", PAGES)
def test_every_account_has_its_chapter(name: str) -> None:
    """An account is cleared by a chapter of the page, after the last rule that pays in or out."""
    page = PAGES[name]
    assert accounts_of(page)
    for account in accounts_of(page):
        rules = [place for place, part in enumerate(page.phases) if {*part.systems} & {*payers_of(page, account)}]
        cleared = [place for place, part in enumerate(page.phases) if account in part.clears]
        assert rules
        assert cleared, f"no chapter clears {account}"
        assert cleared[-1] >= rules[-1], f"{account} is paid into or out of after its last chapter"


def test_an_account_of_the_month_is_cleared_once() -> None:
    assert len(ACCOUNTS) == sum(len(part.clears) for part in TICK.phases) >= 13
    for account in ACCOUNTS:
        last = [part for part in TICK.phases if {*part.systems} & {*payers_of(TICK, account)}][-1]
        assert account in last.clears, f"{account} is done when {last.title!r}, and cleared by another chapter"
    assert {column for table in TICK.tables() for column in table.columns.values() if column.clearing} == {*ACCOUNTS}
    assert all(account.flow and account.table.rows_of is Clearing for account in ACCOUNTS)


def troubled(economy: Simulation) -> Engine:
    """Bind the page to a copy of the world in which firms call their owners and a bank has lost its equity.

    Its books do not close, which is not what is looked at here; but whatever may be paid is paid.
    """
    world = economy.engine.world.copy()
    world[Firms].call[::7] = 1_000_000
    world[Banks].equity[0] = -(10**13)
    world[Goods].production_tax[::2] = -0.01
    return Engine(economy.schedule, world, economy.settings, 1, 1)


@pytest.fixture(scope="module")
def economy() -> Iterator[Simulation]:
    with Simulation(SMALL, seed=1, threads=1) as opened:
        yield opened


def first_part(page: Schedule) -> Schedule:
    """Give a page up to its last chapter that clears an account."""
    last = max(place for place, part in enumerate(page.phases) if part.clears)
    return Schedule(page.phases[: last + 1], tuple(page.tables()), page.needs)


def test_each_account_is_paid_into_and_out_of(economy: Simulation) -> None:
    engine = troubled(economy)
    page = first_part(TICK)
    engine = Engine(page, engine.world, economy.settings, 1, 1)
    raised: dict[Column, set[str]] = {account: set() for account in ACCOUNTS}
    lowered: dict[Column, set[str]] = {account: set() for account in ACCOUNTS}
    last: dict[str, Any] = {"rule": "", "cents": dict.fromkeys(ACCOUNTS, 0)}

    def look(member: System | None) -> None:
        now = {account: int(engine.world.array(account)[0]) for account in ACCOUNTS}
        for account, cents in now.items():
            if cents != last["cents"][account]:
                (raised if cents > last["cents"][account] else lowered)[account].add(last["rule"])
        last["rule"], last["cents"] = "" if member is None else member.name, now

    engine.step(0, before=look)
    look(None)
    assert [account for account in ACCOUNTS if not raised[account] or not lowered[account]] == []
    assert "" not in set().union(*raised.values(), *lowered.values())
    rules = {account: {member.name for member in payers_of(TICK, account)} for account in ACCOUNTS}
    assert all(raised[account] | lowered[account] <= rules[account] for account in ACCOUNTS)


# Every payment, a cent wrong.

AMOUNT_LAST = {
    "pay_in", "pay_out", "pass_on", "pay_by_owing", "pay_in_reserves", "pay_out_each", "pay_at_bank", "receive_at_bank",
    "pay_through_bank", "firm_pays", "firm_receives", "fund_pays", "fund_receives",
}  # fmt: skip
"""Functions whose last argument is the cents that are paid."""
INSTEAD = {"clear_changes": "", "post_block": "", "draw_currency": "hold_cash"}
"""Those of which a rule forgets the account: it does without, or does another one."""


class Payment(NamedTuple):
    """A call by which a rule pays through clearing accounts."""

    rule: System
    number: int
    accounts: tuple[Column, ...]
    text: str

    def __repr__(self) -> str:
        return f"{self.rule.name}: {self.text}"


@cache
def parsed(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text())


def source_of(rule: System) -> ast.FunctionDef:
    body = parsed(rule.function.__code__.co_filename).body
    found = next(one for one in body if isinstance(one, ast.FunctionDef) and one.name == rule.function.__name__)
    found = copy.deepcopy(found)
    found.decorator_list = []
    return found


def calls_of(code: ast.FunctionDef, names: set[str]) -> list[ast.Call]:
    """Give the calls that are handed one of the accounts, in order."""
    calls = [node for statement in code.body for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return [call for call in calls if any(isinstance(one, ast.Name) and one.id in names for one in call.args)]


def payments_of(page: Schedule) -> list[Payment]:
    found = []
    for rule in dict.fromkeys(page):
        accounts = {name: access.column for name, access in rule.accesses.items() if access.column.clearing}
        for number, call in enumerate(calls_of(source_of(rule), {*accounts})):
            touched = tuple(accounts[one.id] for one in call.args if isinstance(one, ast.Name) and one.id in accounts)
            found.append(Payment(rule, number, touched, ast.unparse(call)))
    return found


def wrong(payment: Payment, happened: list[int]) -> System:
    """Write a rule in which one payment is of a cent more, or passes the account by; `happened` hears of each."""
    code = source_of(payment.rule)
    accounts = {name for name, access in payment.rule.accesses.items() if access.column.clearing}
    call = calls_of(code, accounts)[payment.number]
    name = ast.unparse(call.func)
    if name in AMOUNT_LAST:
        call.args[-1] = ast.BinOp(call.args[-1], ast.Add(), ast.parse("_one_more()", mode="eval").body)
    elif INSTEAD[name]:
        call.func = ast.Name(INSTEAD[name], ast.Load())
        call.args = [one for one in call.args if not (isinstance(one, ast.Name) and one.id in accounts)]
        call.args[-1] = ast.parse(f"{ast.unparse(call.args[-1])} + 0 * _one_more()", mode="eval").body
    else:
        call.func, call.args = ast.Name("_one_more", ast.Load()), []

    def one_more() -> int:
        happened.append(1)
        return 1

    function = payment.rule.function
    space = {**function.__globals__, "_one_more": one_more, "hold_cash": hold_cash}
    module = ast.fix_missing_locations(ast.Module([code], []))
    for argument in code.args.args:
        argument.annotation = None
    code.args.defaults = []
    compiled_code = compile(module, f"<{payment.rule.name}, a cent wrong>", "exec")
    body = next(constant for constant in compiled_code.co_consts if isinstance(constant, CodeType))
    made = FunctionType(body, space, function.__name__, function.__defaults__)
    made.__module__ = function.__module__
    return host_system(made)


def ends_at(page: Schedule, engine_of: Callable[[Schedule], Engine], payment: Payment) -> None:
    """Run a month with a payment a cent wrong, which its account's chapter must tell."""
    happened: list[int] = []
    cheat = wrong(payment, happened)
    engine = engine_of(first_part(page.replace(payment.rule, cheat)))

    def grant(rule: System) -> None:
        if "pay_grants" in rule.name:
            engine.world[Consumers].budget[::7] = 500

    with np.errstate(all="ignore"), pytest.raises(UnclearedError) as caught:
        engine.step(0, before=grant)
    assert happened
    told = str(caught.value)
    account = next(one for one in payment.accounts if f" in {one} at the end of " in told)
    assert told.startswith(account.name.replace("_", " "))
    part = next(part for part in page.phases if f" at the end of {part.title!r}, " in told)
    assert account in part.clears
    assert payment.rule.name in told


MONTHLY = payments_of(TICK)


def test_every_rule_with_an_account_pays_through_it() -> None:
    for page in PAGES.values():
        payments = payments_of(page)
        for rule in dict.fromkeys(page):
            bound = {access.column for access in rule.accesses.values() if access.column.clearing}
            used = {account for payment in payments if payment.rule is rule for account in payment.accounts}
            assert bound == used, rule
        called = {ast.unparse(ast.parse(payment.text, mode="eval").body.func) for payment in payments}  # type: ignore[attr-defined]
        assert called <= AMOUNT_LAST | {*INSTEAD}


@pytest.mark.parametrize("payment", MONTHLY, ids=repr)
def test_a_cent_wrong_is_told_when_the_chapter_ends(economy: Simulation, payment: Payment) -> None:
    world = troubled(economy).world
    ends_at(TICK, lambda page: Engine(page, world, economy.settings, 1, 1), payment)


@pytest.mark.parametrize("name", ["SIM", "PC"])
def test_a_cent_wrong_is_told_in_the_textbook(name: str) -> None:
    page = PAGES[name]
    held: dict[str, float] = {"H": 60.0, "Bh": 20.0, "Bcb": 40.0, "R": 0.02} if name == "PC" else {"H": 70.0}
    scenario = textbook.scenario(consumers=200, firms=4, banks=2, G=20, theta=0.2, alpha1=0.6, alpha2=0.4)
    opening, observe = textbook.opening(**held), textbook.indicators
    with Simulation(scenario, tick=page, opening=opening, observe=observe, threads=1) as one:
        for payment in payments_of(page):
            if payment.rule not in tuple(TICK):
                world = one.engine.world.copy()
                ends_at(page, lambda wanted, world=world: Engine(wanted, world, one.settings, 1, 1), payment)


# What a user meets.


class Bazaar(Table, rows=Clearing):
    """What is paid at the bazaar."""

    stalls = clearing("paid at the bazaar, less what was handed on")


@host_system
def pay(deposits: Cents = moves(Accounts.deposits), stalls: Cents = clears(Bazaar.stalls)) -> None:
    """Somebody pays a dollar."""
    pay_in(deposits, 0, stalls, 100)


@host_system
def hand_on(deposits: Cents = moves(Accounts.deposits), stalls: Cents = clears(Bazaar.stalls)) -> None:
    """Somebody else of the same bank is paid all but a cent."""
    pay_out(stalls, deposits, 0, 99)


@host_system
def hand_on_all(deposits: Cents = moves(Accounts.deposits), stalls: Cents = clears(Bazaar.stalls)) -> None:
    """Somebody else of the same bank is paid."""
    pay_out(stalls, deposits, 0, 100)


def bazaar(*rules: System, cleared: bool) -> Schedule:
    part = phase("A bazaar is held", *rules, clears=(Bazaar.stalls,) if cleared else ())
    return Schedule((*TICK.phases[:3], part, *TICK.phases[3:]), TICK.extra_tables, TICK.needs)


def test_a_market_of_ones_own_is_told() -> None:
    with Simulation(SMALL, tick=bazaar(pay, hand_on_all, cleared=True), threads=1) as fair:
        fair.run(1)
        assert fair.audit()["clearing of stalls = 0"] == 0
    with Simulation(SMALL, tick=bazaar(pay, hand_on, cleared=True), threads=1) as unfair:
        with pytest.raises(AuditError) as caught:
            unfair.run(1)
        assert str(caught.value) == (
            "tick 0: stalls do not clear: gap 1 cents in Bazaar.stalls at the end of 'A bazaar is held', by when what "
            "was paid in is to be paid out, to zero; test_clearing.pay, test_clearing.hand_on pay in and out"
        )
        assert unfair.audit()["clearing of stalls = 0"] == 1


def test_what_no_chapter_clears_is_held_to_zero_at_the_months_end() -> None:
    page = bazaar(pay, hand_on, cleared=False)
    with Simulation(SMALL, tick=page, threads=1) as unfair, pytest.raises(AuditError, match="do not close"):
        unfair.run(1)
    with Simulation(SMALL, tick=page, threads=1) as unfair:
        with pytest.raises(AuditError):
            unfair.run(1)
        assert unfair.audit()["clearing of stalls = 0"] == 1


@host_system
def pocket(sold: Cents = reads(Sellers.sold)) -> None:
    """Bank nothing."""


def test_a_rule_put_in_the_place_of_one_that_pays_is_told() -> None:
    page = TICK.replace(prices.bank_business_takings, pocket)
    with Simulation(SMALL, tick=page, threads=1) as economy, pytest.raises(AuditError, match="business goods do not"):
        economy.run(1)


@pytest.mark.parametrize("threads", [1, 2])
def test_accounts_clear_whoever_does_the_work(threads: int) -> None:
    with Simulation(Scenario.load("default", consumers=2_000), seed=2, threads=threads) as economy:
        for _ in range(3):
            economy.step()
            found = {name: gap for name, gap in economy.audit().items() if name.startswith("clearing of ")}
            assert len(found) == len(ACCOUNTS)
            assert not any(found.values())
