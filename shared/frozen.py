"""The base of what is remembered: frozen models that are changed by making another, cheaply."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

_set = object.__setattr__


class Frozen(BaseModel):
    """A value. Rows of an older version of the code may hold fields that are no longer known: they are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def with_(self, **values: Any) -> Self:
        """The same with other values in these fields, which the caller vouches for: nothing is validated.

        A fold makes several of these for every complaint, and ``model_copy`` costs several times as much on a case of 45 fields.
        """
        fresh = self.__class__.__new__(self.__class__)
        _set(fresh, "__dict__", {**self.__dict__, **values})
        _set(fresh, "__pydantic_fields_set__", self.__pydantic_fields_set__)
        _set(fresh, "__pydantic_extra__", None)
        _set(fresh, "__pydantic_private__", None)
        return fresh
