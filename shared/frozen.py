"""The base of what is remembered: frozen models that are changed by making another, cheaply."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, TypeAdapter, ValidationError, WrapSerializer

from shared.errors import NewerState

_set = object.__setattr__
M = TypeVar("M", bound=BaseModel)
S = TypeVar("S")


class Frozen(BaseModel):
    """A value. Fields that newer code has added are kept as they are, at every level, and written back with the rest.

    While a new version is rolled out, replicas of both write the same rows.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    def with_(self, **values: Any) -> Self:
        """The same with other values in these fields, which the caller vouches for: nothing is validated.

        A fold makes several of these for every complaint, and ``model_copy`` costs several times as much on a case of 45 fields.
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


KEEPING = WrapSerializer(_with_extra)
"""Marks a piece of an event that stands in a state: an event forbids fields that are not its own, a state keeps them."""


def read_state(kind: TypeAdapter[S], raw: str | bytes) -> S:
    """A state as it is stored. Raises NewerState where this code cannot read it."""
    try:
        return kind.validate_json(raw, extra="allow")
    except ValidationError as error:
        raise NewerState from error
