"""Reference postings come in once, whole, and survive a kill."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core.db import db
from talentmarket.core.outbox import OutboxRow
from talentmarket.exchange.importing import running
from talentmarket.exchange.importing.running import run
from talentmarket.exchange.models import Job, JobSkill, JobState, Origin
from talentmarket.members.models import Organisation, OrganisationKind
from tests.fixtures.databases import on_sqlite
from tests.fixtures.sites import BIN, ROOT
from tests.scale import scale

HEAD = "title,salary_min,salary_max,city,education,benefits,category,description\n"
ROW = (
    '大数据开发工程师,15000.0,25000.0,成都-武侯区,本科,"五险一金,周末双休",数据,'
    '"要求3年以上经验，精通Spark，熟悉Hive，会Flink优先"\n'
)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def import_(*paths, source=None):
    report = io.StringIO()
    summary = run(paths, report, source=source, progress=lambda *_: None)
    counts = summary.counts
    numbers = (summary.read, counts.imported, counts.updated, counts.unchanged, summary.refused)
    return numbers, list(csv.reader(io.StringIO(report.getvalue())))[1:]


def test_a_row_becomes_a_reference_posting(session, tmp_path):
    numbers, report = import_(write(tmp_path / "甲站.csv", HEAD + ROW))
    assert (numbers, report) == ((1, 1, 0, 0, 0), [])
    job = session.scalars(sa.select(Job)).one()
    assert (job.origin, job.state, job.listed) == (Origin.REFERENCE, JobState.PUBLISHED, True)
    assert (job.pay_low, job.month_high, job.region_code) == (1_500_000, 2_500_000, "510107")
    assert (job.education_rank, job.years_min, job.occupation_code) == (5, 3, "2-02-38-03")
    assert {one.skill_id: one.must for one in job.skills}.items() >= {
        ("spark", True),
        ("flink", False),
    }
    assert job.valid_until == core_clock.today() + timedelta(days=90)
    assert "数据," not in job.description
    source = session.scalars(sa.select(Organisation)).one()
    assert (source.kind, source.name, job.organisation_id) == (
        OrganisationKind.SOURCE,
        "甲站",
        source.id,
    )
    waiting = session.scalars(sa.select(OutboxRow.document_id)).all()
    assert waiting == [job.public_id]


def test_again_changes_nothing_and_equal_rows_stay_apart(session, tmp_path):
    path = write(tmp_path / "a.csv", HEAD + ROW + ROW)
    assert import_(path)[0] == (2, 2, 0, 0, 0)
    assert import_(path)[0] == (2, 0, 0, 2, 0)
    more = write(tmp_path / "b.csv", HEAD + ROW + ROW + ROW)
    assert import_(more, source="a")[0] == (3, 1, 0, 2, 0)
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) == 3


def test_an_own_id_is_updated(session, tmp_path):
    path = tmp_path / "a.csv"
    write(path, "external_id,title,description\n7,测试工程师,会Python\n")
    assert import_(path)[0] == (1, 1, 0, 0, 0)
    write(path, "external_id,title,description\n7,测试工程师,会Java\n")
    assert import_(path)[0] == (1, 0, 1, 0, 0)
    assert session.scalars(sa.select(JobSkill.skill_id).order_by(JobSkill.position)).all() == [
        "software-testing",
        "java",
    ]
    write(path, "external_id,title\n7,测试工程师\n7,测试工程师\n7,开发\n")
    numbers, report = import_(path)
    assert numbers == (3, 0, 1, 1, 1)
    assert [line[:2] for line in report] == [["4", "external_id"]]


def test_the_same_file_twice_is_one_file(session, tmp_path):
    """In one run as in two: the second time each row is found as it is."""
    path = write(tmp_path / "a.csv", HEAD + ROW + ROW)
    assert import_(path, path)[0] == (4, 2, 0, 2, 0)
    ids = write(tmp_path / "b.csv", "external_id,title\n7,测试工程师\n,前端开发\n")
    assert import_(ids, ids)[0] == (4, 2, 0, 2, 0)


def test_two_files_with_the_same_id(session, tmp_path):
    """Of two sources it is two postings; of one source the second is refused, in every run."""
    one = write(tmp_path / "one.csv", "external_id,title\n7,测试工程师\n")
    two = write(tmp_path / "two.csv", "external_id,title\n7,前端开发\n")
    assert import_(one, two)[0] == (2, 2, 0, 0, 0)
    for counts in ((2, 1, 0, 0, 1), (2, 0, 0, 1, 1)):
        numbers, report = import_(one, two, source="丙")
        assert numbers == counts
        assert [line[:2] for line in report] == [["2", "external_id"]]


def test_ids_that_differ_far_behind_are_two_postings(session, tmp_path):
    head, long = "external_id,title,description\n", "urn:posting:" + "0" * 73
    both = write(
        tmp_path / "a.csv", f"{head}{long}1,测试工程师,会Python\n{long}2,前端开发,会Java\n"
    )
    assert import_(both) == ((2, 2, 0, 0, 0), [])
    assert import_(both) == ((2, 0, 0, 2, 0), [])
    third = write(tmp_path / "b.csv", f"{head}{long}3,开发,会Go\n{long}1,测试工程师,会Python\n")
    assert import_(third, source="a") == ((2, 1, 0, 1, 0), [])
    ids = session.scalars(sa.select(Job.external_id)).all()
    assert len(ids) == len(set(ids)) == 3
    assert all(one.startswith("urn:posting:000") and len(one) <= 80 for one in ids)


def test_an_expired_one_comes_back(session, clock, tmp_path):
    path = write(tmp_path / "a.csv", HEAD + ROW)
    import_(path)
    clock.advance(days=91)
    from talentmarket.core.uow import unit_of_work
    from talentmarket.exchange.jobs import expire_due

    with unit_of_work() as inside:
        assert expire_due(inside) == 1
    assert import_(path)[0] == (1, 0, 1, 0, 0)
    assert session.scalars(sa.select(Job.state)).one() is JobState.PUBLISHED


def test_bad_rows_go_to_the_report_and_stop_nothing(session, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    bad = ",8000,9000,成都,本科,无,x,没有名称\n" + '开发,多少,9000,成都,本科,无,x,"没有闭合\n'
    path = write(tmp_path / "a.csv", HEAD + ROW + bad + ROW + ROW.replace("25000", "9000"))
    numbers, report = import_(path)
    assert numbers == (5, 3, 0, 0, 2)
    assert [line[:2] for line in report] == [["3", "title"], ["4", ""], ["6", "salary_min"]]
    assert all(reason for *_, reason in report)


def test_one_bad_file_costs_the_other_nothing(session, tmp_path):
    bad = write(tmp_path / "bad.csv", "城市\n成都\n")
    (tmp_path / "gbk.csv").write_bytes((HEAD + ROW).encode("gbk"))
    report = io.StringIO()
    files = [bad, tmp_path / "gbk.csv"]
    summary = run(files, report, source=None, progress=lambda *_: None)
    assert summary.notes == [("bad.csv", "no-title-column"), ("gbk.csv", "gb18030")]
    assert summary.counts.imported == 1


def command(app, *arguments):
    return app.test_cli_runner(catch_exceptions=False).invoke(args=["jobs", "import", *arguments])


@on_sqlite
@pytest.mark.parametrize(
    ("text", "code", "read"),
    [
        (HEAD + ROW, 0, 1),
        (HEAD, 0, 0),
        ("", 1, 0),
        ("城市\n成都\n", 1, 0),
        ("title\n \u202e\n", 1, 1),
        ("title,city\n,成都\n", 1, 1),
    ],
)
def test_the_command(app, tmp_path, text, code, read):
    done = command(app, str(write(tmp_path / "a.csv", text)))
    assert done.exit_code == code
    last = json.loads(done.stdout.splitlines()[-1])
    assert list(last) == ["read", "imported", "updated", "unchanged", "refused", "report"]
    assert last["read"] == read
    with open(last["report"], encoding="utf-8-sig") as report:
        assert report.readline() == "line,column,reason\n"


@on_sqlite
def test_one_file_of_two(app, tmp_path):
    """Something came in, so it is no 1; the file that did not is named on the screen and in the report."""
    bad, good = write(tmp_path / "bad.csv", "城市\n成都\n"), write(tmp_path / "a.csv", HEAD + ROW)
    done = command(app, str(bad), str(good))
    assert done.exit_code == 0
    assert "bad.csv: " in done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["read"], last["imported"]) == (1, 1)
    with open(last["report"], encoding="utf-8-sig") as report:
        assert next(csv.DictReader(report))["column"] == "bad.csv"


@on_sqlite
def test_wrong_usage(app, tmp_path):
    assert command(app).exit_code == 2
    assert command(app, str(tmp_path / "nowhere.csv")).exit_code == 2


def test_two_imports_at_once(make_site, tmp_path, own_database_url):
    """The same postings in two orders and with other texts: no row twice, none with half of each."""
    site = make_site()
    count = scale(600)
    rows = [f"{number},大数据工程师{number}" for number in range(count)]
    head = "external_id,title,description\n"
    one = write(tmp_path / "one.csv", head + "".join(f"{row},会Python\n" for row in rows))
    two = write(tmp_path / "two.csv", head + "".join(f"{row},会Java\n" for row in rows[::-1]))
    running_ = [
        subprocess.Popen(
            [str(BIN / "flask"), "jobs", "import", "--source", "甲", str(path)],
            cwd=ROOT,
            env=site.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for path in (one, two)
    ]
    for process in running_:
        said, wrong = process.communicate(timeout=300)
        assert process.returncode == 0, wrong
        last = json.loads(said.splitlines()[-1])
        assert (last["read"], last["refused"]) == (count, 0)
    with site.inside().app_context():
        jobs = db.session.scalars(sa.select(Job)).all()
        assert sorted(int(job.external_id) for job in jobs) == list(range(count))
        for job in jobs:
            skill = {"会Python": "python", "会Java": "java"}[job.description]
            assert skill in {one.skill_id for one in job.skills}
        (read, imported, updated, unchanged, refused), _report = import_(one, source="甲")
    assert (read, imported, refused) == (count, 0, 0)
    assert updated + unchanged == count


def test_killed_and_run_again(make_site, tmp_path, own_database_url):
    """Killed as soon as it has stored something, then run to its end."""
    site = make_site()
    count = scale(2000)
    lines = (ROW.replace("大数据", f"大数据{n}") for n in range(count))
    path = write(tmp_path / "many.csv", HEAD + "".join(lines))
    engine = sa.create_engine(own_database_url)
    stored = 0
    for _ in range(scale(1, 3)):
        process = subprocess.Popen(
            [str(BIN / "flask"), "jobs", "import", str(path)],
            cwd=ROOT,
            env=site.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 240  # a busy machine takes its time to start
        before = stored
        while stored == before and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
            with engine.connect() as connection:
                stored = connection.scalar(sa.text("SELECT count(*) FROM jobs"))
        process.kill()
        process.wait(30)
        assert stored > before
    with site.inside().app_context():
        (read, imported, updated, unchanged, refused), _report = import_(path)
    assert (read, updated, refused) == (count, 0, 0)
    assert unchanged >= stored
    assert imported + unchanged == count
    with engine.connect() as connection:
        jobs, skills, waiting = (
            connection.scalar(sa.text(f"SELECT count(*) FROM {text}"))
            for text in (
                "jobs",
                "(SELECT DISTINCT job_id FROM job_skills) AS one",
                "outbox WHERE kind = 'job'",
            )
        )
    engine.dispose()
    assert jobs == skills == waiting == count
