"""What is shown of people's lives."""

from ravelin.core.panels import Line, Panel

PANELS = (
    Panel(
        id="participation", section="labor", title="Participation", question="How many want to work?",
        unit="% of heads of consumer units", measure="fraction",
        definition="The labor force, employed and unemployed, over all heads of consumer units.",
        lines=(Line("", "participation_rate"),), span=6,
    ),
    Panel(
        id="students", section="labor", title="Students", question="How many learn a skill?",
        unit="persons", measure="person", definition="Consumers who study, by the skill that they study for.",
        lines=(
            Line("to be skilled", "enrolment_skilled", "c1"),
            Line("to be highly skilled", "enrolment_highly_skilled", "c3"),
        ),
        none="Nobody studies in this run", span=6,
    ),
)  # fmt: skip
