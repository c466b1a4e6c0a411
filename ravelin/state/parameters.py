"""Parameters that systems of several domains share."""

from ravelin.core.parameter import Parameters, parameter


class Anchors(Parameters):
    """The growth path that the opening stands on."""

    inflation_target = parameter(0.02, "1/year", "inflation the central bank aims at", low=-0.02, high=0.2,
                                 source="FOMC longer-run goal")  # fmt: skip
    growth = parameter(0.015, "1/year", "growth of the productivity of new capital", low=-0.02, high=0.1,
                       source="US trend; calibration growth_real")  # fmt: skip


class Capital(Parameters):
    """What everybody knows of firms' capital: how it wears out, and how long it takes to build."""

    depreciation = parameter(0.089, "1/year", "depreciation of firms' capital", low=0, high=1,
                             source="BEA fixed assets; calibration depreciation_firm_capital")  # fmt: skip
    trend_memory = parameter(0.04, "1/month", "speed at which trend sales, which capital is built for, follow demand",
                             low=0.001, high=1, source="MODEL lam_slow")  # fmt: skip
    time_to_build = parameter(3.0, "month", "mean time from purchase of capital goods to their use", low=1, high=60,
                              source="MODEL tlag 2-6: equipment and structures together")  # fmt: skip


class Taxes(Parameters):
    """Rates of tax, as the calibration closes them."""

    payroll_employer = parameter(0.059994703, "fraction", "payroll tax of employers over wages", low=0, high=0.9,
                                 source="calibration payroll_tax_employer")  # fmt: skip
    payroll_employee = parameter(0.070886051, "fraction", "payroll tax of employees over wages", low=0, high=0.9,
                                 source="calibration payroll_tax_employee")  # fmt: skip
    corporate = parameter(0.066075016, "fraction", "corporate tax over profit", low=0, high=0.9,
                          source="calibration corporate_tax_effective")  # fmt: skip
    sales_tax_change = parameter(0.0, "fraction", "added to every good's sales tax", low=-0.1, high=0.5,
                                 source="policy switch")  # fmt: skip


class Lending(Parameters):
    """Interest rates that banks set over the policy rate, and the capital they must hold."""

    firm_spread = parameter(0.0234, "1/year", "loan rate of a firm of normal leverage over the policy rate",
                            low=0, high=0.5, source="calibration: 4.5 % at 2.16 %")  # fmt: skip
    leverage_spread = parameter(0.03, "1/year", "added per unit of leverage above normal", low=0, high=1,
                                source="MODEL spr1, assumption")  # fmt: skip
    deposit_spread = parameter(0.0086, "1/year", "deposit rate below the policy rate", low=0, high=0.2,
                               source="calibration: 1.3 % at 2.16 %")  # fmt: skip
    consumer_spread = parameter(0.0534, "1/year", "consumer loan rate over the policy rate", low=0, high=0.5,
                                source="calibration: 7.5 % at 2.16 %")  # fmt: skip
    mortgage_spread = parameter(0.0174, "1/year", "rate of new mortgages over the policy rate", low=0, high=0.5,
                                source="calibration: 3.9 % at 2.16 %")  # fmt: skip
    advance_spread = parameter(0.005, "1/year", "rate of central-bank advances over the policy rate", low=0, high=0.5,
                               source="calibration lending_facility_spread")  # fmt: skip
    leverage_max = parameter(0.75, "fraction", "credit line over a firm's assets", low=0, high=1,
                             source="MODEL lev_max, assumption")  # fmt: skip
    capital_requirement = parameter(0.08, "fraction", "bank equity over loans below which no new investment is lent",
                                    low=0, high=1, source="Basel III total capital")  # fmt: skip
    residential_share = parameter(0.0374668, "fraction", "residential investment over trend GDP", low=0, high=1,
                                  source="calibration: account matrix")  # fmt: skip
    capital_target = parameter(0.113, "fraction", "bank equity over assets that banks aim at", low=0, high=1,
                               source="FDIC QBP 2019Q4")  # fmt: skip


