"""Form of the addresses on each channel."""

from email.utils import parseaddr

from services.notifier.channels.webhook_addresses import UnsafeAddressError, read_url
from services.notifier.codes import Channel
from shared.phone import NotAWhatsAppNumber, whatsapp_number


def address_fits(channel: Channel, address: str, *, allow_loopback: bool) -> bool:
    """Return whether ``address`` can be an address of this channel."""
    match channel:
        case Channel.EMAIL:
            name, domain = parseaddr(address)[1].rpartition("@")[::2]
            return bool(name) and "." in domain and parseaddr(address)[1] == address
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
