"""The office's page of the models: cards, history, audit, going back."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.sparse as sp
import sqlalchemy as sa

from talentmarket.core import tasks
from talentmarket.core.db import db
from talentmarket.core.events import Event
from talentmarket.core.uow import unit_of_work
from talentmarket.matching import audit, auditing, store
from talentmarket.matching.audit import HABITS
from talentmarket.matching.outcomes.kinds import KINDS
from talentmarket.matching.outcomes.ranker import OutcomeRanker
from talentmarket.matching.space import SkillSpace
from talentmarket.taxonomy.model import get_taxonomy
from tests.factories import make_account, make_job, make_talent
from tests.fixtures.databases import on_sqlite

W = store.ModelKind.WEIGHTS


@pytest.fixture
def operator(session, make_client):
    return make_client(make_account("秘书处", is_operator=True), second_factor=True)


def plain(answer) -> str:
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", text)


def space(seed: int, **card) -> str:
    """The version of a stored space."""
    skills = list(get_taxonomy().skills)[:30]
    seen = sp.csr_matrix(np.random.default_rng(seed).random((80, 30)) < 0.2, dtype=float)
    card = {
        "kind": "skill_space",
        "taxonomy": get_taxonomy().version,
        "jobs": 1234,
        "quality": {"measure": "completed@50", "value": 0.71, "documents": 80},
        **card,
    }
    return store.save(SkillSpace(4, min_df=1).fit(seen), skills, card).version


def learned(seed: int) -> str:
    """The version of stored weights."""
    chance = np.random.default_rng(seed)
    ranker = OutcomeRanker().fit(chance.random((60, len(KINDS))), chance.random(60) < 0.5)
    card = {
        "kind": "weights",
        "outcomes": 900,
        "lists": 400,
        "points": dict.fromkeys(KINDS, 11.1),
        "held_back": {
            "lists": 100,
            "ndcg@10_before": 0.5,
            "ndcg@10": 0.53,
            "difference": 0.03,
            "low": 0.01,
            "high": 0.05,
        },
        "better": True,
    }
    return store.save(ranker, KINDS, card, W).version


def events():
    query = sa.select(Event).where(Event.subject_id == "model").order_by(Event.id)
    return [(one.verb, one.actor, one.data.get("version")) for one in db.session.scalars(query)]


def reset(app):
    for name in ("talentmarket_model", "talentmarket_weights"):
        app.extensions[name].reset()


def test_without_a_model_it_is_said(operator):
    words = plain(operator.get("/operator/models"))
    assert "没有使用中的模型" in words
    assert "按权重表计分" in words
    assert "还没有审计过" in words
    assert "换回" not in words.replace("可以换回", "")


def test_cards_history_and_going_back(app, session, operator):
    first, second = (
        space(1),
        space(
            2, quality={"measure": "completed@50", "value": 0.7312, "documents": 80, "before": 0.71}
        ),
    )
    store.promote(first)
    store.promote(second)
    reset(app)
    page = operator.get("/operator/models")
    words = plain(page)
    assert "0.7312" in words
    assert "前一个 0.71" in words
    assert "1,234" in words
    assert store.champion(session).checksum in words
    assert f"换回 {first}" in words
    session.rollback()
    fields = {"kind": "skill_space", "seen": second}
    answer = operator.post("/operator/models/roll-back", data=fields)
    assert answer.status_code == 302
    assert store.champion(session).version == first
    session.rollback()
    # Pressed twice, or on a page that is old: it does not go forward again.
    operator.post("/operator/models/roll-back", data=fields)
    assert store.champion(session).version == first
    assert "情况已经变化" in plain(operator.get("/operator/models"))
    verb, actor, version = events()[-1]
    assert (verb, version) == ("rollback", first)
    assert actor is not None
    assert [one[0] for one in events()] == ["promote", "promote", "rollback"]
    assert operator.post("/operator/models/roll-back", data={"kind": "x"}).status_code == 404


def test_learned_weights_stand_beside_the_table_and_go_back_to_it(app, session, operator):
    version = learned(1)
    store.promote(version)
    reset(app)
    words = plain(operator.get("/operator/models"))
    assert "nDCG@10 0.53，原来 0.5，相差 0.03（95% 在 0.01 到 0.05）" in words
    assert "必备技能 45.0 11.1" in words
    assert "换回 权重表" in words
    session.rollback()
    operator.post("/operator/models/roll-back", data={"kind": "weights", "seen": version})
    assert store.champion(session, W) is None
    assert events()[-1][0] == "rollback"


@on_sqlite
def test_a_model_gone_or_older_than_the_vocabulary_is_said(app, session, operator):
    first, second = space(1), space(2, taxonomy="2020.1")
    store.promote(first)
    store.promote(second)
    reset(app)
    words = plain(operator.get("/operator/models"))
    assert "模型比技能目录旧" in words
    assert "2020.1" in words
    path = store.folder() / store.champion(session).file
    kept = path.read_bytes()
    path.unlink()
    reset(app)
    assert "已拒用" in plain(operator.get("/operator/models"))
    path.write_bytes(kept)
    gone = store.folder() / session.scalar(
        sa.select(store.Model.file).where(store.Model.version == first)
    )
    gone.write_bytes(b"something else")
    session.rollback()
    operator.post("/operator/models/roll-back", data={"kind": "skill_space", "seen": second})
    assert store.champion(session).version == second
    assert "没有换用" in plain(operator.get("/operator/models"))


@on_sqlite
def test_the_audit_is_asked_for_and_shown(app, session, operator, monkeypatch):
    store.promote(space(1))
    make_job()
    monkeypatch.setattr(auditing, "PEOPLE", 70)
    monkeypatch.setattr(
        audit, "told_apart", lambda *_arguments: 0.5
    )  # trees of scikit-learn: half a minute
    operator.post("/operator/models/audit")
    assert "后台正在审计" in plain(operator.get("/operator/models"))
    tasks.run_due()
    assert "在招岗位或档案太少" in plain(operator.get("/operator/models"))
    for number in range(70):
        make_talent(skills={"spark": 1 + number % 4, "sql": None})
    operator.post("/operator/models/audit")
    operator.post("/operator/models/audit")
    tasks.run_due()
    db.session.expire_all()
    card = store.champion(session).card["audit"]
    assert (card["people"], card["jobs"]) == (70, 1)
    assert len(card["habits"]) == len(HABITS)
    page = operator.get("/operator/models").get_data(as_text=True)
    assert page.count("五分之四") == 1 + len(HABITS)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert f"审计的模型：{card['model']}" in words
    assert "1 个岗位，70 人" in words
    assert f"{card['habits'][1]['ratio']:.2f}" in words


@on_sqlite
def test_what_is_trained_anew_is_audited_anew(app, session):
    for number in range(30):
        names = ("spark", "flink", "kafka", "hive", "hbase", "hadoop")
        make_talent(skills={names[n % 6]: None for n in range(number, number + 4)})
    with unit_of_work() as unit:
        tasks.put(unit, "model.retrain", key="model.retrain")
    tasks.run_due(1)
    assert store.champion(session) is not None
    assert tasks.open_task(session, auditing.TASK) is not None


def test_only_the_office_opens_it(make_client, session):
    person = make_client(make_account())
    for path in ("roll-back", "audit"):
        assert person.post(f"/operator/models/{path}").status_code == 404
