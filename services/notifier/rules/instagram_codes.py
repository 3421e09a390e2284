"""The documented error codes of the Send API (Messenger Platform, "Common Error Codes"), with the verdict on each.

A code alone is coarse: 10 is a missing permission as well as a closed window. The subcode decides where it says more. A
code that is not listed is retried like a passing fault, within the limits, unless its HTTP status refuses the token.
"""

from services.notifier.codes import Verdict
from services.notifier.rules.verdicts import account_http_verdict

# Codes with a subcode that says more than the code.
INSTAGRAM_SUBCODES: dict[tuple[int, int], Verdict] = {
    (10, 2534022): Verdict.OTHER_CHANNEL,  # sent outside of the allowed window
    (10, 2018278): Verdict.OTHER_CHANNEL,  # the same, of the Messenger Platform
    (10, 2018065): Verdict.OTHER_CHANNEL,  # the same, without permission for news
    (10, 2018108): Verdict.OTHER_CHANNEL,  # this person receives no messages from us right now
    (100, 2018001): Verdict.OTHER_CHANNEL,  # no matching user
    (100, 2534014): Verdict.OTHER_CHANNEL,  # the requested user cannot be found
    (200, 1545041): Verdict.OTHER_CHANNEL,  # this person is not available right now
    (551, 1545041): Verdict.OTHER_CHANNEL,  # the same
}
INSTAGRAM_CODES: dict[int, Verdict] = {
    # Token and permission: nothing can be sent until a person has acted.
    3: Verdict.STOP_CHANNEL,  # capability or permission missing
    10: Verdict.STOP_CHANNEL,  # permission not granted
    102: Verdict.STOP_CHANNEL,  # session ended
    190: Verdict.STOP_CHANNEL,  # token expired
    **dict.fromkeys(range(200, 300), Verdict.STOP_CHANNEL),  # permission
    368: Verdict.STOP_CHANNEL,  # blocked for a violation of policy
    803: Verdict.STOP_CHANNEL,  # no such object: the account's id is wrong
    # Passing faults and rates.
    1: Verdict.AGAIN,  # unknown error of the API
    2: Verdict.AGAIN,  # service away
    4: Verdict.AGAIN,  # too many calls
    9: Verdict.AGAIN,  # too many actions
    17: Verdict.AGAIN,  # user's rate
    32: Verdict.AGAIN,  # page's rate
    341: Verdict.AGAIN,  # application limit
    613: Verdict.AGAIN,  # calls beyond the rate
    1200: Verdict.AGAIN,  # temporary failure
    80002: Verdict.AGAIN,  # rate of the Instagram account
    80006: Verdict.AGAIN,  # rate of the messaging account
    # This person cannot be reached here.
    551: Verdict.OTHER_CHANNEL,  # not available: blocked us, or left
    # This message is wrong: a person must look at it.
    100: Verdict.BROKEN,  # invalid parameter
    506: Verdict.BROKEN,  # duplicate post
}


def instagram_verdict(code: int, subcode: int | None, http_status: int) -> Verdict:
    """Return the verdict of the tables for a code. The subcode counts first.

    A code that is not listed stops the channel with HTTP 401 or 403; otherwise the message is retried within the limits.
    """
    if subcode is not None and (code, subcode) in INSTAGRAM_SUBCODES:
        return INSTAGRAM_SUBCODES[code, subcode]
    if code in INSTAGRAM_CODES:
        return INSTAGRAM_CODES[code]
    return account_http_verdict(http_status) if http_status in (401, 403) else Verdict.AGAIN
