"""Checks e-mail addresses as people write them, and gives the form that every mail server takes."""

from __future__ import annotations

# A local part has at most 64 characters and a domain at most 253 (RFC 5321, 4.5.3.1). A whole address has at most 254
# (RFC 3696, erratum 1690).
LONGEST = 254


class NotAMailAddress(ValueError):
    """The text is no e-mail address. The message does not hold the text."""

    def __init__(self) -> None:
        super().__init__("must be an e-mail address such as nama@contoh.id")


def mail_address(written: str) -> str:
    """Return an e-mail address with its domain in lower case and in ASCII: nama@BÜRO.id becomes nama@xn--bro-hoa.id.

    Raise NotAMailAddress for any other text. The part before the @ must be ASCII without quotes: other parts need
    SMTPUTF8, which the mail servers of many citizens do not speak. No name server is asked.
    """
    # 84 ms to import, nearly all of it a library for name servers, which is not used here.
    from email_validator import EmailNotValidError, validate_email

    text = written.strip()
    if len(text) > LONGEST:
        raise NotAMailAddress
    try:
        found = validate_email(text, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError:
        # The library's message quotes the text; ours does not.
        raise NotAMailAddress from None
    address = found.ascii_email or ""
    last = address.rpartition(".")[2]
    # No top-level domain has one letter or begins with a digit.
    if len(last) < 2 or not last[0].isalpha():
        raise NotAMailAddress
    return address
