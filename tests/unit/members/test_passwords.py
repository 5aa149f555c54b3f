"""What is said of a password."""

from __future__ import annotations

import ast
import inspect

import pytest
import zxcvbn.feedback

from talentmarket.core.errors import Invalid
from talentmarket.members import passwords


def test_every_reason_of_the_judge_has_words():
    """Its texts are read from its source: a new version that says more fails here."""
    tree = ast.parse(inspect.getsource(zxcvbn.feedback))
    said = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "_"
        and isinstance(call.args[0], ast.Constant)
    }
    assert said == set(passwords.MESSAGES)


@pytest.mark.parametrize(
    ("password", "own"),
    [
        ("short", ()),
        ("password123", ()),
        ("qwertyuiop", ()),
        ("13800004417", ("+8613800004417",)),
        ("zhouyuanzhouyuan", ("zhouyuan@example.cn",)),
        ("x" * 129, ()),
    ],
)
def test_weak_passwords_are_refused(password, own):
    with pytest.raises(Invalid) as caught:
        passwords.require_good(password, own)
    assert caught.value.field == "password"


@pytest.mark.parametrize("password", ["江边 石阶 晨雾 渡船", "correct horse battery staple"])
def test_words_that_do_not_belong_together_are_good(password):
    passwords.require_good(password, ["林知遥", "+8613800004417"])


def test_a_long_password_is_judged_in_time():
    passwords.require_good("渡船 ab7 石阶 qz9 " * 9)


def test_hashes():
    hashed = passwords.hash_password("ｃafé 石阶 渡船")
    assert hashed.startswith("$argon2id$")
    assert passwords.verify_password("café 石阶 渡船", hashed), "forms of a sign are one"
    assert not passwords.verify_password("cafe 石阶 渡船", hashed)
    assert not passwords.verify_password("anything", None)
    assert not passwords.verify_password("anything", "no hash at all")
    assert not passwords.needs_rehash(hashed)
