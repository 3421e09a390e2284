"""Invented officers and supervisors for every OPD: all have an e-mail address, and a few OPDs a webhook."""

from collections.abc import Iterable

from deploy.local.demo.stubs.receiver import secret_of

HEADER = "role,opd,name,channel,address,secret"
SUPERVISORS = ("inspektorat", "sekda", "governor", "admin")


def officers_csv(
    codes: Iterable[str], hooks: str, root: str, with_webhook: Iterable[str] = ("dishub", "dpupr-pera")
) -> str:
    """Return a table to import. ``hooks`` is the base URL of the webhook receivers; ``root`` yields their secrets."""
    rows = [HEADER]
    webhook = set(with_webhook)
    for code in codes:
        rows.append(f"officer,{code},Pejabat penghubung {code},email,pejabat.{code}@kaltim.example,")
        rows.append(f"head,{code},Kepala {code},email,kepala.{code}@kaltim.example,")
        if code in webhook:
            rows.append(f"officer,{code},Sistem {code},webhook,{hooks}/hooks/{code},{secret_of(root, code)}")
    rows += [f"{role},,{role},email,{role}@kaltim.example," for role in SUPERVISORS]
    return "\n".join(rows) + "\n"
