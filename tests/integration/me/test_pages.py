"""The person's own pages: forms without scripts, drafts, two tabs, import, visibility."""

from __future__ import annotations

import io
import re

import docx
import pytest

from talentmarket.core.db import db
from talentmarket.members import drafts
from talentmarket.members.models import OrganisationKind, OrganisationState, Visibility
from tests.factories import make_account, make_licence, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite
JSON = {"Accept": "application/json", "X-Autosave": "1"}


def text(response, status=200) -> str:
    assert response.status_code == status, response.status
    return response.get_data(as_text=True)


def version(page: str) -> str:
    return re.search(r'name="version"[^>]*value="([^"]*)"', page)[1]


def basics(page: str, **changes: str) -> dict[str, str]:
    return {
        "version": version(page),
        "name": "周予安",
        "headline": "数据工程师",
        "years": "4.5",
        "education_rank": "5",
        "home_region": "510100",
        "summary": "做数仓。",
        **changes,
    }


@pytest.mark.parametrize(
    "path",
    [
        "/me",
        "/me/profile",
        "/me/profile?seen_by=applied",
        "/me/profile?seen_by=public",
        "/me/profile/basics",
        "/me/profile/wishes",
        "/me/visibility",
        "/me/visibility/sections",
        "/me/preview?q=天工",
        "/me/openings",
        "/me/entries/new/experience",
        "/me/entries/new/education",
        "/me/entries/new/certificate",
        "/me/entries/new/project",
        "/me/skills?q=kafka",
        "/me/skills/kafka",
        "/me/skills/spark",
        "/me/import",
        "/me/import/review",
        "/me/blocks",
        "/me/onboarding/basics",
        "/me/onboarding/wishes",
        "/me/onboarding/experience",
        "/me/onboarding/blocks",
        "/me/onboarding/visibility",
    ],
)
def test_pages_stand_in_both_languages(visitor, path):
    chinese = text(visitor.get(path))
    assert 'lang="zh-CN"' in chinese
    visitor.set_cookie("lang", "en")
    english = text(visitor.get(path))
    assert 'lang="en"' in english
    assert "<h1" in english


def test_without_a_profile_pages_lead_to_the_first_step(make_client, session):
    visitor = make_client(make_account("新来的"))
    assert visitor.get("/me/profile").location == "/me/onboarding"
    assert "建立人才档案" in text(visitor.get("/me"))
    assert visitor.post("/me/drafts/basics", data={}, headers=JSON).status_code == 200


def test_basics_are_stored(visitor, stored):
    page = text(visitor.get("/me/profile/basics"))
    answer = visitor.post("/me/profile/basics", data=basics(page, headline="架构师"))
    assert answer.location == "/me/profile#basics"
    assert (stored().headline, stored().years_tenths) == ("架构师", 45)


def test_what_is_wrong_is_said_and_nothing_is_lost(visitor, stored):
    page = text(visitor.get("/me/profile/basics"))
    again = text(
        visitor.post("/me/profile/basics", data=basics(page, years="七十", headline="甲")), 422
    )
    assert "error-summary" in again
    assert 'value="七十"' in again
    assert 'value="甲"' in again
    assert stored().headline == "大数据开发工程师"


def test_two_tabs_show_both_versions(visitor, stored):
    page = text(visitor.get("/me/profile/basics"))
    visitor.post("/me/profile/basics", data=basics(page, headline="第一页"))
    second = text(visitor.post("/me/profile/basics", data=basics(page, headline="第二页")), 409)
    assert "第一页" in second
    assert "第二页" in second
    assert stored().headline == "第一页"
    visitor.post("/me/profile/basics", data=basics(second, headline="第二页"))
    assert stored().headline == "第二页"


def test_a_form_without_version_does_not_overwrite(visitor, stored):
    answer = visitor.post("/me/profile/basics", data={"headline": "硬写"})
    assert answer.status_code == 409
    assert stored().headline == "大数据开发工程师"


def test_a_draft_comes_back_and_can_be_given_up(visitor, person, stored):
    page = text(visitor.get("/me/profile/basics"))
    saved = visitor.post("/me/drafts/basics", data=basics(page, headline="没写完"), headers=JSON)
    assert "已自动保存" in saved.get_json()["message"]
    assert stored().headline == "大数据开发工程师"
    restored = text(visitor.get("/me/profile/basics"))
    assert 'value="没写完"' in restored
    assert "已恢复没有提交的内容" in restored
    visitor.post("/me/drafts/basics/drop")
    assert "没写完" not in text(visitor.get("/me/profile/basics"))


def test_a_draft_on_an_older_version_meets_both_versions(visitor, stored):
    page = text(visitor.get("/me/profile/basics"))
    visitor.post("/me/drafts/basics", data=basics(page, headline="草稿"), headers=JSON)
    newer = basics(page, headline="另一台电脑")
    visitor.post("/me/profile/basics", data=newer)
    visitor.post("/me/drafts/basics", data=basics(page, headline="草稿"), headers=JSON)
    restored = text(visitor.get("/me/profile/basics"))
    both = text(visitor.post("/me/profile/basics", data=basics(restored, headline="草稿")), 409)
    assert "另一台电脑" in both
    assert stored().headline == "另一台电脑"


