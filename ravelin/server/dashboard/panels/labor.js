// Panels of labor.
import { lines } from "../draw/lines.js";
import { trace, tracedFrom } from "../draw/trace.js";
import { indexed, onceCounted, product, ratio, smooth, yearly } from "../derive.js";
import * as make from "../made.js";

export const LABOR = [
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
    from: (economy) => {
      const series = ["unemployment_rate", "vacancy_rate"].map((column) => ({
        name: column.replace("_", " "),
        values: economy.derived(`${column} smooth`, (store) => smooth(store.get(column))),
      }));
      const months = series[0].values.length - tracedFrom(series);
      return make.series(economy, series, {
        unit: "fraction",
        words: `means of 12 months; last ${months === 1 ? "month" : `${months} months`}, oldest palest`,
      });
    },
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
    id: "tightness",
    section: "labor",
    span: 4,
    title: "Tightness",
    draw: lines,
    needs: ["tightness"],
    definition: "Posts open at the month's end over the unemployed. High, it is hard to find workers; low, to find work.",
    from: (economy) =>
      make.series(economy, [{ column: "tightness", color: "c1", text: "t1" }], {
        words: "open posts per unemployed",
        digits: 2,
      }),
  },
  {
    id: "employed",
    section: "labor",
    span: 4,
    title: "Employment and hours",
    draw: lines,
    needs: ["employed", "hours"],
    definition:
      "The employed, and the hours they work as employees at normal hours: fewer than the employed on short time, more on overtime.",
    from: (economy) =>
      make.series(
        economy,
        [
          { column: "employed", name: "employed", color: "c1", text: "t1" },
          { column: "hours", name: "hours", color: "c5", text: "t5", width: 1.6 },
        ],
        { words: "persons; hours in employees at normal hours" },
      ),
  },
  {
    id: "participation",
    section: "labor",
    span: 4,
    title: "Participation",
    draw: lines,
    needs: ["participation_rate"],
    definition: "The labor force, employed and unemployed, over all heads of consumer units.",
    from: (economy) =>
      make.series(economy, [{ column: "participation_rate", color: "c1", text: "t1" }], {
        words: "% of heads of consumer units",
      }),
  },
  {
    id: "time-without-a-job",
    section: "labor",
    span: 4,
    title: "Time without a job",
    draw: lines,
    needs: ["unemployed_*", "unemployment_duration"],
    definition:
      "The unemployed by the month without a job that they are in, over all unemployed; and the mean of months since the last job.",
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
        { words: `% of the unemployed; mean ${make.latest(economy, "unemployment_duration", 1)} months` },
      ),
  },
  {
    id: "job-flows",
    section: "labor",
    span: 4,
    title: "Jobs created and destroyed",
    draw: lines,
    needs: ["job_creation", "job_destruction"],
    firstRow: 2,
    definition: "Jobs added by firms that grew in the quarter, and lost by those that shrank, over mean employment.",
    from: (economy) =>
      make.series(
        economy,
        [
          ["job_creation", "created", "c1"],
          ["job_destruction", "destroyed", "c2"],
        ].map(([column, name, color]) => ({
          column,
          name,
          color,
          text: color.replace("c", "t"),
          values: economy.derived(`${column} once counted`, (store) => onceCounted(store.get(column))),
        })),
        { words: "% of employment a quarter" },
      ),
  },
  {
    id: "students",
    section: "labor",
    span: 4,
    title: "Students",
    draw: lines,
    needs: ["enrolment_skilled", "enrolment_highly_skilled"],
    definition: "Consumers who study, by the skill that they study for.",
    from: (economy) =>
      make.series(
        economy,
        [
          { column: "enrolment_skilled", name: "to be skilled", color: "c1", text: "t1" },
          { column: "enrolment_highly_skilled", name: "to be highly skilled", color: "c3", text: "t3" },
        ],
        { words: "persons" },
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
    id: "minimum-wage",
    section: "labor",
    span: 4,
    title: "Minimum wage",
    draw: lines,
    needs: ["minimum_wage", "mean_wage_*"],
    definition: "The minimum wage of full-time work over the mean wage of the employed of each skill.",
    from: (economy) =>
      make.series(
        economy,
        make.bySkill(economy, "mean_wage_", (store, name) => ratio(store.get("minimum_wage"), store.get(name))),
        { unit: "fraction", words: "% of the mean wage" },
      ),
  },
  {
    id: "labor-share",
    section: "labor",
    span: 4,
    title: "Labor share",
    draw: lines,
    needs: ["labor_share", "wages", "gdp"],
    firstRow: 11,
    definition:
      "Compensation of employees, which adds employers' social contributions to wages, and wages alone, over GDP; sums of the last twelve months.",
    from: (economy) =>
      make.series(
        economy,
        [
          {
            name: "compensation",
            color: "c1",
            text: "t1",
            values: economy.derived("compensation over gdp", (store) =>
              ratio(yearly(product(store.get("labor_share"), store.get("gdp"))), yearly(store.get("gdp"))),
            ),
          },
          { name: "wages", color: "c5", text: "t5", values: make.overGdp(economy, "wages") },
        ],
        { unit: "fraction", words: "% of GDP, last 12 months" },
      ),
  },
];
