"""Prices as others state them: the table of genai-prices, and providers' own lists of models, as plain price lines."""

from halfopen.adapters.prices.lists import listed
from halfopen.adapters.prices.table import NAME, NotInstalled, Table, table

__all__ = ["NAME", "NotInstalled", "Table", "listed", "table"]
