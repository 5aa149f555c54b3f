"""Tables whose rows are written once: the database itself refuses to change or delete them.

The service ledger has to stand as it was written (人力资源市场暂行条例 art. 33, 网络招聘服务管理规定
arts. 25–26). A trigger refuses on both databases, whoever asks; whoever can drop the trigger is
found out by the chain of hashes. Restoring a backup inserts, so nothing is in its way.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import event

_FUNCTION = "refuse_change"
#: Names of all tables of this kind; a test tries each after the migrations.
TABLES: set[str] = set()


def statements(table: str, dialect: str) -> tuple[str, ...]:
    """What makes `table` append-only."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("update", "delete")
        )
    return (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()",
    )


def lifted(table: str, dialect: str) -> tuple[str, ...]:
    """What takes that away again: for migrations, and for tests that tamper."""
    if dialect == "sqlite":
        return tuple(f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete"))
    return (f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",)


def append_only(table: sa.Table) -> None:
    """Have `table` made append-only where the schema is made from the models. A migration does it with
    :func:`statements`, and again after each batch change of it: SQLite's copy has no triggers."""
    TABLES.add(table.name)

    @event.listens_for(table, "after_create")
    def _refuse(made: sa.Table, connection: sa.Connection, **_given: object) -> None:
        for statement in statements(made.name, connection.dialect.name):
            connection.exec_driver_sql(statement.replace("%", "%%"))
