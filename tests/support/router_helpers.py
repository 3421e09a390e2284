"""Cases with helpers, and what their OPDs were shown."""

from services.router.rules import commands_help
from services.router.state_parts import Helper
from shared.events.cases_helpers import HelperEnded
from shared.events.opd import Assignment
from tests.support.router_cases import assigned
from tests.support.router_facts import Story

DISHUB = "dishub"
TASK = "Periksa apakah halte di depan sekolah itu milik provinsi."
PART = "Halte itu milik provinsi dan dipindahkan bulan depan."
ANSWER = "Guru pengganti sudah mengajar mulai hari ini."


def helped(*codes: str) -> Story:
    story = assigned()
    for code in codes or (DISHUB,):
        story.fold(commands_help.AddHelper(helper=code, task=TASK))
    return story


def helper_of(story: Story, code: str = DISHUB) -> Helper:
    found = story.case.helper(code)
    assert found is not None
    return found


def snapshots(story: Story, code: str) -> list[Assignment]:
    """Return the snapshots of the last step on an OPD's topic."""
    return [
        out.data
        for out in story.last.events
        if out.topic == f"opd.{code}.assignments.v1" and isinstance(out.data, Assignment)
    ]


def ended(story: Story) -> list[tuple[str, str]]:
    return [(fact.opd, fact.why) for _, fact in story.said if isinstance(fact, HelperEnded)]
