// The panels, as data. A new system adds one entry; nothing else changes.
//
// needs: columns of history ("price_*" is any that begins so), "state.<field>" of /state, or paths such as "/schedule".
// A panel whose needs are absent says so with its `empty` sentence. `column` takes title and definition from that
// indicator's declaration; composite panels have their own words. `from` makes what `draw` takes.
import { bars } from "./draw/bars.js";
import { curve } from "./draw/curve.js";
import { depth } from "./draw/depth.js";
import { dumbbell } from "./draw/dumbbell.js";
import { lines } from "./draw/lines.js";
import { matrix } from "./draw/matrix.js";
import { multiples } from "./draw/multiples.js";
import { network } from "./draw/network.js";
import { sankey } from "./draw/sankey.js";
import { schedule } from "./draw/schedule.js";
import { trace } from "./draw/trace.js";
import { growth, indexed, ratio, yearly } from "./derive.js";
import * as make from "./made.js";

export const SECTIONS = [
  { id: "output", title: "Output", about: "what the economy makes" },
  { id: "prices", title: "Prices", about: "what a dollar buys" },
  { id: "labor", title: "Labor", about: "who works, for what" },
  { id: "credit", title: "Money and credit", about: "who owes, at what rate" },
  { id: "books", title: "Balance sheet", about: "every asset is someone's debt; every row of claims sums to zero" },
  { id: "distribution", title: "Distribution", about: "who gets what" },
  { id: "supply", title: "Supply chain and tick", about: "who waits for whom" },
  { id: "markets", title: "Markets", about: "trading days inside the month" },
];

