"""`column IN (many values)` with all of them as one parameter.

SQLAlchemy writes a list as a parameter for each value, anew each time; of a thousand that takes longer
than SQLite does to find their rows. SQLite unfolds a JSON text, PostgreSQL an array.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


def among(
    column: sa.ColumnElement[Any] | InstrumentedAttribute[Any], name: str
) -> sa.ColumnElement[bool]:
    """The condition that a column's value is one of those of the parameter `name`: a sequence of
    texts or whole numbers."""
    return _Among(column, sa.bindparam(name, type_=_Many(column.type)))


class _Many(TypeDecorator[Any]):
    """Values of one type together."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array, where the database knows them."""
        kind: TypeEngine[Any] = ARRAY(self.item) if dialect.name == "postgresql" else sa.Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """What the driver is given of any sequence or set."""
        held = list(value)
        return held if dialect.name == "postgresql" else json.dumps(held)


class _Among(FunctionElement[bool]):
    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it is: a function of a database without truth values would be compared with 1, and no
        index would answer it."""
        return self


@compiles(_Among)
def _one_of_array(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(one, **given) for one in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among, "sqlite")
def _one_of_json(element: _Among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(one, **given) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"
