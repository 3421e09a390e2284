"""The base class of states: frozen models. A change makes a new model, cheaply."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, TypeAdapter, ValidationError, WrapSerializer

from shared.errors import NewerState

_set = object.__setattr__
S = TypeVar("S")


class Frozen(BaseModel):
    """An immutable value. Unknown fields that newer code has added are kept at every level and written back.

    This is needed while a new version is rolled out, when replicas of both versions write the same rows.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    def with_(self, **values: Any) -> Self:
        """Return a copy with other values in these fields.

        Nothing is validated, so the caller must give correct values.

        A fold makes several copies for every complaint. ``model_copy`` costs several times as much on a case of 45
        fields.
        """
        fresh = self.__class__.__new__(self.__class__)
        _set(fresh, "__dict__", {**self.__dict__, **values})
        _set(fresh, "__pydantic_fields_set__", self.__pydantic_fields_set__)
        _set(fresh, "__pydantic_extra__", self.__pydantic_extra__)
        _set(fresh, "__pydantic_private__", None)
        return fresh


def _with_extra(value: Any, handler: SerializerFunctionWrapHandler) -> Any:
    written = handler(value)
    extra = getattr(value, "__pydantic_extra__", None)
    return {**written, **extra} if extra else written


# Marks a piece of an event that stands in a state. An event forbids unknown fields, but a state keeps them.
KEEPING = WrapSerializer(_with_extra)


def read_state(kind: TypeAdapter[S], raw: str | bytes) -> S:
    """Parse a stored state. Raises NewerState when this code cannot read it."""
    try:
        return kind.validate_json(raw, extra="allow")
    except ValidationError as error:
        raise NewerState from error