export const PANELS = [
  {
    id: "contributions", section: "output", span: 7, title: "Contributions to growth of real GDP", draw: bars, height: 236,
    needs: ["gdp_real", "consumption_real", "investment_real", "government_real", "inventory_change_real"],
    definition: "What each use of output adds to the growth of real GDP: its change over twelve months over real GDP of twelve months ago.",
    from: make.contributions, firstRow: 12,
  },
  { id: "gdp", section: "output", span: 5, column: "gdp_real", draw: lines, height: 236, needs: ["gdp_real"], from: (economy) => make.series(economy, [{ column: "gdp_real", color: "c1", text: "t1" }]) },
  {
    id: "inflation", section: "prices", span: 5, column: "inflation", draw: lines, needs: ["inflation"], height: 236,
    from: (economy) => make.series(economy, [
      { column: "inflation", name: "inflation", color: "c1", text: "t1" },
      { column: "expected_inflation", name: "expected", color: "c5", text: "t5", dash: [4, 3], width: 1.5, optional: true },
    ], { references: [["Anchors.inflation_target", "target"]] }),
  },
  {
    id: "prices-by-good", section: "prices", span: 7, title: "Prices by good", draw: multiples, needs: ["price_*"], flow: true,
    definition: "Change of each good's mean price, before tax, over twelve months.",
    from: make.pricesByGood, firstRow: 12,
  },
  {
    id: "beveridge", section: "labor", span: 4, title: "Beveridge curve", draw: trace, needs: ["unemployment_rate", "vacancy_rate"], height: 236,
    definition: "Vacancies against unemployment, month by month. Outward is worse matching; along it are booms and slumps.",
    from: (economy) => make.series(economy, [{ column: "unemployment_rate", name: "unemployment rate" }, { column: "vacancy_rate", name: "vacancy rate" }], { words: "last 82 months, oldest palest" }),
  },
  {
    id: "unemployment", section: "labor", span: 4, title: "Unemployment by skill", draw: lines, needs: ["unemployment_rate"], height: 236,
    definition: "Unemployed over the labor force, in all and by skill.",
    from: (economy) => make.series(economy, [
      ...make.bySkill(economy, "unemployment_rate_"),
      { column: "unemployment_rate", name: "everyone", color: "ink", text: "ink", width: 2.6 },
    ], { words: "% of labor force" }),
  },
  {
    id: "worker-flows", section: "labor", span: 4, title: "Flows of workers", draw: lines, needs: ["hires", "quits", "layoffs", "employed"], height: 236,
    definition: "Hires, quits and layoffs of the month over the employed.",
    from: (economy) => make.series(economy, [["hires", "c1"], ["quits", "c3"], ["layoffs", "c2"]].map(([name, color]) => ({
      name, color, text: color.replace("c", "t"), width: 1.6, values: economy.derived(`${name} rate`, (store) => ratio(store.get(name), store.get("employed"))),
    })), { unit: "fraction", words: "% of employment a month" }),
  },
  {
    id: "real-wages", section: "labor", span: 4, title: "Real wages by skill", draw: lines, needs: ["price_index", "wage_*"],
    definition: "Mean wage offers over the consumer price index, first month = 100.",
    from: (economy) => make.series(economy, make.bySkill(economy, "wage_", (store, name) => indexed(ratio(store.get(name), store.get("price_index")))), { unit: "index" }),
  },
  {
    id: "wage-share", section: "labor", span: 4, title: "Wage share", draw: lines, needs: ["wages", "gdp"], firstRow: 11,
    definition: "Wages of the last twelve months over GDP of the last twelve months.",
    from: (economy) => make.series(economy, [{ name: "wages", color: "c1", text: "t1", values: make.overGdp(economy, "wages") }], { unit: "fraction", words: "% of GDP, last 12 months" }),
  },
  { id: "employed", section: "labor", span: 4, column: "employed", draw: lines, needs: ["employed"], from: (economy) => make.series(economy, [{ column: "employed", color: "c1", text: "t1" }]) },
  {
    id: "loans", section: "credit", span: 4, title: "Loans outstanding", draw: lines, needs: ["loans_firms", "loans_consumers"],
    definition: "What firms and consumers owe to banks.",
    from: (economy) => make.series(economy, [{ column: "loans_consumers", name: "consumers", color: "c1", text: "t1" }, { column: "loans_firms", name: "firms", color: "c5", text: "t5" }], { zero: true }),
  },
  {
    id: "rates", section: "credit", span: 4, title: "Interest rates", draw: lines, needs: ["policy_rate"],
    definition: "The central bank's rate, and what banks take and give.",
    from: (economy) => make.series(economy, [
      { column: "loan_rate", name: "loans", color: "c2", text: "t2", optional: true },
      { column: "policy_rate", name: "policy rate", color: "ink", text: "ink", width: 2.4 },
      { column: "deposit_rate", name: "deposits", color: "c3", text: "t3", optional: true },
    ], { zero: true }),
  },
  {
    id: "bank-health", section: "credit", span: 4, title: "Bank health", draw: lines, needs: ["bank_capital_ratio", "nonperforming_ratio"],
    definition: "Equity of banks over their assets, and loans in trouble over loans to firms. Banks must hold the required equity over their loans.",
    from: (economy) => make.series(economy, [
      { column: "bank_capital_ratio", name: "capital", color: "c4", text: "t4" },
      { column: "nonperforming_ratio", name: "bad loans", color: "c2", text: "t2" },
    ], { zero: true, words: "% of assets; % of loans to firms", references: [["Lending.capital_requirement", "required"]] }),
  },
  {
    id: "budget", section: "credit", span: 4, title: "Public budget", draw: lines, needs: ["taxes", "transfers", "deficit", "gdp"], firstRow: 11,
    definition: "Taxes, transfers to consumers and the deficit of the government, last twelve months, over GDP of the same months.",
    from: (economy) => make.series(economy, [["taxes", "c3"], ["transfers", "c1"], ["deficit", "c2"]].map(([name, color]) => ({
      name, color, text: color.replace("c", "t"), values: make.overGdp(economy, name),
    })), { unit: "fraction", words: "% of GDP, last 12 months", zero: true }),
  },
  {
    id: "debt", section: "credit", span: 4, title: "Government debt", draw: lines, needs: ["government_debt", "gdp"], firstRow: 11,
    definition: "Bonds owed by the government over GDP of the last twelve months.",
    from: (economy) => make.series(economy, [{ name: "debt", color: "c3", text: "t3", values: economy.derived("debt ratio", (store) => ratio(store.get("government_debt"), yearly(store.get("gdp")))) }], { unit: "fraction", words: "% of GDP of the last 12 months" }),
  },
  {
    id: "failures", section: "credit", span: 4, title: "Failures", draw: lines, needs: ["firm_failures", "bank_failures"], firstRow: 11,
    definition: "Firms and banks that failed, summed over the last twelve months.",
    from: (economy) => make.series(economy, [["firm_failures", "firms", "c5"], ["bank_failures", "banks", "c4"]].map(([column, name, color]) => ({
      name, color, text: color.replace("c", "t"), values: economy.derived(`${column} year`, (store) => yearly(store.get(column))),
    })), { unit: "1", words: "number in the last 12 months", zero: true }),
  },
  {
    id: "sheet", section: "books", span: 7, title: "Who owns what, who owes it", draw: matrix, needs: ["state.balance_sheet"], flow: true,
    definition: "Assets less liabilities of each sector in each instrument at the end of the month. Claims sum to zero over the sectors; real assets are owed by nobody.",
    from: make.sheet,
  },
  {
    id: "flows", section: "books", span: 5, title: "Money flows this month", draw: sankey, needs: ["state.paid", "state.flows"], height: 384,
    definition: "Who paid whom in the month. Ribbons have the payer's color.",
    from: make.flows,
  },
  {
    id: "lorenz", section: "distribution", span: 5, title: "Lorenz curves", draw: curve, needs: ["state.distribution"], height: 236,
    definition: "Share of all income and of all net worth that the poorest given share of consumers has. On the diagonal all are alike.",
    empty: "No distribution has been measured yet", from: make.lorenz,
  },
  {
    id: "deciles", section: "distribution", span: 7, title: "Spending by income decile against the survey", draw: dumbbell, needs: ["state.distribution"], height: 236,
    definition: "Mean spending of consumers in each tenth of the population by income, simulated and in the Consumer Expenditure Survey, in the same dollars.",
    empty: "No distribution has been measured yet", from: make.deciles,
  },
  {
    id: "supply-map", section: "supply", span: 7, title: "Supply-chain map", draw: network, needs: ["/network/supply"], height: 404,
    definition: "Makers of each good, from raw materials to those who use them. A good is short when its makers hold under 80% of the stock they aim at.",
    from: make.supply,
  },
  {
    id: "tick-times", section: "supply", span: 5, title: "What happens in a tick", draw: schedule, needs: ["/schedule"], flow: true,
    definition: "The phases of a month in their order, and the time that the rules of each took in the last tick.",
    from: make.phases,
  },
  {
    id: "yield-curve", section: "markets", span: 4, title: "Yield curve", draw: curve, needs: ["yield_2y", "yield_5y", "yield_10y", "yield_30y"],
    definition: "Yields of government bonds by maturity, now and a year ago.", empty: "This economy has no bond market yet", from: make.yields,
  },
  {
    id: "order-book", section: "markets", span: 4, title: "Order book", draw: depth, needs: ["state.order_books"],
    definition: "What is bid for and offered, added up from the best price outward.", empty: "Nothing trades in an order book yet", from: make.orders,
  },
  {
    id: "interbank", section: "markets", span: 4, title: "Interbank network", draw: network, needs: ["/network/interbank"],
    definition: "Which bank lends to which.", empty: "Banks do not lend to one another yet", from: make.interbank,
  },
];

