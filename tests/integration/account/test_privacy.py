"""Taking one's data along, and the end of an account."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
import sqlalchemy as sa

from talentmarket.core import events, files, tasks
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Application, ApplicationState, Snapshot
from talentmarket.members.models import (
    Account,
    AccountState,
    Identifier,
    Membership,
    SignInSession,
    Talent,
    TalentState,
)
from tests.factories.organisations import make_member, make_organisation
from tests.factories.people import make_account, make_talent
from tests.factories.postings import make_application, make_job
from tests.integration.account.steps import PHONE, hold, is_in, sign_in

NAME = "林知遥"


@pytest.fixture
def person(session):
    account = make_account(NAME, verified=False)
    hold(account, PHONE)
    hold(account, "lin@example.cn")
    talent = make_talent(account, summary="写在档案里的一句话")
    owner = talent.public_id
    with unit_of_work() as unit:
        files.keep(
            unit,
            b"%PDF-1.7 my certificate",
            "证书.pdf",
            owner_type="talent",
            owner_id=owner,
            purpose="certificate",
            uploaded_by=account.public_id,
        )
    return account


def _in(make_client):
    client = make_client()
    sign_in(client)
    assert is_in(client)
    return client


def test_the_copy_holds_what_is_kept(session, person, make_client):
    talent = session.scalars(sa.select(Talent)).one()
    make_application(make_job(make_organisation()), talent)
    client = _in(make_client)
    answer = client.post("/me/data/export")
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    data = json.loads(packed.read("data.json"))
    assert data["account"]["name"] == NAME
    assert {row["value"] for row in data["identifiers"]} == {"+8613800004417", "lin@example.cn"}
    assert data["profile"]["summary"] == "写在档案里的一句话"
    assert {row["skill_id"] for row in data["profile"]["skills"]} == {"spark", "sql", "python"}
    assert len(data["applications"]) == 1
    read = packed.read("data.html").decode()
    assert f'<span lang="zh">{NAME}</span>' in read
    assert '<html lang="zh-CN">' in read
    client.set_cookie("lang", "en")
    answer = client.post("/me/data/export")
    read = zipfile.ZipFile(io.BytesIO(answer.data)).read("data.html").decode()
    assert '<html lang="en">' in read
    assert not re.search(
        r"[\u3400-\u9fff]", re.sub(r'<span lang="zh">.*?</span>', "", read, flags=re.S)
    )
    kept = [name for name in packed.namelist() if name.startswith("files/")]
    assert packed.read(kept[0]) == b"%PDF-1.7 my certificate"
    assert "id" not in data["profile"]
    text = packed.read("data.json").decode()
    for hidden in ("password_hash", "totp_secret", "token_digest"):
        assert hidden not in text


def test_nobody_but_the_person_gets_the_copy(session, person, make_client):
    assert make_client().post("/me/data/export").status_code == 302
    stranger = make_client(make_account())
    assert stranger.post("/me/data/export").location.startswith("/me/prove")


def test_the_end(session, person, make_client, app):
    key, public_id = person.id, person.public_id
    talent = session.scalars(sa.select(Talent)).one()
    talent_id = talent.public_id
    make_application(make_job(make_organisation()), talent)
    client = _in(make_client)
    with unit_of_work() as unit:
        events.chain(unit)
    assert "请勾选" in client.post("/me/data/erase", data={}).text
    assert client.post("/me/data/erase", data={"sure": "y"}).status_code == 302
    assert not is_in(client)
    session.expire_all()

    account = session.get_one(Account, key)
    assert (account.state, account.name, account.public_id) == (AccountState.ERASED, "", public_id)
    for table in (Identifier, SignInSession):
        rows = sa.select(sa.func.count()).where(table.account_id == key)
        assert session.scalar(rows) == 0
    talent = session.scalars(sa.select(Talent).where(Talent.public_id == talent_id)).one()
    assert (talent.state, talent.headline, talent.summary) == (TalentState.ERASED, "", "")
    assert (talent.entries, talent.skills) == ([], [])
    application = session.scalars(sa.select(Application)).one()
    assert application.state is ApplicationState.WITHDRAWN
    for snapshot in session.scalars(sa.select(Snapshot)):
        assert (snapshot.person, snapshot.profile) == (None, {})

    file = session.scalars(sa.select(files.StoredFile)).one()
    bytes_key = file.key
    session.rollback()
    assert tasks.run_due() >= 1
    with pytest.raises(files.FileLost):
        files.store().get(bytes_key)

    with unit_of_work() as unit:
        events.chain(unit)
    assert events.verify(session) is None, "the chain is whole"
    verbs = [event.verb for event in events.history(session, "account", public_id)]
    assert verbs[-1] == "erased"
    assert NAME not in "".join(
        str(event.data) for event in session.scalars(sa.select(events.Event))
    )


def test_no_name_and_no_number_stays_in_any_table(session, person, make_client, app):
    talent = session.scalars(sa.select(Talent)).one()
    make_application(make_job(make_organisation()), talent)
    _in(make_client).post("/me/data/erase", data={"sure": "y"})
    session.expire_all()
    left = []
    for table in sa.inspect(session.get_bind()).get_table_names():
        for row in session.execute(sa.text(f'SELECT * FROM "{table}"')):
            if NAME in str(row) or "写在档案里的一句话" in str(row):
                left.append(table)
    assert left == []


def test_the_number_is_free_again(session, person, make_client, clock):
    _in(make_client).post("/me/data/erase", data={"sure": "y"})
    clock.advance(minutes=2)
    assert sign_in(make_client()).location == "/sign-in/new"


def test_the_only_owner_hands_over_first(session, person, make_client):
    organisation = make_organisation()
    make_member(organisation, OrgRole.OWNER, person)
    key = person.id
    client = _in(make_client)
    page = client.get("/me/data/erase").text
    assert organisation.name in page
    client.post("/me/data/erase", data={"sure": "y"})
    assert session.get_one(Account, key).state is AccountState.ACTIVE
    make_member(organisation, OrgRole.OWNER)
    client.post("/me/data/erase", data={"sure": "y"})
    session.expire_all()
    assert session.get_one(Account, key).state is AccountState.ERASED
    mine = sa.select(Membership).where(Membership.account_id == key)
    assert session.scalars(mine).one().removed_at is not None


def test_commands(app, session, person):
    runner = app.test_cli_runner()
    public_id = person.public_id
    session.rollback()
    shown = runner.invoke(args=["privacy", "export", PHONE])
    assert json.loads(shown.output)["account"]["public_id"] == public_id
    done = runner.invoke(args=["privacy", "erase", "lin@example.cn", "--yes"])
    assert done.output == f"erased {public_id}\n"
    assert runner.invoke(args=["privacy", "erase", public_id, "--yes"]).exit_code == 1
    assert runner.invoke(args=["privacy", "export", "13912345678"]).exit_code == 1


def test_an_export_is_for_its_owner_alone(app, session, person, tmp_path):
    session.rollback()
    runner, target = app.test_cli_runner(), tmp_path / "copy.zip"
    target.write_text("an older one")
    target.chmod(0o644)
    told = runner.invoke(args=["privacy", "export", PHONE, "--output", str(target)])
    assert told.exit_code == 0, told.output
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.read_bytes().startswith(b"PK")
    assert list(tmp_path.iterdir()) == [target]
    nowhere = str(tmp_path / "none" / "copy.zip")
    told = runner.invoke(args=["privacy", "export", PHONE, "--output", nowhere])
    assert told.exit_code == 1
    assert told.output.startswith("Error: ")


def test_operators_are_made_by_command(app, session, make_client, clock):
    import pyotp

    runner = app.test_cli_runner()
    made = runner.invoke(args=["users", "create-operator", "office@example.cn"])
    assert made.exit_code == 0
    totp = pyotp.parse_uri(made.output.strip().splitlines()[-1])
    again = runner.invoke(args=["users", "create-operator", "office@example.cn"])
    assert again.exit_code == 1
    client = make_client()
    assert sign_in(client, "office@example.cn").location == "/sign-in/second-factor"
    client.post("/sign-in/second-factor", data={"code": totp.at(clock.now())})
    assert is_in(client)
    listed = runner.invoke(args=["users", "list", "--operators"]).output
    assert "operator" in listed
    assert "o***@example.cn" in listed
    assert "office@" not in listed
    assert runner.invoke(args=["users", "create-operator", "nobody"]).exit_code == 2
