"""What is shown of work and pay."""

from ravelin.core.panels import Line, Named, Panel, counted, indexed, mean, read, year
from ravelin.economy.goods.tables import SKILLS

_SKILL_COLORS = ("c2", "c1", "c3")


def _by_skill(formulas: tuple[Named, ...]) -> tuple[Line, ...]:
    return tuple(
        Line(skill.replace("_", " "), formula, color)
        for skill, formula, color in zip(SKILLS, formulas, _SKILL_COLORS, strict=True)
    )


PANELS = (
    Panel(
        id="slack", section="labor", title="Unemployment and vacancies", question="Is work hard to find, or workers?",
        unit="% of labor force; % of posts", measure="fraction",
        definition="The unemployed over the labor force, and open posts over all posts, at the month's end.",
        lines=(Line("unemployment", "unemployment_rate", "c2"), Line("vacancies", "vacancy_rate", "c1")), height=236,
    ),
    Panel(
        id="beveridge", section="labor", title="Beveridge curve", drawn="trace",
        question="Does the labor market match workers with posts better or worse than before?",
        unit="means of 12 months", measure="fraction",
        definition="Vacancies against unemployment, means of the last twelve months. Outward is worse matching; "
        "along it are booms and slumps.",
        lines=(Line("unemployment rate", mean("unemployment_rate")), Line("vacancy rate", mean("vacancy_rate"))),
        height=236,
    ),
    Panel(
        id="unemployment", section="labor", title="Unemployment by skill", question="Whose work is scarce?",
        unit="% of labor force", measure="fraction",
        definition="Unemployed over the labor force, in all and by skill.",
        lines=(
            *_by_skill(tuple(f"unemployment_rate_{skill}" for skill in SKILLS)),
            Line("everyone", "unemployment_rate", "ink", "whole"),
        ),
        height=236,
    ),
    Panel(
        id="worker-flows", section="labor", title="Flows of workers", question="How many find, leave and lose a job?",
        unit="% of employment a month", measure="fraction",
        definition="Hires, quits and layoffs of the month over the employed.",
        lines=(
            Line("hires", read("hires") / read("employed"), "c1"),
            Line("quits", read("quits") / read("employed"), "c3"),
            Line("layoffs", read("layoffs") / read("employed"), "c2"),
        ),
    ),
    Panel(
        id="tightness", section="labor", title="Tightness", question="How many posts are there for who looks for one?",
        unit="open posts per unemployed", digits=2,
        definition="Posts open at the month's end over the unemployed. High, it is hard to find workers; low, to "
        "find work.",
        lines=(Line("", "tightness"),),
    ),
    Panel(
        id="employed", section="labor", title="Employment and hours", question="How many work, and how much?",
        unit="persons; hours in employees at normal hours", measure="person",
        definition="The employed, and the hours they work as employees at normal hours: fewer than the employed on "
        "short time, more on overtime.",
        lines=(Line("employed", "employed", "c1"), Line("hours", "hours", "c5")),
    ),
    Panel(
        id="time-without-a-job", section="labor", title="Time without a job",
        question="How long have the unemployed been without a job?",
        unit="% of the unemployed", measure="fraction",
        definition="The unemployed by the month without a job that they are in, over all unemployed.",
        lines=(
            Line("first month", "unemployed_month_1", "c1"),
            Line("second or third", "unemployed_months_2_to_3", "c2"),
            Line("fourth to sixth", "unemployed_months_4_to_6", "c3"),
            Line("seventh or later", "unemployed_months_7_on", "c4"),
        ),
        none="Nobody has been unemployed in this run",
    ),
    Panel(
        id="job-flows", section="labor", title="Jobs created and destroyed",
        question="How many jobs do growing firms add, and shrinking firms lose?",
        unit="% of employment a quarter", measure="fraction",
        definition="Jobs added by firms that grew in the quarter, and lost by those that shrank, over mean "
        "employment.",
        lines=(
            Line("created", counted("job_creation"), "c1"),
            Line("destroyed", counted("job_destruction"), "c2"),
        ),
    ),
    Panel(
        id="real-wages", section="labor", title="Real wages by skill", question="Whose pay gains on prices?",
        unit="index, first month = 100", measure="index",
        definition="Mean wage offers over the consumer price index, first month = 100.",
        lines=_by_skill(tuple(indexed(read(f"wage_{skill}") / read("price_index")) for skill in SKILLS)),
    ),
    Panel(
        id="minimum-wage", section="labor", title="Minimum wage", question="How near is the minimum wage to the mean?",
        unit="% of the mean wage", measure="fraction",
        definition="The minimum wage of full-time work over the mean wage of the employed of each skill.",
        lines=_by_skill(tuple(read("minimum_wage") / read(f"mean_wage_{skill}") for skill in SKILLS)),
        none="There is no minimum wage in this run", span=6,
    ),
    Panel(
        id="duration", section="labor", title="Duration of unemployment", question="Is unemployment brief or long?",
        unit="months", digits=1,
        definition="Mean of the months since the last job, over the unemployed.",
        lines=(Line("", "unemployment_duration"),), none="Nobody has been unemployed in this run", span=6,
    ),
    Panel(
        id="labor-share", section="output", title="Labor share", question="How much of output goes to labor?",
        unit="% of GDP, last 12 months", measure="fraction",
        definition="Compensation of employees, which adds employers' social contributions to wages, and wages alone, "
        "over GDP; sums of the last twelve months.",
        lines=(
            Line("compensation", year(read("labor_share") * read("gdp")) / year("gdp"), "c1"),
            Line("wages", year("wages") / year("gdp"), "c5"),
        ),
    ),
)  # fmt: skip