def test_sending_ends_the_draft(visitor, person, session):
    page = text(visitor.get("/me/profile/basics"))
    visitor.post("/me/drafts/basics", data=basics(page, headline="甲"), headers=JSON)
    visitor.post("/me/profile/basics", data=basics(page, headline="甲"))
    assert drafts.load(session, person, "form.basics") is None


def test_a_draft_equal_to_what_is_stored_is_not_spoken_of(visitor):
    page = text(visitor.get("/me/profile/basics"))
    same = basics(page, headline="大数据开发工程师", home_region="")
    visitor.post("/me/drafts/basics", data=same, headers=JSON)
    assert "已恢复" not in text(visitor.get("/me/profile/basics"))


def test_a_draft_without_scripts(visitor):
    page = text(visitor.get("/me/profile/basics"))
    answer = visitor.post(
        "/me/drafts/basics?next=/me/profile/basics", data=basics(page, headline="没写完")
    )
    assert answer.location == "/me/profile/basics"
    assert visitor.post("/me/drafts/basics?next=//evil.example", data={}).location == "/me/profile"


def test_a_draft_cannot_reach_what_the_program_keeps(visitor, person, session):
    visitor.post("/me/drafts/proposals", data={"items": "x"}, headers=JSON)
    assert drafts.load(session, person, "proposals") is None


def test_a_skill_without_scripts(visitor, stored):
    found = text(visitor.get("/me/skills?q=dashuju"))
    assert "大数据" in found
    found = text(visitor.get("/me/skills?q=kafka"))
    assert "/me/skills/kafka" in found
    page = text(visitor.get("/me/skills/kafka"))
    evidence = stored().entries[0].public_id
    visitor.post(
        "/me/skills/kafka",
        data={"version": version(page), "level": "3", "years": "2", "evidence": evidence},
    )
    kafka = next(one for one in stored().skills if one.skill_id == "kafka")
    assert (kafka.level, kafka.years_tenths, len(kafka.evidence)) == (3, 20, 1)
    visitor.post("/me/skills/kafka/remove")
    assert "kafka" not in {one.skill_id for one in stored().skills}


def test_entries_are_added_changed_and_removed_after_a_question(visitor, stored):
    work = {
        "organisation": "锦城数科有限公司",
        "title": "数据工程师",
        "start_month": "2020-01",
        "end_month": "2022-02",
    }
    page = text(visitor.get("/me/entries/new/experience"))
    visitor.post("/me/entries/new/experience", data={"version": version(page), **work})
    entry = next(one for one in stored().entries if one.organisation == "锦城数科有限公司")
    path = f"/me/entries/{entry.public_id}"
    page = text(visitor.get(path))
    visitor.post(path, data={"version": version(page), **work, "title": "架构师"})
    assert "架构师" in {one.title for one in stored().entries}
    assert "删除这一段？" in text(visitor.get(path + "/remove"))
    assert len(stored().entries) == 2
    visitor.post(path + "/remove")
    assert len(stored().entries) == 1


def test_another_persons_entry_is_not_there(visitor, session):
    other = make_talent()
    foreign = other.entries[0].public_id
    db.session.rollback()
    for path in (f"/me/entries/{foreign}", f"/me/entries/{foreign}/remove"):
        assert visitor.get(path).status_code == 404
    assert visitor.post(f"/me/entries/{foreign}/remove").status_code == 404


def test_a_scan_is_kept_sealed_and_opens_for_the_person(app, visitor, make_client, stored):
    path = f"/me/entries/{stored().entries[0].public_id}"
    scan = b"%PDF-1.4 proof of work"
    visitor.post(path + "/proof", data={"file": (io.BytesIO(scan), "证明.pdf")})
    opened = visitor.get(path + "/proof")
    assert opened.data == scan
    assert opened.headers["Content-Disposition"].startswith("attachment")
    assert visitor.get(path + "/remove").status_code == 200
    kept = [one for one in app.extensions["talentmarket_files"].folder.rglob("*") if one.is_file()]
    assert len(kept) == 1
    assert b"proof" not in kept[0].read_bytes()
    refused = text(visitor.post(path + "/proof", data={"file": (io.BytesIO(b"MZ"), "x.exe")}), 422)
    assert "只接收" in refused


