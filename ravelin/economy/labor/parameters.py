"""Parameters that several rules share."""

from ravelin.core.parameter import Parameters, parameter


class MinimumWage(Parameters):
    """What the law says on pay."""

    share = parameter(0.26, "1", "minimum wage of full-time work over the mean wage at the year's beginning", low=0,
                      high=2, source="FLSA: 7.25 dollars an hour; CES 2019: 28 dollars on average",
                      known_as=("Minimum wage", "wage floor", "living wage"), policy=True)  # fmt: skip
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

    post_slack = parameter(1.03, "1", "posts over the labor that planned output needs", low=1, high=1.5,
                           source="JOLTS openings rate .045: some posts are always vacant; MODEL vslack")  # fmt: skip
    hoarding = parameter(0.015, "fraction", "excess labor tolerated", low=0, high=1,
                         source="tuned with the band to layoffs (JOLTS) and unemployment over GDP (FRED)")  # fmt: skip
    band = parameter(0.1, "worker", "excess labor tolerated beside that", low=0, high=10, source="MODEL band, tuned")
    layoff_speed = parameter(0.45, "1/month", "share of the excess laid off", low=0, high=1,
                             source="tuned, see hoarding; MODEL fire .35")  # fmt: skip
    separation = parameter((0.0084, 0.0060, 0.0023), "1/month",
                           "chance by skill to leave a job for unemployment, not planned by the firm", low=0, high=1,
                           source="unemployment by skill in labor_by_age_skill.csv times a job-finding rate of .36 "
                                  "(Shimer 2012, spells within a month counted), less layoffs and less "
                                  "those who come to unemployment from outside the labor force",
                           known_as=("Separations", "job destruction", "turnover"))  # fmt: skip
    pay_protects = parameter(1.2, "1", "fall of that chance with efficiency, an elasticity", low=0, high=3,
                             source="the young and low paid of a skill lose jobs more often: CPS; the unemployed of "
                                    "the calibration have .85 of the mean wage")  # fmt: skip
    public_turnover = parameter(0.4, "1", "turnover of public over that of private employees", low=0, high=2,
                                source="JOLTS 2019: quits of government .8, private 2.6 %")  # fmt: skip
    quit_share = parameter(0.22, "fraction", "part of these separations that are quits", low=0, high=1,
                           source="CPS 2019: job leavers .8 m, losers 2.8 m (from memory)")  # fmt: skip
    job_search = parameter(0.16, "1/month", "chance that an employed worker looks for another post", low=0, high=1,
                           source="tuned to quits of 2.0 % (JOLTS 2013-19); Faberman et al. (2022): .22")  # fmt: skip
    posts_seen = parameter(2, "job", "posts that a searcher sees in a month", low=1, high=20,
                           source="assumption; Delli Gatti et al. (2011) let her send four applications")  # fmt: skip
    friends = parameter(1, "person", "friends who tell a searcher of a post where they work", low=0, high=20,
                        source="Topa (2011): about half of all jobs are found through people one knows")  # fmt: skip
    recruiting = parameter(0.7, "fraction", "part of open posts that the firm is set to fill in the month", low=0.01,
                           high=1, source="Davis, Faberman and Haltiwanger 2013: recruiting intensity; JOLTS hires "
                                          "over openings plus hires")  # fmt: skip
    suitability = parameter(0.62, "fraction", "chance that an applicant suits", low=0, high=1,
                            source="job-finding rate; tuned, MODEL q_suit .3-.6")  # fmt: skip
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
    search_response = parameter(1.0, "1", "elasticity of search to what a job is worth over a benefit still to come",
                                low=0, high=10, source="the cost of search is quadratic, as in Chetty (2008); "
                                "not tuned")  # fmt: skip
    asking_response = parameter(0.1, "1", "wage asked for per benefit still to come, both over the last wage", low=0,
                                high=2, source="Krueger and Mueller (2016), Le Barbanchon et al. (2019): reservation "
                                "wages hardly answer benefits; Feldstein and Poterba (1984): .13-.4")  # fmt: skip
    finding_expected = parameter(0.36, "1/month", "chance to find a job that the unemployed count on", low=0.01,
                                 high=1, source="Shimer (2012)")  # fmt: skip
    offer_response = parameter(0.06, "1/month", "response of offers to the share of posts unfilled", low=0, high=1,
                               source="MODEL eta_w: Phillips slope")  # fmt: skip
    unfilled_normal = parameter(0.63, "fraction", "share of posts unfilled at which real offers stay", low=0, high=1,
                                source="the natural rate of unemployment: in the mean of 50 years it is that of the "
                                       "opening, 3.7 %; MODEL vnorm .4-.5")  # fmt: skip
    offer_cut = parameter(0.25, "fraction", "part of a fall in the wage offered that is carried out", low=0, high=1,
                          source="Hazell and Taska (2020): posted wages rarely fall; assumption")  # fmt: skip
    pull = parameter(0.06, "1/month", "draw of offers to the market's mean", low=0, high=1, source="MODEL pull")
