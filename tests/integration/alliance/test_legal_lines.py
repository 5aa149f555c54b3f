"""What the exchange shows of itself on every page, and what the office reads where it is not set."""

from __future__ import annotations

import pytest

from talentmarket.core.config import Settings, SettingsError
from tests.factories import make_account
from tests.fixtures.databases import on_sqlite

GIVEN = {
    "business_licence": "91510100MA6CTEST0X",
    "hr_licence": "川人服证字〔2025〕第0001号",
    "telecom_licence": "川B2-20250001",
    "icp": "蜀ICP备2025000001号",
    "algorithm_filing": "网信算备510100000000001号",
}


@pytest.fixture
def given(app, monkeypatch):
    def give(**changes):
        settings = app.extensions["talentmarket_settings"].with_(**changes)
        monkeypatch.setitem(app.extensions, "talentmarket_settings", settings)

    return give


def foot(client):
    page = client.get("/").get_data(as_text=True)
    return page[page.index('class="foot-legal"') :]


@on_sqlite
def test_what_is_set_stands_at_the_foot(client, given):
    given(**GIVEN)
    said = foot(client)
    assert [one for one in GIVEN.values() if one not in said] == []
    assert 'href="https://beian.miit.gov.cn/"' in said
    assert "示例" not in said


@on_sqlite
def test_nothing_is_made_up_where_it_is_not_set(session, client, make_client, given):
    said = foot(client)
    assert "示例" not in said
    assert "人力资源服务许可证" not in said
    office = make_client(make_account(is_operator=True), second_factor=True)
    page = office.get("/operator/").get_data(as_text=True)
    assert "页脚没有公示：营业执照、人力资源服务许可证（含开展网络招聘服务）、ICP 备案。" in page
    given(**GIVEN)
    assert "页脚没有公示" not in office.get("/operator/").get_data(as_text=True)


@on_sqlite
def test_the_demo_says_that_it_is_one(client, given):
    given(demo=True)
    assert foot(client).count("（示例）") == 3


def test_a_line_is_one_line_of_a_length_that_a_footer_holds(tmp_path):
    environ = {"TALENTMARKET_INSTANCE": str(tmp_path), "TALENTMARKET_ICP": " 蜀ICP备\n2025号 "}
    assert Settings.from_environ(environ).icp == "蜀ICP备 2025号"
    with pytest.raises(SettingsError, match="TALENTMARKET_HR_LICENCE"):
        Settings.from_environ(environ | {"TALENTMARKET_HR_LICENCE": "长" * 121})
