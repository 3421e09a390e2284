"""Form of the addresses on each channel."""

from services.notifier.channels.webhook_addresses import UnsafeAddressError, read_url
from services.notifier.codes import Channel
from shared.mail import NotAMailAddress, mail_address
from shared.phone import NotAWhatsAppNumber, whatsapp_number


def address_fits(channel: Channel, address: str, *, allow_loopback: bool) -> bool:
    """Return whether ``address`` can be an address of this channel."""
    match channel:
        case Channel.EMAIL:
            try:
                return bool(mail_address(address))
            except NotAMailAddress:
                return False
        case Channel.WHATSAPP:
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
        case Channel.WHATSAPP:
            return f"+{whatsapp_number(address)}"
        case Channel.WEBHOOK:
            return address
