"""Results of a letter's rows that follow from the decision on a try."""

from services.notifier.rules.retry import Finished, GiveUp, LookFirst, NextStep, OtherChannel, Retry, Stop, Suppress
from services.notifier.rules.rows import Result, StopSending
from services.notifier.rules.verdicts import Outcome
from services.notifier.sending.letters import Letter
from services.notifier.store import MessageRow


def results_of(
    letter: Letter, step: NextStep, outcome: Outcome, template: str | None = None
) -> list[tuple[MessageRow, Result]]:
    """Return each row that changes, with its result. ``template`` is the approved template of the try, if any."""
    pairs = ((row, _result_of(letter, row, step, outcome, template)) for row in letter.rows)
    return [(row, result) for row, result in pairs if result]


def stop_of(step: NextStep, letter: Letter, template: str | None) -> StopSending | None:
    """Return the stop of the channel, template or address that the decision stops, or None."""
    if not isinstance(step, Stop):
        return None
    channel = str(letter.head["channel"])
    names = {"channel": channel, "template": template or "", "address": letter.head.get("address") or ""}
    return StopSending(step.scope, names[step.scope], step.reason, step.until, channel)


def _result_of(
    letter: Letter, row: MessageRow, step: NextStep, outcome: Outcome, template: str | None
) -> Result | None:
    """Return the result of ``row``, or None when the row does not change.

    ``row`` is the letter's head or is carried by it. A carried row ends with the head and waits with it.
    """
    carried, code = row["id"] != letter.head["id"], outcome.code
    stop = None if carried else stop_of(step, letter, template)
    match step.then if isinstance(step, Stop) else step:
        case Finished(provider_id):
            return letter.result(
                row, "sent", "sent", code=code, provider_id=None if carried else provider_id, approved=template
            )
        case GiveUp(reason):
            return letter.result(row, "given_up", "given_up", reason=reason, code=code, approved=template, stop=stop)
        case OtherChannel(reason):
            return letter.result(row, "given_up", "given_up", reason=reason, code=code, stop=stop, elsewhere=True)
        case Suppress(reason):
            return letter.result(row, "suppressed", "suppressed", reason=reason, code=code)
        case Retry() if carried:
            return letter.result(row, "carried")
        case _ if carried:
            return None
        case Retry(at, as_template):
            reason = outcome.reason or outcome.verdict.value
            status = None if isinstance(step, Stop) and step.scope == "channel" else "failed"
            more = {"attempt_at": at, "as_template": as_template, "approved": template}
            return letter.result(row, "due", status, reason=reason, code=code, stop=stop, **more)
        case LookFirst(until):
            return letter.result(row, "unsure", reason=outcome.reason, code=code, attempt_at=until, approved=template)
