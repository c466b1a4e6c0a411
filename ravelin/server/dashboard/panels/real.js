// Panels of output and prices.
import { bars } from "../draw/bars.js";
import { lines } from "../draw/lines.js";
import { multiples } from "../draw/multiples.js";
import * as make from "../made.js";

export const REAL = [
  {
    id: "contributions",
    section: "output",
    span: 7,
    title: "Contributions to growth of real GDP",
    draw: bars,
    height: 236,
    needs: ["gdp_real", "consumption_real", "investment_real", "government_real", "inventory_change_real"],
    definition:
      "What each use of output adds to the growth of real GDP: its change over twelve months over real GDP of twelve months ago.",
    from: make.contributions,
    firstRow: 12,
  },
  {
    id: "gdp",
    section: "output",
    span: 5,
    column: "gdp_real",
    draw: lines,
    height: 236,
    needs: ["gdp_real"],
    from: (economy) => make.series(economy, [{ column: "gdp_real", color: "c1", text: "t1" }]),
  },
  {
    id: "inflation",
    section: "prices",
    span: 5,
    column: "inflation",
    draw: lines,
    needs: ["inflation"],
    height: 236,
    from: (economy) =>
      make.series(
        economy,
        [
          { column: "inflation", name: "inflation", color: "c1", text: "t1" },
          {
            column: "expected_inflation",
            name: "expected",
            color: "c5",
            text: "t5",
            dash: [4, 3],
            width: 1.5,
            optional: true,
          },
        ],
        { references: [["Anchors.inflation_target", "target"]] },
      ),
  },
  {
    id: "prices-by-good",
    section: "prices",
    span: 7,
    title: "Prices by good",
    draw: multiples,
    needs: ["price_*"],
    flow: true,
    definition: "Change of each good's mean price, before tax, over twelve months.",
    from: make.pricesByGood,
    firstRow: 12,
  },
];