def document(*lines: str) -> bytes:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def test_a_word_file_becomes_proposals_and_only_chosen_ones_are_taken(visitor, stored):
    data = document(
        "工作经历",
        "２０２０.０３ - 2022.01  锦城数科有限公司  数据工程师",
        "精通 Kafka，熟悉 Flink",
    )
    answer = visitor.post("/me/import", data={"file": (io.BytesIO(data), "简历.docx")})
    assert answer.location == "/me/import/review"
    page = text(visitor.get("/me/import/review"))
    assert "checked" not in page, "nothing is ticked before"
    assert len(stored().entries) == 1
    ids = re.findall(r'name="item" value="(\w+)"', page)
    visitor.post("/me/import/review", data={"act": f"only:{ids[0]}"})
    assert {one.start_month for one in stored().entries} == {"2022-03", "2020-03"}
    visitor.post("/me/import/review", data={"act": "chosen"})
    assert "kafka" not in {one.skill_id for one in stored().skills}
    visitor.post("/me/import/review", data={"act": "all"})
    assert {one.skill_id: one.level for one in stored().skills}["kafka"] == 4
    assert "没有等待确认的建议" in text(visitor.get("/me/import/review"))


@pytest.mark.parametrize("data", [b"", b"%PDF-broken", b"PK\x03\x04word/", b"GIF89a"])
def test_a_file_that_cannot_be_read_is_refused(visitor, data):
    page = text(visitor.post("/me/import", data={"file": (io.BytesIO(data), "x.pdf")}), 422)
    assert "error-summary" in page


def test_visibility_and_sections(visitor, stored):
    page = text(visitor.get("/me/visibility"))
    assert "checked" not in page, "nothing is chosen for the person"
    assert "请选择一项" in text(
        visitor.post("/me/visibility", data={"version": version(page)}), 422
    )
    visitor.post("/me/visibility", data={"version": version(page), "visibility": "public"})
    assert stored().visibility is Visibility.PUBLIC
    page = text(visitor.get("/me/visibility/sections"))
    levels = dict.fromkeys(
        ("current_employer", "skills", "experience", "project", "education", "certificate"),
        "public",
    )
    visitor.post(
        "/me/visibility/sections", data={"version": version(page), **levels, "pay": "private"}
    )
    assert stored().sections == {"pay": "private"}


def test_the_way_in_ends_with_the_choice(make_client, session):
    account = make_account("林知遥")
    visitor = make_client(account)
    assert visitor.post("/me/onboarding").location == "/me/onboarding/basics"
    page = text(visitor.get("/me/onboarding/basics"))
    answer = visitor.post("/me/onboarding/basics", data=basics(page))
    assert answer.location == "/me/onboarding/wishes"
    page = text(visitor.get("/me/onboarding/wishes"))
    data = {"version": version(page), "occupations": "2-02-38-03", "regions": "510100"}
    assert visitor.post("/me/onboarding/wishes", data=data).location.endswith("/experience")
    page = text(visitor.get("/me/entries/new/experience"))
    work = {"organisation": "锦城数科有限公司", "title": "工程师", "start_month": "2020-01"}
    answer = visitor.post("/me/entries/new/experience", data={"version": version(page), **work})
    assert answer.location == "/me/onboarding/experience"
    page = text(visitor.get("/me/onboarding/blocks"))
    assert "锦城数科有限公司" in page
    assert "checked" not in page
    answer = visitor.post("/me/onboarding/blocks", data={"employer": "锦城数科有限公司"})
    assert answer.location == "/me/onboarding/visibility"
    page = text(visitor.get("/me/onboarding/visibility"))
    assert "checked" not in page
    assert visitor.get("/me/onboarding").location == "/me/onboarding/visibility"
    data = {"version": version(page), "visibility": "organisations"}
    assert visitor.post("/me/onboarding/visibility", data=data).location == "/me/profile"
    assert visitor.get("/me/onboarding").location == "/me/profile"
    assert "林知遥" not in text(visitor.get("/me/blocks")).replace('lang="zh">林知遥', "")


def test_preview_says_what_a_named_organisation_sees(visitor, stored):
    seen, blocked = make_organisation(), make_organisation()
    see, name, hide = seen.public_id, blocked.name, blocked.public_id
    db.session.rollback()
    page = text(visitor.get(f"/me/preview?org={see}"))
    assert "单位名已隐藏" in page
    assert "岷江软件" not in page
    visitor.post("/me/blocks", data={"name": name})
    assert "您屏蔽了这家单位" in text(visitor.get(f"/me/preview?org={hide}"))
    visitor.post("/me/blocks/lift", data={"name": name})
    assert "您屏蔽了这家单位" not in text(visitor.get(f"/me/preview?org={hide}"))


def test_preview_says_who_cannot_search_and_names_nobody_who_has_vanished(visitor, stored):
    firm = make_organisation("锦程人才服务有限公司", OrganisationKind.HR_FIRM)
    gone = make_organisation("锦里停用有限公司", state=OrganisationState.SUSPENDED)
    without, vanished = firm.public_id, gone.public_id
    page = text(visitor.get(f"/me/preview?q=锦&org={without}"))
    assert "没有有效的人力资源服务许可证" in page
    assert "锦程人才服务" in page
    assert "锦里停用" not in page
    assert "锦里停用" not in text(visitor.get(f"/me/preview?org={vanished}"))
    make_licence(firm)
    assert "没有有效的人力资源服务许可证" not in text(visitor.get(f"/me/preview?org={without}"))
