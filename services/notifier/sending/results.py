"""Results of a letter's rows that follow from the decision on a try."""

from services.notifier.rows import Halt, Result
from services.notifier.rules.retry import Done, GiveUp, LookFirst, Next, OtherChannel, Retry, Stop, Suppress
from services.notifier.rules.verdicts import Outcome
from services.notifier.sending.letters import Letter, Row


def outcomes(letter: Letter, what: Next, outcome: Outcome, template: str | None = None) -> list[tuple[Row, Result]]:
    """Return each row that changes, with its result. ``template`` is the approved template of the try, if any."""
    pairs = ((row, _becomes(letter, row, what, outcome, template)) for row in letter.rows)
    return [(row, result) for row, result in pairs if result]


def halt_of(what: Next, letter: Letter, template: str | None) -> Halt | None:
    """Return the halt of the channel, template or address that the decision stops, or None."""
    if not isinstance(what, Stop):
        return None
    channel = str(letter.head["channel"])
    names = {"channel": channel, "template": template or "", "address": letter.head.get("address") or ""}
    return Halt(what.scope, names[what.scope], what.reason, what.until, channel)


def _becomes(letter: Letter, row: Row, what: Next, outcome: Outcome, template: str | None) -> Result | None:
    """Return the result of ``row``, or None when the row does not change.

    ``row`` is the letter's head or is carried by it. A carried row ends with the head and waits with it.
    """
    carried, code = row["id"] != letter.head["id"], outcome.code
    halt = None if carried else halt_of(what, letter, template)
    match what.then if isinstance(what, Stop) else what:
        case Done(provider_id):
            return letter.result(
                row, "sent", "sent", code=code, provider_id=None if carried else provider_id, approved=template
            )
        case GiveUp(reason):
            return letter.result(row, "given_up", "given_up", reason=reason, code=code, approved=template, halt=halt)
        case OtherChannel(reason):
            return letter.result(row, "given_up", "given_up", reason=reason, code=code, halt=halt, elsewhere=True)
        case Suppress(reason):
            return letter.result(row, "suppressed", "suppressed", reason=reason, code=code)
        case Retry() if carried:
            return letter.result(row, "carried")
        case _ if carried:
            return None
        case Retry(at, as_template):
            reason = outcome.reason or outcome.verdict.value
            status = None if isinstance(what, Stop) and what.scope == "channel" else "failed"
            more = {"attempt_at": at, "as_template": as_template, "approved": template}
            return letter.result(row, "due", status, reason=reason, code=code, halt=halt, **more)
        case LookFirst(until):
            return letter.result(row, "unsure", reason=outcome.reason, code=code, attempt_at=until, approved=template)
