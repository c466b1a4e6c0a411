// Panels of output, prices and labor.
import { bars } from "../draw/bars.js";
import { lines } from "../draw/lines.js";
import { multiples } from "../draw/multiples.js";
import { trace } from "../draw/trace.js";
import { indexed, ratio, smooth } from "../derive.js";
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
  {
    id: "beveridge",
    section: "labor",
    span: 4,
    title: "Beveridge curve",
    draw: trace,
    needs: ["unemployment_rate", "vacancy_rate"],
    height: 236,
    definition:
      "Vacancies against unemployment, means of the last twelve months. Outward is worse matching; along it are booms and slumps.",
    firstRow: 12,
    from: (economy) =>
      make.series(
        economy,
        ["unemployment_rate", "vacancy_rate"].map((column) => ({
          name: column.replace("_", " "),
          values: economy.derived(`${column} smooth`, (store) => smooth(store.get(column))),
        })),
        { unit: "fraction", words: "means of 12 months; last 82 months, oldest palest" },
      ),
  },
  {
    id: "unemployment",
    section: "labor",
    span: 4,
    title: "Unemployment by skill",
    draw: lines,
    needs: ["unemployment_rate"],
    height: 236,
    definition: "Unemployed over the labor force, in all and by skill.",
    from: (economy) =>
      make.series(
        economy,
        [
          ...make.bySkill(economy, "unemployment_rate_"),
          { column: "unemployment_rate", name: "everyone", color: "ink", text: "ink", width: 2.6 },
        ],
        { words: "% of labor force" },
      ),
  },
  {
    id: "worker-flows",
    section: "labor",
    span: 4,
    title: "Flows of workers",
    draw: lines,
    needs: ["hires", "quits", "layoffs", "employed"],
    height: 236,
    definition: "Hires, quits and layoffs of the month over the employed.",
    from: (economy) =>
      make.series(
        economy,
        [
          ["hires", "c1"],
          ["quits", "c3"],
          ["layoffs", "c2"],
        ].map(([name, color]) => ({
          name,
          color,
          text: color.replace("c", "t"),
          width: 1.6,
          values: economy.derived(`${name} rate`, (store) => ratio(store.get(name), store.get("employed"))),
        })),
        { unit: "fraction", words: "% of employment a month" },
      ),
  },
  {
    id: "real-wages",
    section: "labor",
    span: 4,
    title: "Real wages by skill",
    draw: lines,
    needs: ["price_index", "wage_*"],
    definition: "Mean wage offers over the consumer price index, first month = 100.",
    from: (economy) =>
      make.series(
        economy,
        make.bySkill(economy, "wage_", (store, name) => indexed(ratio(store.get(name), store.get("price_index")))),
        { unit: "index" },
      ),
  },
  {
    id: "wage-share",
    section: "labor",
    span: 4,
    title: "Wage share",
    draw: lines,
    needs: ["wages", "gdp"],
    firstRow: 11,
    definition: "Wages of the last twelve months over GDP of the last twelve months.",
    from: (economy) =>
      make.series(economy, [{ name: "wages", color: "c1", text: "t1", values: make.overGdp(economy, "wages") }], {
        unit: "fraction",
        words: "% of GDP, last 12 months",
      }),
  },
  {
    id: "employed",
    section: "labor",
    span: 4,
    column: "employed",
    draw: lines,
    needs: ["employed"],
    from: (economy) => make.series(economy, [{ column: "employed", color: "c1", text: "t1" }]),
  },
  {
    id: "time-without-a-job",
    section: "labor",
    span: 4,
    title: "Time without a job",
    draw: lines,
    needs: ["unemployed_*"],
    definition: "The unemployed by the month without a job that they are in, over all unemployed.",
    from: (economy) =>
      make.series(
        economy,
        [
          ["month_1", "first month", "c1"],
          ["months_2_to_3", "second or third", "c2"],
          ["months_4_to_6", "fourth to sixth", "c3"],
          ["months_7_on", "seventh or later", "c4"],
        ].map(([column, name, color]) => ({
          column: `unemployed_${column}`,
          name,
          color,
          text: color.replace("c", "t"),
        })),
        { words: "% of the unemployed" },
      ),
  },
  {
    id: "job-flows",
    section: "labor",
    span: 4,
    title: "Jobs created and destroyed",
    draw: lines,
    needs: ["job_creation", "job_destruction"],
    definition: "Jobs added by firms that grew in the quarter, and lost by those that shrank, over mean employment.",
    from: (economy) =>
      make.series(
        economy,
        [
          { column: "job_creation", name: "created", color: "c1", text: "t1" },
          { column: "job_destruction", name: "destroyed", color: "c2", text: "t2" },
        ],
        { words: "% of employment a quarter" },
      ),
  },
  {
    id: "participation",
    section: "labor",
    span: 4,
    column: "participation_rate",
    draw: lines,
    needs: ["participation_rate"],
    from: (economy) => make.series(economy, [{ column: "participation_rate", color: "c1", text: "t1" }]),
  },
];