class Shopping(Parameters):
    """How consumers choose where to buy."""

    switching = parameter(0.08, "1/month", "chance to try another seller in an aisle", low=0, high=1,
                          source="Lengnick 2013; MODEL sw")  # fmt: skip
    elasticity = parameter(12.0, "1", "price elasticity of changing seller", low=0, high=100, source="MODEL beta")
    leaving = parameter(1.0, "fraction", "chance to stay with the second seller, per part of a purchase that the own "
                        "seller could not serve", low=0, high=1, source="assumption: customers leave who are "
                        "turned away")  # fmt: skip
    small_firm_weight = parameter(0.4, "fraction", "pull of any firm, over the mean size in its market", low=0, high=10,
                                  source="MODEL 3.6; Zipf's law over sixty years and a level first year")  # fmt: skip


class MinimumWage(Parameters):
    """What the law says on pay."""

    share = parameter(0.26, "1", "minimum wage of full-time work over the mean wage at the year's beginning", low=0,
                      high=2, source="FLSA: 7.25 dollars an hour; CES 2019: 28 dollars on average")  # fmt: skip
    hours = parameter(0.3, "1", "elasticity of hours to efficiency below one: the rest is pay by the hour", low=0,
                      high=1, source="tuned to 1.4 % at or below it; BLS 2019: 1.9 % of hourly workers")  # fmt: skip


class Skills(Parameters):
    """How skills work together."""

    substitution = parameter(3.0, "1", "elasticity of substitution between skills within a firm", low=1.05, high=20,
                             source="MODEL sig 3, assumption; Katz and Murphy 1992 have 1.4 for all")  # fmt: skip


class WorkingTime(Parameters):
    """How long staff works when a firm has less of it, or more, than it needs, and what it is paid for that."""

    overtime = parameter(0.1, "fraction", "most work beyond normal hours", low=0, high=1,
                         source="BLS: overtime in manufacturing, about 3 of 41 hours; assumption")  # fmt: skip
    short_time = parameter(0.15, "fraction", "most work that normal hours are cut by", low=0, high=1,
                           source="BLS: hours of production workers fell by 3 of 41 in manufacturing in 2008-09 "
                           "on average; twice that at most, assumption")  # fmt: skip
    hourly = parameter(0.5, "fraction", "part of pay that follows hours", low=0, high=1,
                       source="BLS 2019: 82.3 m of 141.7 m employees are paid by the hour (from memory), and earn "
                       "less than others; assumption")  # fmt: skip
    premium = parameter(0.1, "fraction", "paid on top for an hour beyond normal", low=0, high=3,
                        source="Fair Labor Standards Act: .5 beyond 40 hours a week; that a fifth of the hours "
                        "added are is an assumption, with which the opening pays the calibration's wages")  # fmt: skip
    owner_labor = parameter(0.5, "worker", "work that owners do themselves when staff is short", low=0, high=5,
                            source="calibration: labor of the self-employed is in profits; assumption")  # fmt: skip


