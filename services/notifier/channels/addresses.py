"""Form of the addresses on each channel."""

from services.notifier.channels.webhook_addresses import UnsafeAddressError, read_url
from services.notifier.codes import Channel
from shared.mail import NotAMailAddress, mail_address
from shared.phone import NotAWhatsAppNumber, whatsapp_number

# The most digits of an id that Instagram gives to a person for our account alone.
LONGEST_SCOPED_ID = 32


def address_fits(channel: Channel, address: str, *, allow_loopback: bool) -> bool:
    """Return whether ``address`` can be an address of this channel."""
    match channel:
        case Channel.EMAIL:
            try:
                return bool(mail_address(address))
            except NotAMailAddress:
                return False
        case Channel.INSTAGRAM:
            return address.isascii() and address.isdigit() and len(address) <= LONGEST_SCOPED_ID
        case Channel.WHATSAPP | Channel.SMS:
            try:
                return bool(whatsapp_number(address))
            except NotAWhatsAppNumber:
                return False
        case Channel.WEBHOOK:
            try:
                read_url(address, allow_loopback=allow_loopback)
            except UnsafeAddressError:
                return False
            return True


def as_stored(channel: Channel, address: str) -> str:
    """Return an address that fits its channel in the form in which it is stored and sent to."""
    match channel:
        case Channel.EMAIL:
            return mail_address(address)
        case Channel.WHATSAPP | Channel.SMS:
            return f"+{whatsapp_number(address)}"
        case Channel.WEBHOOK | Channel.INSTAGRAM:
            return address
