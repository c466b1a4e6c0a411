"""Credit: interest, amortization and new loans, of firms towards a target debt ratio, of consumers pro rata.

The simple lending of the foundation: each firm has one credit line at its bank. Wages, inputs, taxes
and debt service draw it as needed (committed lines); only loans for growth need a bank with capital.
Consumers' debts keep their ratio to trend GDP; who has one takes part in what is lent.
"""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import total, whole_total
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import bits
from ravelin.core.kernel import whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    bundle,
    clears,
    draws,
    first,
    host_system,
    local_system,
    moves,
    reads,
    sets,
    uses,
    writes,
)  # fmt: skip
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.acts import (
    CONSUMER_LOANS,
    FIRM_LOANS,
    MORTGAGES,
    ConsumersDeposits,
    post_block,
    post_changes,
    post_loan,
)
from ravelin.economy.banks.tables import Banks, BanksClearing
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.acts import (
    CurrentAccounts,
    DepositInterest,
    RealAssets,
    deposit_rate,
    firm_pays,
    firm_receives,
    serve_loans,
    value_of,
)
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.tables import Books, Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import (
    BANKS,
    CONSUMERS,
    FIRMS,
    INTEREST_CONSUMER_LOANS,
    INTEREST_DEPOSITS,
    INTEREST_FIRM_LOANS,
    INTEREST_MORTGAGES,
    WRITE_OFFS,
    Accounts,
    Flows,
)
from ravelin.ledger.batches import BLOCK, clear_changes, income_of_debtors
from ravelin.ledger.transfers import book, lend, repay, round_cents, write_off

_HALF_WORD = 2.0**32
"""Values of half a word of draws."""


class FirmCredit(Parameters):
    """Loans to firms."""

    maturity = parameter(36.0, "month", "life of a loan; one part in so many is repaid a month", low=1, high=600,
                         source="calibration firm_loan_maturity_months, assumption")  # fmt: skip
    adjustment = parameter(0.05, "1/month", "share of the gap to target debt borrowed a month", low=0, high=1,
                           source="Flannery and Rangan 2006: a third a year and more")  # fmt: skip


class Debts(Parameters):
    """Passive rules for the debts of consumers."""

    consumer_loan_months = parameter(48.0, "month", "life of a consumer loan", low=1, high=600,
                                     source="calibration consumer_loan_maturity_months")  # fmt: skip
    mortgage_months = parameter(360.0, "month", "life of a mortgage", low=1, high=600,
                                source="calibration mortgage_maturity_months")  # fmt: skip
    consumer_loan_default = parameter(0.022, "1/year", "chance that a consumer loan is written off", low=0, high=1,
                                      source="FDIC net charge-offs; calibration write_off_consumer_loans")  # fmt: skip
    mortgage_default = parameter(0.0005, "1/year", "chance that a mortgage is written off", low=0, high=1,
                                 source="FDIC net charge-offs; calibration write_off_mortgages")  # fmt: skip
    mortgage_rate_memory = parameter(0.0119, "1/month", "speed at which the average mortgage rate follows new ones",
                                     low=0, high=1, source="refinancing; assumption 1/84")  # fmt: skip
    ratio_speed = parameter(0.05, "1/month", "speed at which lending restores the ratio of debt to trend GDP", low=0,
                            high=1, source="assumption")  # fmt: skip


@local_system
def charge_interest(
    accounts: CurrentAccounts = bundle(CurrentAccounts),
    assets: RealAssets = bundle(RealAssets),
    on_deposits: DepositInterest = bundle(DepositInterest),
    interest: Cents = sets(Books.interest),
    earned: Cents = adds(Banks.interest_earned),
    paid: Cents = adds(Flows.paid),
    bank_income: Cents = clears(BanksClearing.bank_income),
    good: Smalls = reads(Firms.good),
    debt_ratio: Doubles = reads(Goods.debt_ratio),
    firm_spread: float = uses(Lending.firm_spread),
    leverage_spread: float = uses(Lending.leverage_spread),
) -> None:
    """Charge interest on the opening loan, more at high leverage, and pay it on the opening deposit."""
    charged, granted = 0, 0
    for firm in range(interest.size):
        value = value_of(assets, firm, False)
        leverage = min(2.0, accounts.loan[firm] / value) if value > 0.0 else 0.0
        rate = on_deposits.policy_rate[0] + firm_spread + leverage_spread * (leverage - debt_ratio[good[firm]])
        due = round_cents(max(0.0, rate) / MONTHS_PER_YEAR * accounts.loan[firm])
        gain = round_cents(deposit_rate(on_deposits) / MONTHS_PER_YEAR * accounts.deposits[firm])
        firm_pays(accounts, firm, bank_income, due)
        firm_receives(accounts, firm, bank_income, gain)
        interest[firm] = due - gain
        earned[accounts.bank[firm]] += due
        on_deposits.given[accounts.bank[firm]] += gain
        charged += due
        granted += gain
    book(paid, INTEREST_FIRM_LOANS, FIRMS, BANKS, charged)
    book(paid, INTEREST_DEPOSITS, BANKS, FIRMS, granted)


