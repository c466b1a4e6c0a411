// Panels of distribution, of the supply chain and of markets.
import { curve } from "../draw/curve.js";
import { depth } from "../draw/depth.js";
import { dumbbell } from "../draw/dumbbell.js";
import { lines } from "../draw/lines.js";
import { network } from "../draw/network.js";
import { schedule } from "../draw/schedule.js";
import * as make from "../made.js";

export const SOCIETY = [
  {
    id: "lorenz",
    section: "distribution",
    span: 4,
    title: "Lorenz curves",
    draw: curve,
    needs: ["state.distribution"],
    height: 236,
    definition:
      "Share of all income and of all net worth that the poorest given share of consumers has. On the diagonal all are alike.",
    empty: "No distribution has been measured yet",
    from: make.lorenz,
  },
  {
    id: "inequality",
    section: "distribution",
    span: 4,
    title: "Inequality",
    draw: lines,
    needs: ["gini_income", "gini_wealth"],
    height: 236,
    definition: "Gini coefficients of permanent income and of net worth: 0 when all have the same, 1 when one has all.",
    from: (economy) =>
      make.series(
        economy,
        [
          { column: "gini_wealth", name: "wealth", color: "c4", text: "t4" },
          { column: "gini_income", name: "income", color: "c3", text: "t3" },
        ],
        { unit: "1", words: "Gini coefficient", digits: 3 },
      ),
  },
  {
    id: "deciles",
    waits: (economy) => economy.read("state.distribution").deciles.some(({ spending }) => spending === null),
    section: "distribution",
    span: 4,
    title: "Spending against the survey",
    draw: dumbbell,
    needs: ["state.distribution"],
    height: 236,
    definition:
      "Mean spending of consumers in each tenth of the population by reported income, simulated and in the Consumer Expenditure Survey, in the same dollars. The simulation is seen as the survey sees: reports of income are off, the richest seldom answer, and some goods are hardly told of. By true income the top tenth spends more, for it earns more than the survey finds.",
    empty: "No distribution has been measured yet",
    from: make.deciles,
  },
  {
    id: "supply-map",
    section: "supply",
    span: 7,
    title: "Supply-chain map",
    draw: network,
    needs: ["/network/supply"],
    height: 404,
    definition:
      "Makers of each good, from raw materials to those who use them. A good is short when its makers hold under 80% of the stock they aim at.",
    from: make.supply,
  },
  {
    id: "tick-times",
    section: "supply",
    span: 5,
    title: "What happens in a tick",
    draw: schedule,
    needs: ["/schedule"],
    flow: true,
    definition: "The phases of a month in their order, and the time that the rules of each took in the last tick.",
    from: make.phases,
  },
  {
    id: "yield-curve",
    section: "markets",
    span: 4,
    title: "Yield curve",
    draw: curve,
    needs: ["yield_2y", "yield_5y", "yield_10y", "yield_30y"],
    definition: "Yields of government bonds by maturity, now and a year ago.",
    empty: "This economy has no bond market yet",
    from: make.yields,
  },
  {
    id: "order-book",
    section: "markets",
    span: 4,
    title: "Order book",
    draw: depth,
    needs: ["state.order_books"],
    definition: "What is bid for and offered, added up from the best price outward.",
    empty: "Nothing trades in an order book yet",
    from: make.orders,
  },
];