class LaborMarket(Parameters):
    """How workers and posts come together and part."""

    post_slack = parameter(1.02, "1", "posts over the labor that planned output needs", low=1, high=1.5,
                           source="JOLTS openings rate .045: some posts are always vacant; MODEL vslack")  # fmt: skip
    hoarding = parameter(0.04, "fraction", "excess labor tolerated", low=0, high=1, source="MODEL hoard, tuned")
    band = parameter(0.4, "worker", "excess labor tolerated beside that", low=0, high=10, source="MODEL band, tuned")
    layoff_speed = parameter(0.35, "1/month", "share of the excess laid off", low=0, high=1, source="MODEL fire")
    separation = parameter((0.0120, 0.0093, 0.0047), "1/month",
                           "chance by skill to leave a job for unemployment, not planned by the firm", low=0, high=1,
                           source="unemployment by skill in labor_by_age_skill.csv times a job-finding rate of .36 "
                                  "(Shimer 2012, spells within a month counted), less layoffs and less "
                                  "those who come to unemployment from outside the labor force")  # fmt: skip
    pay_protects = parameter(0.5, "1", "fall of that chance with efficiency, an elasticity", low=0, high=3,
                             source="the young and low paid of a skill lose jobs more often: CPS; the unemployed of "
                                    "the calibration have .85 of the mean wage")  # fmt: skip
    public_turnover = parameter(0.4, "1", "turnover of public over that of private employees", low=0, high=2,
                                source="JOLTS 2019: quits of government .8, private 2.6 %")  # fmt: skip
    quit_share = parameter(0.22, "fraction", "part of these separations that are quits", low=0, high=1,
                           source="CPS 2019: job leavers .8 m, losers 2.8 m (from memory)")  # fmt: skip
    job_search = parameter(0.22, "1/month", "chance that an employed worker looks for another post", low=0, high=1,
                           source="Faberman et al. (2022): .22; quits in JOLTS")  # fmt: skip
    posts_seen = parameter(2, "job", "posts that a searcher sees in a month", low=1, high=20,
                           source="assumption; Delli Gatti et al. (2011) let her send four applications")  # fmt: skip
    friends = parameter(1, "person", "friends who tell a searcher of a post where they work", low=0, high=20,
                        source="Topa (2011): about half of all jobs are found through people one knows")  # fmt: skip
    recruiting = parameter(0.6, "fraction", "part of open posts that the firm is set to fill in the month", low=0.01,
                           high=1, source="Davis, Faberman and Haltiwanger 2013: recruiting intensity; JOLTS hires "
                                          "over openings plus hires")  # fmt: skip
    suitability = parameter(0.58, "fraction", "chance that an applicant suits", low=0, high=1,
                            source="job-finding rate; MODEL q_suit .3-.6")  # fmt: skip
    far_search = parameter(0.25, "fraction", "chance that somebody unemployed for a month tries a post elsewhere",
                           low=0, high=1, source="assumption: migration and commuting")  # fmt: skip
    raise_wanted = parameter(1.05, "1", "offer over own wage at which half of the workers would move", low=0.5, high=2,
                             source="MODEL gap_otj 1.02-1.05")  # fmt: skip
    taste = parameter(0.25, "1", "half the range of what the other sides of a job are worth, over the wage", low=0,
                      high=1, source="Sorkin (2018): a third of movers take a cut; tuned")  # fmt: skip
    catch_up = parameter(1.0, "fraction", "part of the gap to the outside option closed by a yearly raise", low=0,
                         high=1, source="internal equity, Bewley (1999); MODEL 3.4 takes half")  # fmt: skip
    reservation = parameter(0.97, "1", "reservation wage over the last wage when a job is lost", low=0, high=2,
                            source="MODEL 3.4")  # fmt: skip
    reservation_decline = parameter(0.03, "1/month", "fall of the reservation wage", low=0, high=1,
                                    source="Delli Gatti et al. 2011; MODEL res_dec")  # fmt: skip
    offer_response = parameter(0.06, "1/month", "response of offers to the share of posts unfilled", low=0, high=1,
                               source="MODEL eta_w: Phillips slope")  # fmt: skip
    unfilled_normal = parameter(0.68, "fraction", "share of posts unfilled at which real offers stay", low=0, high=1,
                                source="MODEL vnorm .4-.5: the natural rate of unemployment")  # fmt: skip
    offer_cut = parameter(0.25, "fraction", "part of a fall in the wage offered that is carried out", low=0, high=1,
                          source="Hazell and Taska (2020): posted wages rarely fall; assumption")  # fmt: skip
    pull = parameter(0.06, "1/month", "draw of offers to the market's mean", low=0, high=1, source="MODEL pull")


class Need(Parameters):
    """What other transfers answer."""

    spread = parameter(0.85, "1", "spread of the log of other transfers among people alike in status and family", low=0,
                       high=2, source="assumption")  # fmt: skip
