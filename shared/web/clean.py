"""The functions of `shared.clean`, under the name by which the services still import them."""

from shared.clean import clean, clean_json, clean_text, whole_number

__all__ = ["clean", "clean_json", "clean_text", "whole_number"]
