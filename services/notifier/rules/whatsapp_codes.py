"""Every documented error code of the WhatsApp Cloud API, with the verdict on the message that met it.

The list follows the platform's page "Error codes" of May 2026. Decide on the code, never on its title. A code that is
not listed is retried like a passing fault, within the limits, unless its HTTP status says that the token was refused.
"""

from services.notifier.codes import Verdict
from services.notifier.rules.verdicts import account_http_verdict

COUNTRY_REFUSED = 130497
# Indonesia's country code.
HOME = "62"
WHATSAPP_CODES: dict[int, Verdict] = {
    # Token and permission: nothing can be sent until a person has acted.
    0: Verdict.STOP_CHANNEL,  # the app's user could not be authenticated
    3: Verdict.STOP_CHANNEL,  # capability or permission missing
    10: Verdict.STOP_CHANNEL,  # permission not granted
    102: Verdict.STOP_CHANNEL,  # session ended
    190: Verdict.STOP_CHANNEL,  # token expired
    **dict.fromkeys(range(200, 300), Verdict.STOP_CHANNEL),  # permission
    803: Verdict.STOP_CHANNEL,  # no such object: the phone number id is wrong
    131005: Verdict.STOP_CHANNEL,  # access denied
    # Account, payment and number.
    33: Verdict.STOP_CHANNEL,  # the business phone number was deleted
    368: Verdict.STOP_CHANNEL,  # blocked for a violation of policy
    130497: Verdict.STOP_CHANNEL,  # may not message this country; of a number abroad see `whatsapp_verdict`
    131031: Verdict.STOP_CHANNEL,  # account locked
    131037: Verdict.STOP_CHANNEL,  # display name not approved
    131042: Verdict.STOP_CHANNEL,  # payment
    131045: Verdict.STOP_CHANNEL,  # certificate or registration missing
    133000: Verdict.STOP_CHANNEL,  # deregistration incomplete
    133005: Verdict.STOP_CHANNEL,  # two-step PIN wrong
    133006: Verdict.STOP_CHANNEL,  # number must be verified again
    133010: Verdict.STOP_CHANNEL,  # number not registered
    133015: Verdict.STOP_CHANNEL,  # number deleted a moment ago
    # Passing faults and rates.
    1: Verdict.AGAIN,  # unknown error of the API
    2: Verdict.AGAIN,  # service away
    4: Verdict.AGAIN,  # too many calls
    341: Verdict.AGAIN,  # application limit
    80007: Verdict.AGAIN,  # rate of the account
    130429: Verdict.AGAIN,  # throughput of the number
    131000: Verdict.AGAIN,  # something went wrong
    131016: Verdict.AGAIN,  # service overloaded
    131056: Verdict.AGAIN,  # rate of this pair of numbers
    131057: Verdict.AGAIN,  # account in maintenance
    132069: Verdict.AGAIN,  # flow throttled
    133004: Verdict.AGAIN,  # server away
    133008: Verdict.AGAIN,  # too many guesses of the PIN
    133009: Verdict.AGAIN,  # PIN guessed too fast
    133016: Verdict.AGAIN,  # registered too often
    134101: Verdict.AGAIN,  # template still being synchronised
    2494100: Verdict.AGAIN,  # maintenance of the platform
    131048: Verdict.PAUSE_CHANNEL,  # spam limit of the number
    # This person cannot be reached here, or not in this way.
    130403: Verdict.OTHER_CHANNEL,  # blocked between business and user
    130472: Verdict.OTHER_CHANNEL,  # the user's number is part of an experiment
    131021: Verdict.OTHER_CHANNEL,  # recipient is the sender
    131026: Verdict.OTHER_CHANNEL,  # undeliverable
    131043: Verdict.OTHER_CHANNEL,  # expired before it could be delivered
    131062: Verdict.OTHER_CHANNEL,  # this kind of message cannot go to a business-scoped id
    131064: Verdict.OTHER_CHANNEL,  # held back by enforcement of template categories
    131047: Verdict.USE_TEMPLATE,  # the 24-hour window is closed
    131049: Verdict.IN_A_DAY,  # held back to keep the person's inbox healthy
    131050: Verdict.OPTED_OUT,  # the person does not want these messages
    # The template cannot be sent by anyone.
    131055: Verdict.STOP_TEMPLATE,  # category not accepted here
    131063: Verdict.STOP_TEMPLATE,  # marketing templates are off for this account
    132000: Verdict.STOP_TEMPLATE,  # number of parameters differs
    132001: Verdict.STOP_TEMPLATE,  # does not exist in this language, or is not approved
    132007: Verdict.STOP_TEMPLATE,  # violates a policy
    132015: Verdict.STOP_TEMPLATE,  # paused for low quality
    132016: Verdict.STOP_TEMPLATE,  # disabled for low quality
    132018: Verdict.STOP_TEMPLATE,  # high risk, or its parameters are wrong
    132068: Verdict.STOP_TEMPLATE,  # its flow is blocked
    134011: Verdict.STOP_TEMPLATE,  # components missing
    134100: Verdict.STOP_TEMPLATE,  # not eligible on this interface
    134102: Verdict.STOP_TEMPLATE,  # interface not enabled for the account
    # This message is wrong: a person must look at it.
    100: Verdict.BROKEN,  # parameter not supported or misspelt
    506: Verdict.BROKEN,  # duplicate post
    131008: Verdict.BROKEN,  # parameter missing
    131009: Verdict.BROKEN,  # value of a parameter not valid
    131051: Verdict.BROKEN,  # type of message not supported
    131052: Verdict.BROKEN,  # media could not be downloaded
    131053: Verdict.BROKEN,  # media could not be uploaded
    131060: Verdict.BROKEN,  # message not available
    132005: Verdict.BROKEN,  # text too long once filled in
    132012: Verdict.BROKEN,  # format of a parameter differs
    135000: Verdict.BROKEN,  # parameters of the request
    136024: Verdict.BROKEN,  # number already verified: not about a message
    136025: Verdict.BROKEN,  # code could not be requested: not about a message
}
DELETED_NUMBER = 33
INVALID_PARAMETER = 100


def whatsapp_verdict(code: int, http_status: int, address: str = "") -> Verdict:
    """Return the verdict of the table for a code.

    A code that is not listed stops the channel with HTTP 401 or 403; otherwise the message is retried within the limits.
    ``address`` is the recipient's. "May not message this country" says nothing about our account where the number is
    abroad. One foreign number therefore never stops the channel for the province.
    """
    if code == COUNTRY_REFUSED and address and not address.lstrip("+").startswith(HOME):
        return Verdict.OTHER_CHANNEL
    if code in WHATSAPP_CODES:
        return WHATSAPP_CODES[code]
    return account_http_verdict(http_status) if http_status in (401, 403) else Verdict.AGAIN
