"""People grow older and study; workers and posts part and meet."""

from ravelin.core.schedule import phase
from ravelin.economy.labor import hours, participation, pay, search, staffing
from ravelin.economy.people import education, lives

PHASES = (
    phase("People learn, age, retire and come of age",
          lives.turn_a_year_older,
          lives.join_or_leave_the_labor_force,
          education.study,
          education.enroll),
    phase("Workers and posts part and meet",
          pay.enforce_minimum_wage,
          staffing.part,
          pay.raise_pay,
          participation.give_up_and_return,
          search.match,
          search.match_far,
          hours.set_hours,
          pay.revise_offers,
          pay.count_posts,
          pay.compare_offers),
)  # fmt: skip
