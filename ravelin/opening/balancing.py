"""An economy with other goods: the totals of the calibration, spread over the goods of a catalog.

What people, banks and the government earn, own, owe, pay and consume in all is the calibration's, to the
cent. The catalog decides what each good has of it. Output solves the Leontief system at the catalog's
recipes and final demand; where a catalog's quantities do not add up to the country's, they are scaled:
pay and capital by one factor for all goods, sales taxes as well, production taxes by one shift. What is
left of each good's sales after costs, taxes and what growth needs is paid to its owners. Only the change
in inventories, a seven-hundredth of GDP, is the catalog's own.
"""

import functools

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import product, root, solve, total, totals
from ravelin.core.clock import monthly_growth
from ravelin.economy.goods.tables import SKILLS
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.opening.calibration import Accounts, Calibration, shipped_calibration
from ravelin.opening.population import HOUSEHOLDS
from ravelin.scenarios.catalog import CATALOGS_KEPT, SURVEY_CATEGORIES, GoodsCatalog, load_catalog
from ravelin.scenarios.scenario import DEFAULT_CATALOG

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

INPUT_MONTHS = 0.8
"""Stock of storable inputs over monthly use, as in the calibration."""
PRICE_TOLERANCE = 0.01
"""How far the costs, taxes and surplus of a unit may be from its price of one dollar."""


def calibration(catalog: str = DEFAULT_CATALOG) -> Calibration:
    """Return the opening data for a catalog: those that ship, or their totals over the catalog's goods.

    Raises
    ------
    CatalogError
        If the catalog cannot be read, or no economy can open with it.
    """
    if catalog == DEFAULT_CATALOG:
        return shipped_calibration()
    return _balanced(load_catalog(catalog))


@functools.lru_cache(maxsize=CATALOGS_KEPT)
def _balanced(catalog: GoodsCatalog) -> Calibration:
    return balance(catalog, shipped_calibration())


def balance(catalog: GoodsCatalog, base: Calibration) -> Calibration:
    """Return the calibration with the goods of a catalog in place of its own.

    Raises
    ------
    CatalogError
        If no economy can open with it: without housing, public services, dwellings or a good for each of the
        survey's categories; if prices do not cover costs.
    """
    for flag in ("public", "leased", "builds_dwellings"):
        catalog.only(flag)
    for key in ("investment_share", "public_investment_share"):
        if not catalog.column(key).any():
            raise catalog.error(f"an economy opens with goods to invest in: no good has an {key} above 0")
    for good in catalog.goods:
        if not good.capital_months and not good.public:
            raise catalog.error(f"good.{good.name}.capital_months is 0; an economy opens with capital in every firm")
    for category in SURVEY_CATEGORIES:
        if not any(good.cpi_weight * good.bought_as.get(category, 0.0) > 0 for good in catalog.goods):
            raise catalog.error(
                f"consumers find no good under the survey's category {category}; name it in a bought_as"
            )
    _check_prices(catalog, base)
    return _Balance(catalog, base).result()


def _check_prices(catalog: GoodsCatalog, base: Calibration) -> None:
    """Check that a unit's costs, taxes and markup add up to its price of one dollar."""
    for good, labor, mix, recipe in zip(
        catalog.goods, catalog.column("labor"), catalog.skill_mix(), catalog.recipe(), strict=True
    ):
        cost = float(total(recipe) + labor * total(mix * _pay(base)) + good.production_tax)
        price = (1.0 + good.markup) * cost
        if cost <= 0.0 or abs(price - 1.0) > PRICE_TOLERANCE:
            hint = f"with a markup of {1.0 / cost - 1.0:.6g} it would" if cost > 0.0 else "its costs are above 0"
            raise catalog.error(
                f"good.{good.name}.markup is {good.markup:g}: inputs {total(recipe):.4g}, pay "
                f"{labor * total(mix * _pay(base)):.4g}, production tax {good.production_tax:.4g} and markup make a "
                f"price of {price:.4g}, and a unit costs 1 dollar; {hint}"
            )


def _pay(base: Calibration) -> Doubles:
    """Give what a million workers of each skill cost in a month, million dollars, payroll tax included: (skills,)."""
    paid = base.paid_into("wages")
    return np.array(base.rules["wage_month"]) * 1e-6 * total(base.column("compensation_cents")) / paid


def _split(cents: float, weights: npt.ArrayLike) -> Doubles:
    """Split whole cents in proportion to weights."""
    return np.asarray(split_by_largest_remainder(round(cents), np.asarray(weights, dtype=np.float64)), dtype=np.float64)