export const CARDS = [
  { id: "growth", title: "GDP growth", share: "over 12 months", panel: "gdp", needs: ["gdp_real"], columns: ["gdp_real"], definition: "Real GDP against twelve months before.", values: (store) => growth(store.get("gdp_real")), firstRow: 12 },
  { id: "inflation", title: "Inflation", share: "over 12 months", panel: "inflation", needs: ["inflation"], column: "inflation", target: "Anchors.inflation_target", values: (store) => store.get("inflation") },
  { id: "unemployment", title: "Unemployment", share: "of labor force", panel: "unemployment", needs: ["unemployment_rate"], column: "unemployment_rate", values: (store) => store.get("unemployment_rate") },
  { id: "policy-rate", title: "Policy rate", share: "a year", panel: "rates", needs: ["policy_rate"], column: "policy_rate", digits: 2, values: (store) => store.get("policy_rate") },
  { id: "wages", title: "Wage growth", share: "over 12 months", panel: "real-wages", needs: ["wage_index"], columns: ["wage_index"], definition: "The wage index against twelve months before.", values: (store) => growth(store.get("wage_index")), firstRow: 12 },
  { id: "credit", title: "Credit growth", share: "over 12 months", panel: "loans", needs: ["loans_firms", "loans_consumers"], columns: ["loans_firms", "loans_consumers"], definition: "Loans to firms and consumers against twelve months before.", values: make.creditGrowth, firstRow: 12 },
  { id: "deficit", title: "Deficit", share: "of GDP", panel: "budget", needs: ["deficit", "gdp"], columns: ["deficit", "gdp"], definition: "The government's deficit over GDP, sums of the last twelve months.", values: (store) => ratio(yearly(store.get("deficit")), yearly(store.get("gdp"))), firstRow: 11 },
];
