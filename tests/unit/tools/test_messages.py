"""The catalogue keeps what it knows while texts come and go."""

from __future__ import annotations

import json

import pytest

from tools import messages


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own with one template and one module."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "TRANSLATIONS", tmp_path / "talentmarket" / "translations")
    (tmp_path / "talentmarket").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "talentmarket" / "texts.py").write_text(
        "_('保存')\nngettext('%(num)s 个岗位', '%(num)s 个岗位', 2)\n", encoding="utf-8"
    )
    (tmp_path / "templates" / "page.html").write_text(
        "{{ _('您好，%(name)s', name=name) }}{% trans %}\n  返回\n{% endtrans %}", encoding="utf-8"
    )
    return tmp_path


def give(project, **texts):
    path = project / "given.json"
    path.write_text(json.dumps(texts.pop("texts", texts), ensure_ascii=False), encoding="utf-8")
    return messages.add([path])


def test_texts_of_python_and_templates_are_found(project):
    assert messages.extract() == 4
    assert messages.missing() == ["%(num)s 个岗位", "保存", "您好，%(name)s", "返回"]


def test_english_is_merged_and_compiled(project):
    count, unknown = give(
        project,
        texts={
            "保存": "Save",
            "返回": "Back",
            "您好，%(name)s": "Hello %(name)s",
            "%(num)s 个岗位": ["%(num)s job", "%(num)s jobs"],
        },
    )
    assert (count, unknown) == (4, [])
    assert messages.missing() == []
    (compiled,) = messages.compile_catalogues()
    assert compiled.read_bytes()
    assert messages.compile_catalogues() == []


def test_a_text_that_went_keeps_its_english_until_pruned(project):
    give(project, texts={"保存": "Save"})
    source = project / "talentmarket" / "texts.py"
    kept = source.read_text(encoding="utf-8")
    source.write_text("", encoding="utf-8")
    messages.extract()
    source.write_text(kept, encoding="utf-8")
    messages.extract()
    assert "保存" not in messages.missing()
    source.write_text("", encoding="utf-8")
    assert messages.prune() == 1
    source.write_text(kept, encoding="utf-8")
    messages.extract()
    assert "保存" in messages.missing()


def test_the_file_does_not_change_when_nothing_does(project):
    give(project, texts={"保存": "Save", "还没有的": "Not there yet"})
    before = messages.po_path("en").read_bytes()
    messages.extract()
    assert messages.po_path("en").read_bytes() == before


@pytest.mark.parametrize(
    ("chinese", "english"),
    [("共 %(n)s 个", "all"), ("保存", "Save %(n)s"), ("保存", " ")],
)
def test_english_that_does_not_fit_is_refused(chinese, english):
    with pytest.raises(messages.CatalogueError):
        messages.check_pair(chinese, english)
