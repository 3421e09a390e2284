"""The parts that all request bodies share."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.clean import clean_text

Words = Annotated[str, BeforeValidator(lambda value: clean_text(value).strip() if isinstance(value, str) else value)]
Said = Annotated[Words, Field(min_length=1, max_length=5000)]
Short = Annotated[Words, Field(min_length=1, max_length=300)]


class Body(BaseModel):
    """The base of the request bodies.

    ``revision``: the revision of the case that you have read. Without it, the case is taken as it is now.
    """

    model_config = ConfigDict(extra="forbid")
    revision: int | None = None


class OpdBody(Body):
    """The base of the request bodies of an OPD.

    ``assignment_id``: the assignment that you mean. Without it, the current one.
    """

    assignment_id: UUID | None = None