@local_system
def adjust_loans(
    accounts: CurrentAccounts = bundle(CurrentAccounts),
    assets: RealAssets = bundle(RealAssets),
    returned: Cents = adds(CreditMarket.loans_repaid),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    lending: Smalls = reads(Banks.lending),
    debt_ratio: Doubles = reads(Goods.debt_ratio),
    trend_growth: Doubles = reads(Economy.trend_growth),
    maturity: float = uses(FirmCredit.maturity),
    adjustment: float = uses(FirmCredit.adjustment),
) -> None:
    """Repay a part of the loan and borrow anew towards the target ratio of debt to real assets.

    Source: partial adjustment to a target, Flannery and Rangan (2006), "Partial adjustment toward target
    capital structures".
    """
    granted, paid_back = 0, 0
    loan, bank = accounts.loan, accounts.bank
    for firm in range(loan.size):
        g = good[firm]
        wanted = debt_ratio[g] * value_of(assets, firm, leased[g] == 1)
        repaid = repay(accounts.deposits, loan, firm, round_cents(loan[firm] / maturity))
        paid_back += repaid
        post_loan(accounts.posted, bank[firm], FIRM_LOANS, -repaid)
        aim = repaid + trend_growth[0] * loan[firm] + adjustment * (wanted - loan[firm] - repaid)
        if aim > 0.0 and lending[bank[firm]]:
            fresh = round_cents(aim)
            lend(accounts.deposits, loan, firm, fresh)
            post_loan(accounts.posted, bank[firm], FIRM_LOANS, fresh)
            granted += fresh
    accounts.lent[0, 0] += granted
    returned[0, 0] += paid_back


@host_system
def set_lending_to_consumers(
    loan_factor: Doubles = sets(CreditMarket.consumer_loan_factor),
    mortgage_factor: Doubles = sets(CreditMarket.mortgage_factor),
    consumer_loans: Cents = reads(Banks.consumer_loans),
    mortgages: Cents = reads(Banks.mortgages),
    borrower_income: Doubles = reads(Localities.borrower_income),
    owner_income: Doubles = reads(Localities.owner_income),
    trend_gdp: Doubles = reads(Economy.trend_gdp),
    trend_growth: Doubles = reads(Economy.trend_growth),
    loan_ratio: Doubles = reads(CreditMarket.consumer_loan_ratio),
    mortgage_ratio: Doubles = reads(CreditMarket.mortgage_ratio),
    loan_months: float = uses(Debts.consumer_loan_months),
    mortgage_months: float = uses(Debts.mortgage_months),
    loan_default: float = uses(Debts.consumer_loan_default),
    mortgage_default: float = uses(Debts.mortgage_default),
    speed: float = uses(Debts.ratio_speed),
) -> None:
    """Lend consumers what amortization and losses take away and what growth adds, pro rata to income."""
    growth, gdp = float(trend_growth[0]), float(trend_gdp[0])
    rows = (
        (loan_factor, consumer_loans, borrower_income, loan_ratio, 1.0 / loan_months + loan_default / MONTHS_PER_YEAR),
        (mortgage_factor, mortgages, owner_income, mortgage_ratio,
         1.0 / mortgage_months + mortgage_default / MONTHS_PER_YEAR),
    )
    for factor, stocks, income, ratio, leaving in rows:
        stock = float(whole_total(stocks))
        wanted = (leaving + growth) * stock + speed * (float(ratio[0]) * gdp - stock)
        factor[0] = max(0.0, wanted) / max(1.0, total(income))


@host_system
def set_mortgage_rate(
    mortgage_rate: Doubles = writes(CreditMarket.mortgage_rate),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    spread: float = uses(Lending.mortgage_spread),
    memory: float = uses(Debts.mortgage_rate_memory),
) -> None:
    """Let the average rate on mortgages follow that on new ones, as mortgages are taken up and refinanced."""
    mortgage_rate[0] += memory * (max(0.0, policy_rate[0] + spread) - mortgage_rate[0])


class ConsumerLoans(NamedTuple):
    """Consumer loans: what is owed, the income of those who owe, and the terms."""

    owed: Cents = moves(Wealth.consumer_loan)
    income: Doubles = sets(Localities.borrower_income)
    factor: Doubles = reads(CreditMarket.consumer_loan_factor)
    spread: float = uses(Lending.consumer_spread)
    life: float = uses(Debts.consumer_loan_months)


class Mortgages(NamedTuple):
    """Mortgages: what is owed, the income of those who owe, and the terms."""

    owed: Cents = moves(Wealth.mortgage)
    income: Doubles = sets(Localities.owner_income)
    factor: Doubles = reads(CreditMarket.mortgage_factor)
    rate: Doubles = reads(CreditMarket.mortgage_rate)
    life: float = uses(Debts.mortgage_months)


