"""`flask jobs`: bring in reference postings, end those whose time is over."""

from __future__ import annotations

import json
import sys
import time
from itertools import count
from pathlib import Path
from typing import IO, Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from talentmarket.core import clock
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.importing.faults import words
from talentmarket.exchange.importing.running import Summary, file_name, run
from talentmarket.exchange.jobs import expire_due

cli = AppGroup("jobs", help="Postings: import reference postings, end those that are over.")


def _regular(_context: click.Context, _parameter: click.Parameter, files: tuple[Path, ...]) -> Any:
    """A file is read twice, once to see what it is; a pipe would be empty by then."""
    for path in files:
        if not path.is_file():
            raise click.BadParameter(f"{path} is no regular file")
    return files


@cli.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    callback=_regular,
)
@click.option("--source", help="Where the postings come from; else each file's name says it.")
@click.option(
    "--language",
    type=click.Choice(("zh", "en")),
    default="zh",
    help="Of the report and of what is said of files (zh).",
)
def import_(files: tuple[Path, ...], source: str | None, language: str) -> None:
    """Import postings from CSV (.gz too) or XLSX files as references (转载参考).

    May be repeated and may be killed: every row is stored once. Bad rows go to a report. The last
    line is JSON with the counts. Exit 0 when read to the end, 1 when nothing could be imported or the
    database gave up before the end (what was stored is counted; run it again). A
    file that cannot be read, or only up to where a download broke off, costs the others nothing: it
    is named on stderr and in the report.
    """
    with force_locale(language):
        shown = _Shown()
        report, opened = _new_report(files[0])
        with opened as stream:
            try:
                summary = run(files, stream, source=source, progress=shown)
            except SQLAlchemyError:  # what was stored before stays; why it ends is said on stderr
                click.echo(json.dumps(shown.summary.as_dict(report), ensure_ascii=False))
                raise
        shown.finish(summary)
        for name, code in summary.notes:
            click.echo(f"{name}: {words(code)}", err=True)
    click.echo(json.dumps(summary.as_dict(report), ensure_ascii=False))
    nothing = not summary.taken and (summary.read > 0 or not summary.files_read)
    sys.exit(1 if nothing else 0)


@cli.command("expire")
def expire() -> None:
    """End the postings whose last day is over (the worker does this by itself)."""
    total = 0
    while True:
        with unit_of_work() as session:
            done = expire_due(session)
        total += done
        if not done:
            break
    click.echo(f"{total} expired")


def _new_report(first: Path) -> tuple[Path, IO[str]]:
    """A new file in the instance folder, named after the moment and the first file."""
    folder = Path(current_app.instance_path) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = clock.local(clock.now()).strftime("%Y%m%d-%H%M%S")
    stem = "".join(sign for sign in first.name.split(".")[0] if sign.isalnum() or sign in "-_")
    for number in count(1):
        path = folder / f"{stamp}-{stem[:60] or 'import'}-{number}.csv"
        try:
            return path, path.open("x", encoding="utf-8-sig", newline="")
        except FileExistsError:
            continue
    raise AssertionError("numbers do not end")


class _Shown:
    """Progress on standard error: share, rows, time left. A line that stays when nobody watches."""

    def __init__(self) -> None:
        self.summary = Summary()  # as of the batch that was stored last
        self._begin = time.monotonic()
        self._last = 0.0
        self._watched = sys.stderr.isatty()

    def __call__(self, path: Path, done: float, summary: Summary) -> None:
        self.summary = summary
        now = time.monotonic()
        if now - self._last < (0.2 if self._watched else 5.0) or done <= 0:
            return
        self._last = now
        left = (now - self._begin) * (1 - done) / done
        text = _(
            "%(file)s  %(share)s  已读 %(rows)s 行  还需 %(left)s",
            file=file_name(path),
            share=f"{done:4.0%}",
            rows=f"{summary.read:,}",
            left=_clock(left),
        )
        click.echo(f"\r{text}\x1b[K" if self._watched else text, err=True, nl=not self._watched)

    def finish(self, summary: Summary) -> None:
        """The closing words."""
        took = time.monotonic() - self._begin
        lead = "\r\x1b[K" if self._watched else ""
        text = _("读完 %(rows)s 行，用时 %(took)s", rows=f"{summary.read:,}", took=_clock(took))
        click.echo(f"{lead}{text}", err=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