class _Balance:
    """The accounts of each good, solved from top to bottom; columns are (goods,) cents."""

    def __init__(self, catalog: GoodsCatalog, base: Calibration) -> None:
        self.catalog, self.base = catalog, base
        self.public, self.housing, self.builder = (
            catalog.only(flag) for flag in ("public", "leased", "builds_dwellings")
        )
        self.old_public = base.catalog.only("public")
        self.private = np.ones(len(catalog.goods))
        self.private[self.public] = 0.0
        self.firms = self.private.copy()
        self.firms[self.housing] = 0.0
        self.table: dict[str, Doubles] = {}
        self.consumption()
        self.output()
        self.incomes()
        self.capital()
        self.profits()

    def total(self, column: str) -> float:
        """Add up a column of the calibration over all goods but public services."""
        values = self.base.column(column)
        return float(total(values) - values[self.old_public])

    def consumption(self) -> None:
        """Spread what consumers spend in each category of the survey over goods, and the sales tax in it."""
        catalog, base = self.catalog, self.base
        weight = catalog.column("cpi_weight")
        within = np.array([[good.bought_as.get(name, 0.0) for name in SURVEY_CATEGORIES] for good in catalog.goods])
        wanted = weight[:, None] * within
        old = np.array([[base.flow(f"consumption_{name}", who) for name in SURVEY_CATEGORIES] for who in HOUSEHOLDS])
        by_status = totals(old, 1)
        spread = old.copy()
        for _ in range(200):
            spread *= (totals(wanted, 0) * total(old) / totals(spread, 0))[None, :]
            spread *= (by_status / totals(spread, 1))[:, None]
        self.spending = np.array([_split(cents, row) for cents, row in zip(by_status, spread, strict=True)])
        spent = np.array([_split(cents, row) for cents, row in zip(totals(self.spending, 0), wanted.T, strict=True)]).T
        rate, levied = catalog.column("sales_tax"), base.paid_into("sales_tax")

        def excess(scale: float) -> float:
            return total(totals(spent, 1) * scale * rate / (1.0 + scale * rate)) - levied

        if not (weight * rate).any():
            rate = np.ones(len(catalog.goods))
        rate = rate * root(excess, 0.0, 1e6)
        tax = _split(levied, totals(spent, 1) * rate / (1.0 + rate))
        self.tax = np.array(
            [_split(own, row) if own else np.zeros(len(row)) for own, row in zip(tax, spent, strict=True)]
        )
        self.bought = spent - self.tax
        self.table["sales_tax_rate"] = rate
        self.table["sales_tax_cents"] = tax
        for place, name in enumerate(SURVEY_CATEGORIES):
            self.table[f"consumption_{name}_cents"] = self.bought[:, place]

    def output(self) -> None:
        """Solve for outputs that leave final demand, stocks growing with them; then round each flow."""
        catalog, base = self.catalog, self.base
        recipe, storable = catalog.recipe(), catalog.column("storable")
        growth = monthly_growth(float(base.rules["growth_real"]))
        public_output = base.column("gross_output_cents")[self.old_public]
        invested = _split(base.paid_into("fixed_investment"), catalog.column("investment_share"))
        public = _split(base.paid_into("public_investment"), catalog.column("public_investment_share"))
        dwellings = np.zeros(len(catalog.goods))
        dwellings[self.builder] = base.paid_into("residential_investment")
        final = totals(self.bought, 1) + invested + public + dwellings
        final[self.public] = public_output
        stocked = INPUT_MONTHS * storable[:, None] * recipe.T * self.firms[None, :]
        finished = catalog.column("inventory_months") * storable
        stocks = np.diag(finished) + stocked
        made = solve(np.eye(final.size) - recipe.T - growth * stocks, final)
        self.purchases = np.rint(recipe.T * made)
        held = finished * made + totals(stocked * made, 0)
        wanted_change = growth * product(stocks, made)
        self.change = _split(round(total(wanted_change)), wanted_change)
        self.own_change = _split(total(self.change), held * self.private)
        self.sales = final + self.change + totals(self.purchases, 1)
        self.table |= {
            "gross_output_cents": self.sales, "fixed_investment_cents": invested, "public_investment_cents": public,
            "residential_investment_cents": dwellings, "inventory_change_cents": self.change,
            "inventories_cents": np.rint(held * self.private), "finished_goods_months": finished,
            "firm_share": catalog.column("firm_share"),
        }  # fmt: skip

    def incomes(self) -> None:
        """Split pay by labor and skills; shift production taxes until they yield the calibration's sum."""
        catalog, base = self.catalog, self.base
        inputs, pay = totals(self.purchases, 0), np.zeros(self.sales.size)
        old_cost = total(base.intermediate()[:, self.old_public]) + base.column("compensation_cents")[self.old_public]
        pay[self.public] = old_cost - inputs[self.public]
        if pay[self.public] <= 0:
            name = catalog.names[self.public]
            raise catalog.error(f"good.{name}.inputs leave nothing to pay for its employees; lower them")
        cost = catalog.column("labor") * totals(catalog.skill_mix() * _pay(base), 1)
        private_pay = total(base.column("compensation_cents")) - pay[self.public]
        pay += _split(private_pay, cost * self.sales * self.private)
        wages = _split(base.paid_into("wages"), pay)
        taxed = catalog.column("production_tax") * self.sales * self.private
        collected = self.total("production_tax_cents")
        shift = (collected - total(taxed)) * self.sales * self.private / total(self.sales * self.private)
        tax = np.rint(taxed + shift)
        tax[np.argmax(tax)] += collected - total(tax)
        heads = catalog.skill_mix() * np.array(base.rules["wage_month"])
        old_wages = np.array([base.flow("wages", name) for name in base.names])
        shares = np.stack([base.column(f"labor_share_{skill}") for skill in SKILLS], axis=1)
        supply = totals(shares * old_wages[:, None], 0)
        mix = wages[:, None] * heads / totals(heads, 1)[:, None]
        for _ in range(500):
            mix *= (supply / totals(mix, 0))[None, :]
            mix *= (wages / totals(mix, 1))[:, None]
        for place, skill in enumerate(SKILLS):
            self.table[f"labor_share_{skill}"] = mix[:, place] / wages
        self.wages, self.inputs = wages, inputs
        surplus = self.sales - inputs - pay - tax
        self.table |= {"compensation_cents": pay, "production_tax_cents": tax, "gross_operating_surplus_cents": surplus,
                       "employer_payroll_tax_cents": pay - wages}  # fmt: skip

    def capital(self) -> None:
        """Split capital by its months of output, and with it investment, loans and deposits."""
        table, sheet = self.table, self.base.sheet
        own = [name for name in sheet if name.startswith("firms:")]
        held = {item: total([sheet[name][item] for name in own]) for item in ("cash", "deposits", "firm_loans")}
        months = self.catalog.column("capital_months") * self.firms
        table["fixed_capital_cents"] = _split(self.total("fixed_capital_cents"), months * self.sales)
        table["investment_by_user_cents"] = _split(self.total("investment_by_user_cents"), table["fixed_capital_cents"])
        backed = table["fixed_capital_cents"] + table["inventories_cents"] * self.firms
        table["firm_loans_cents"] = _split(-held["firm_loans"], backed)
        costs = (self.inputs + table["compensation_cents"]) * self.private
        self.deposits, self.cash = _split(held["deposits"], costs), _split(held["cash"], costs)

    def profits(self) -> None:
        """Take from each surplus interest, tax and what growth needs; the owners receive the rest."""
        base, table = self.base, self.table
        flows = base.sam
        interest = _split(flows["interest_firm_loans"]["row_total"], table["firm_loans_cents"])
        earned = _split(total([base.flow(name, "interest_deposits") for name in base.names]), self.deposits)
        wear = float(base.rules["depreciation_firm_capital"]) / 12.0 * table["fixed_capital_cents"]
        surplus = table["gross_operating_surplus_cents"] * self.private
        profit = (surplus - interest + earned - wear) * self.firms
        tax = _split(total([base.flow("corporate_tax", name) for name in base.names]), np.maximum(0.0, profit))
        own = [name for name in base.sheet if name.startswith("firms:")]
        grown = {
            item: _split(abs(total([_either(flows, item, f"capital_{name}") for name in own])), weights)
            for item, weights in (("d_cash", self.cash), ("d_deposits", self.deposits),
                                  ("d_firm_loans", table["firm_loans_cents"]))
        }  # fmt: skip
        kept = table["investment_by_user_cents"] + self.own_change + grown["d_cash"] + grown["d_deposits"]
        kept -= grown["d_firm_loans"]
        left = surplus - interest + earned - tax - kept
        for place, amount in enumerate(left * self.private):
            if amount < 0:
                good = self.catalog.goods[place]
                raise self.catalog.error(
                    f"good.{good.name}: its surplus does not pay for its interest, taxes and investment; raise its "
                    f"markup ({good.markup:g}) or lower its capital_months ({good.capital_months:g})"
                )
        self.interest, self.earned, self.corporate, self.grown, self.kept, self.left = (
            interest, earned, tax, grown, kept, left
        )  # fmt: skip

    def result(self) -> Calibration:
        """Put the accounts of the goods in the place of the calibration's."""
        rules = dict(self.base.rules)
        more = (total(self.change) - self.base.paid_into("inventory_investment")) / 1e5
        rules["gdp_usd_per_unit_month"] = float(rules["gdp_usd_per_unit_month"]) + more
        return Calibration(self.catalog, self.table, rules, self._matrix(), self._sheet())

    def _matrix(self) -> Accounts:
        """Make the account matrix: receivers of payers."""
        base, names = self.base, self.catalog.names
        gone = {*base.names, *(f"capital_firms:{name}" for name in base.names)}
        sam: Accounts = {
            receiver: {payer: cents for payer, cents in row.items() if payer not in gone and payer != "row_total"}
            for receiver, row in base.sam.items()
            if receiver not in gone and receiver != "column_total"
        }
        sam |= {name: {} for name in names}
        sam |= {f"capital_firms:{name}": {} for place, name in enumerate(names) if place != self.public}

        def pay(receiver: str, payer: str, cents: float) -> None:
            if cents < 0:
                receiver, payer, cents = payer, receiver, -cents
            sam[receiver][payer] = sam[receiver].get(payer, 0.0) + cents

        for category, name in enumerate(SURVEY_CATEGORIES):
            account = f"consumption_{name}"
            sam["sales_tax"][account] = total(self.tax[:, category])
            for place, status in enumerate(HOUSEHOLDS):
                sam[account][status] = float(self.spending[place, category])
            for place, good in enumerate(names):
                pay(good, account, self.bought[place, category])
        table = self.table
        for place, good in enumerate(names):
            for other, buyer in enumerate(names):
                pay(good, buyer, self.purchases[place, other])
            for account in ("fixed_investment", "public_investment", "residential_investment"):
                pay(good, account, table[f"{account}_cents"][place])
            pay(good, "inventory_investment", self.change[place])
            pay("wages", good, self.wages[place])
            pay("payroll_tax_employer", good, table["employer_payroll_tax_cents"][place])
            pay("production_tax", good, table["production_tax_cents"][place])
            if place == self.public:
                pay(good, "government", self.sales[place])
                pay("government", good, table["gross_operating_surplus_cents"][place])
                continue
            pay(good, "interest_deposits", self.earned[place])
            pay("interest_firm_loans", good, self.interest[place])
            pay("corporate_tax", good, self.corporate[place])
            pay("rent_to_owners" if place == self.housing else "dividends", good, self.left[place])
            capital = f"capital_firms:{good}"
            pay(capital, good, self.kept[place])
            pay("fixed_investment", capital, table["investment_by_user_cents"][place])
            pay("inventory_investment", capital, self.own_change[place])
            pay("d_cash", capital, self.grown["d_cash"][place])
            pay("d_deposits", capital, self.grown["d_deposits"][place])
            pay(capital, "d_firm_loans", self.grown["d_firm_loans"][place])
        self._share_property_income(sam)
        for row in sam.values():
            row["row_total"] = total([*row.values()])
        return sam

    def _share_property_income(self, sam: Accounts) -> None:
        """Divide dividends and rents among consumers as before; each saves what she receives more."""
        for account in ("dividends", "rent_to_owners"):
            old = np.array([self.base.flow(status, account) for status in HOUSEHOLDS])
            for status, before, now in zip(HOUSEHOLDS, old, _split(total([*sam[account].values()]), old), strict=True):
                sam[status][account] = now
                saved = sam["capital_consumers"].pop(status, 0.0) - sam[status].pop("capital_consumers", 0.0)
                saved += now - before
                receiver, payer = ("capital_consumers", status) if saved >= 0 else (status, "capital_consumers")
                sam[receiver][payer] = abs(saved)

    def _sheet(self) -> Accounts:
        """Make the balance sheet: what each sector holds of each instrument."""
        base = self.base
        sheet = {sector: dict(held) for sector, held in base.sheet.items() if not sector.startswith("firms:")}
        blank = dict.fromkeys(next(iter(base.sheet.values())), 0.0)
        old_equity = total([held["equity"] for sector, held in base.sheet.items() if sector.startswith("firms:")])
        old_stocks = base.sheet["total"]["inventories"]
        equity = 0.0
        for place, name in enumerate(self.catalog.names):
            if place == self.public:
                continue
            own = {
                "cash": self.cash[place], "deposits": self.deposits[place],
                "firm_loans": -self.table["firm_loans_cents"][place],
                "inventories": self.table["inventories_cents"][place],
                "fixed_capital": self.table["fixed_capital_cents"][place],
            }  # fmt: skip
            worth = total([*own.values()])
            sheet[f"firms:{name}"] = {**blank, **{item: float(cents) for item, cents in own.items()}, "equity": -worth}
            equity -= worth
        sheet["consumers"]["equity"] += old_equity - equity
        sheet["consumers"]["net_worth"] += old_equity - equity
        stocks = total(self.table["inventories_cents"])
        sheet["total"]["inventories"] = stocks
        sheet["total"]["net_worth"] += stocks - old_stocks
        return sheet


def _either(flows: Accounts, one: str, other: str) -> float:
    """Give what passes between two accounts, whichever receives it."""
    return flows.get(one, {}).get(other, 0.0) - flows.get(other, {}).get(one, 0.0)
