"""The refusals of the notifier. The docstring of a class is the title that a program reads; there are no pages."""

from shared.errors import Invalid, NotFound, Refused


class NoSuchMessageError(NotFound):
    """There is no such message."""


class NotGivenUpError(Refused):
    """Only a message that was given up can be decided on; this one has gone on."""

    code = "not_given_up"


class NoOtherChannelError(Refused):
    """Nobody knows another address on that channel; give one."""

    code = "no_other_channel"


class NotStoppedError(NotFound):
    """This channel is not standing still."""


class TemplateNotStoppedError(NotFound):
    """This template is not standing still."""


class ReceiverError(Invalid):
    """The receiver of webhooks cannot be changed like this."""

    code = "bad_receiver"


class BadAddressesError(Invalid):
    """The list of addresses has bad rows; nothing was imported."""

    code = "bad_addresses"
