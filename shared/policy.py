"""Rules about complaints on which several services must agree."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# For so long after the end of a case the citizen's word alone reopens it. Intake offers the dispute, and the router
# decides. Later words go before a person, so none is lost.
# No source: no regulation that we have, and no rule of SP4N-LAPOR! that we know, sets this time. It is our choice,
# because a month shows whether a repair lasts, and the OPD still knows the case. Calendar days, which a citizen can count.
DISPUTE_WITHIN: Final = timedelta(days=30)

# The address of the next instance after the province, as its office tells it in public. The client checks it before use.
OMBUDSMAN: Final = (
    "Ombudsman Republik Indonesia Perwakilan Kalimantan Timur, Jalan M.T. Haryono, Perumahan Pemda Kaltim, Samarinda; "
    "telepon 137; www.ombudsman.go.id"
)
