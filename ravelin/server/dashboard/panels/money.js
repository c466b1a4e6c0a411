// Panels of money, credit and the balance sheet.
import { lines } from "../draw/lines.js";
import { matrix } from "../draw/matrix.js";
import { network } from "../draw/network.js";
import { sankey } from "../draw/sankey.js";
import { ratio, yearly } from "../derive.js";
import * as make from "../made.js";

export const MONEY = [
  {
    id: "loans",
    section: "credit",
    span: 4,
    title: "Loans outstanding",
    draw: lines,
    needs: ["loans_firms", "loans_consumers"],
    definition: "What firms and consumers owe to banks.",
    from: (economy) =>
      make.series(
        economy,
        [
          { column: "loans_consumers", name: "consumers", color: "c1", text: "t1" },
          { column: "loans_firms", name: "firms", color: "c5", text: "t5" },
        ],
        { zero: true },
      ),
  },
  {
    id: "rates",
    section: "credit",
    span: 4,
    title: "Interest rates",
    draw: lines,
    needs: ["policy_rate"],
    definition: "The central bank's rate, and what banks take and give.",
    from: (economy) =>
      make.series(
        economy,
        [
          { column: "loan_rate", name: "loans", color: "c2", text: "t2", optional: true },
          { column: "policy_rate", name: "policy rate", color: "ink", text: "ink", width: 2.4 },
          { column: "deposit_rate", name: "deposits", color: "c3", text: "t3", optional: true },
        ],
        { zero: true },
      ),
  },
  {
    id: "bank-health",
    section: "credit",
    span: 4,
    title: "Bank health",
    draw: lines,
    needs: ["bank_capital_ratio", "nonperforming_ratio"],
    definition:
      "Equity of banks over their assets, and loans in trouble over loans to firms. Banks must hold the required equity over their loans.",
    from: (economy) =>
      make.series(
        economy,
        [
          { column: "bank_capital_ratio", name: "capital", color: "c4", text: "t4" },
          { column: "nonperforming_ratio", name: "bad loans", color: "c2", text: "t2" },
        ],
        {
          zero: true,
          words: "% of assets; % of loans to firms",
          references: [["Lending.capital_requirement", "required"]],
        },
      ),
  },
  {
    id: "budget",
    section: "credit",
    span: 4,
    title: "Public budget",
    draw: lines,
    needs: ["taxes", "transfers", "deficit", "gdp"],
    firstRow: 11,
    definition:
      "Taxes, transfers to consumers and the deficit of the government, last twelve months, over GDP of the same months.",
    from: (economy) =>
      make.series(
        economy,
        [
          ["taxes", "c3"],
          ["transfers", "c1"],
          ["deficit", "c2"],
        ].map(([name, color]) => ({ name, color, text: color.replace("c", "t"), values: make.overGdp(economy, name) })),
        { unit: "fraction", words: "% of GDP, last 12 months", zero: true },
      ),
  },
  {
    id: "debt",
    section: "credit",
    span: 4,
    title: "Government debt",
    draw: lines,
    needs: ["government_debt", "gdp"],
    firstRow: 11,
    definition: "Bonds owed by the government over GDP of the last twelve months.",
    from: (economy) =>
      make.series(
        economy,
        [
          {
            name: "debt",
            color: "c3",
            text: "t3",
            values: economy.derived("debt ratio", (store) =>
              ratio(store.get("government_debt"), yearly(store.get("gdp"))),
            ),
          },
        ],
        { unit: "fraction", words: "% of GDP of the last 12 months" },
      ),
  },
  {
    id: "money",
    section: "credit",
    span: 4,
    title: "Money",
    draw: lines,
    needs: ["deposits", "cash", "reserves"],
    definition: "Deposits at banks, currency of the central bank that is held, and reserves of banks.",
    from: (economy) =>
      make.series(
        economy,
        [
          { column: "deposits", name: "deposits", color: "c1", text: "t1" },
          { column: "reserves", name: "reserves", color: "c4", text: "t4" },
          { column: "cash", name: "currency", color: "c6", text: "t6" },
        ],
        { zero: true },
      ),
  },
  {
    id: "failures",
    section: "credit",
    span: 6,
    title: "Failures",
    draw: lines,
    needs: ["firm_failures", "bank_failures"],
    firstRow: 11,
    definition: "Firms and banks that failed, summed over the last twelve months.",
    from: (economy) =>
      make.series(
        economy,
        [
          ["firm_failures", "firms", "c5"],
          ["bank_failures", "banks", "c4"],
        ].map(([column, name, color]) => ({
          name,
          color,
          text: color.replace("c", "t"),
          values: economy.derived(`${column} year`, (store) => yearly(store.get(column))),
        })),
        { unit: "1", words: "number in the last 12 months", zero: true },
      ),
  },
  {
    id: "interbank",
    section: "credit",
    span: 6,
    title: "Payments between banks",
    draw: network,
    needs: ["/network/interbank"],
    definition:
      "What customers of each bank paid to customers of each other bank in the month, as far as the books name both: wages, and what firms buy from one another.",
    from: make.interbank,
  },
  {
    id: "sheet",
    section: "books",
    span: 7,
    title: "Who owns what, who owes it",
    draw: matrix,
    needs: ["state.balance_sheet"],
    flow: true,
    definition:
      "Assets less liabilities of each sector in each instrument at the end of the month. Claims sum to zero over the sectors; real assets are owed by nobody.",
    from: make.sheet,
  },
  {
    id: "flows",
    waits: (economy) => !economy.read("state.paid").entries.length,
    section: "books",
    span: 5,
    title: "Money flows this month",
    draw: sankey,
    needs: ["state.paid", "state.flows"],
    height: 384,
    definition: "Who paid whom in the month. Ribbons have the payer's color.",
    from: make.flows,
  },
];