@local_system
def serve_debts(
    accounts: ConsumersDeposits = bundle(ConsumersDeposits),
    loans: ConsumerLoans = bundle(ConsumerLoans),
    mortgages: Mortgages = bundle(Mortgages),
    lent: Cents = adds(CreditMarket.loans_granted),
    returned: Cents = adds(CreditMarket.loans_repaid),
    earned: Cents = adds(Banks.interest_earned),
    paid: Cents = adds(Flows.paid),
    bank_income: Cents = clears(BanksClearing.bank_income),
    income: Floats = reads(Consumers.permanent_income),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
) -> None:
    """Consumers with debts take fresh loans, pay interest and repay a part.

    What interest deposits cannot pay is lent anew.
    """
    loan_rate = (policy_rate[0] + loans.spread) / MONTHS_PER_YEAR
    mortgage_rate = mortgages.rate[0] / MONTHS_PER_YEAR
    deposits, bank = accounts.deposits, accounts.bank
    granted, paid_back, interest_loans, interest_mortgages = 0, 0, 0, 0
    borrowers, owners = 0, 0
    due, before = np.empty((2, BLOCK), np.int64), np.empty((3, BLOCK), np.int64)
    for begin in range(0, bank.size, BLOCK):
        end = min(begin + BLOCK, bank.size)
        on_loan, on_mortgage = due[0, : end - begin], due[1, : end - begin]
        many = end - begin
        before[0, :many], before[1, :many] = deposits[begin:end], loans.owed[begin:end]
        before[2, :many] = mortgages.owed[begin:end]
        borrowers += income_of_debtors(income[begin:end], loans.owed[begin:end])
        owners += income_of_debtors(income[begin:end], mortgages.owed[begin:end])
        served = serve_loans(
            deposits[begin:end], loans.owed[begin:end], on_loan, income[begin:end], loan_rate, 1.0 / loans.life,
            loans.factor[0],
        )  # fmt: skip
        on_homes = serve_loans(
            deposits[begin:end], mortgages.owed[begin:end], on_mortgage, income[begin:end], mortgage_rate,
            1.0 / mortgages.life, mortgages.factor[0],
        )  # fmt: skip
        post_block(accounts, begin, end, before[0], bank_income)
        post_changes(accounts.posted, CONSUMER_LOANS, bank[begin:end], loans.owed[begin:end], before[1])
        post_changes(accounts.posted, MORTGAGES, bank[begin:end], mortgages.owed[begin:end], before[2])
        # What left deposits and was not repaid, and what was lent and did not come into deposits, is interest.
        clear_changes(bank_income, before[1, :many], loans.owed[begin:end])
        clear_changes(bank_income, before[2, :many], mortgages.owed[begin:end])
        granted += served[0] + on_homes[0]
        paid_back += served[1] + on_homes[1]
        for row in range(end - begin):
            interest_loans += on_loan[row]
            interest_mortgages += on_mortgage[row]
            earned[bank[begin + row]] += on_loan[row] + on_mortgage[row]
    loans.income[0] = borrowers
    mortgages.income[0] = owners
    lent[0, 1] += granted
    returned[0, 1] += paid_back
    book(paid, INTEREST_CONSUMER_LOANS, CONSUMERS, BANKS, interest_loans)
    book(paid, INTEREST_MORTGAGES, CONSUMERS, BANKS, interest_mortgages)


@local_system
def write_off_debts(
    consumer_loan: Cents = moves(Wealth.consumer_loan),
    mortgage: Cents = moves(Wealth.mortgage),
    lost: Cents = adds(Banks.write_offs),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    bank: Indices = reads(Accounts.bank, of=Consumers),
    loan_default: float = uses(Debts.consumer_loan_default),
    mortgage_default: float = uses(Debts.mortgage_default),
    key_default: int = draws("default of consumers"),
    first_consumer: int = first(Consumers),
) -> None:
    """A few consumers default on what they owe, and their banks write it off."""
    bad_debt = 0
    # Separate halves of one word serve as separate draws.
    loan_risk = whole(loan_default / MONTHS_PER_YEAR * _HALF_WORD)
    mortgage_risk = whole(mortgage_default / MONTHS_PER_YEAR * _HALF_WORD)
    for consumer in range(bank.size):
        luck = bits(key_default, first_consumer + consumer)
        unlucky_loan = whole(luck & np.uint64(0xFFFFFFFF)) < loan_risk
        unlucky_mortgage = whole(luck >> np.uint64(32)) < mortgage_risk
        if unlucky_loan | unlucky_mortgage:
            gone, forgiven = 0, 0
            # A cent stays on the books: she remains a borrower.
            if unlucky_loan and consumer_loan[consumer] > 0:
                gone = write_off(consumer_loan, consumer, consumer_loan[consumer] - 1)
            if unlucky_mortgage and mortgage[consumer] > 0:
                forgiven = write_off(mortgage, consumer, mortgage[consumer] - 1)
            posted[bank[consumer], CONSUMER_LOANS] -= gone
            posted[bank[consumer], MORTGAGES] -= forgiven
            lost[bank[consumer]] += gone + forgiven
            bad_debt += gone + forgiven
    book(paid, WRITE_OFFS, BANKS, CONSUMERS, bad_debt)
