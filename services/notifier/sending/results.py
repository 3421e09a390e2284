"""What a row becomes after a try."""

from services.notifier.rows import Result
from services.notifier.rules.retry import Done, GiveUp, LookFirst, Next, OtherChannel, Outcome, Retry, StopChannel, Suppress
from services.notifier.sending.letters import Letter, Row


def outcomes(letter: Letter, what: Next, outcome: Outcome) -> list[tuple[Row, Result]]:
    """Each row that changes with what it becomes."""
    pairs = ((row, _becomes(letter, row, what, outcome)) for row in letter.rows)
    return [(row, result) for row, result in pairs if result]


def _becomes(letter: Letter, row: Row, what: Next, outcome: Outcome) -> Result | None:
    """``row`` is the letter's head or carried by it: carried rows end with the head, and wait with it."""
    carried, code = row["id"] != letter.head["id"], outcome.code
    match what:
        case Done(provider_id):
            return letter.result(row, "sent", "sent", code=code, provider_id=None if carried else provider_id)
        case GiveUp(reason) | OtherChannel(reason):
            return letter.result(row, "given_up", "given_up", reason=reason, code=code)
        case Suppress(reason):
            return letter.result(row, "suppressed", "suppressed", reason=reason, code=code)
        case Retry() if carried:
            return letter.result(row, "carried")
        case _ if carried:
            return None
        case Retry(at, as_template):
            reason = outcome.reason or outcome.verdict.value
            return letter.result(row, "due", "failed", reason=reason, code=code, attempt_at=at, as_template=as_template)
        case LookFirst(until):
            return letter.result(row, "unsure", reason=outcome.reason, code=code, attempt_at=until)
        case StopChannel(reason):
            return letter.result(row, "due", reason=reason, code=code, stop_channel=True)
