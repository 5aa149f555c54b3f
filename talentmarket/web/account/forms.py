"""Forms of the account pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    StringField,
)
from wtforms.validators import InputRequired, Length

from talentmarket.web.choices import pair_choices

#: The four kinds of newcomers; each sees what it will need.
ROLES = ("talent", "employer", "firm", "school")

_IDENTIFIER = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "12"}
_OLD = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}


class AuthForm(FlaskForm):
    """What every step on the way in carries along."""

    next = HiddenField()
    role = HiddenField()


class IdentifierForm(AuthForm):
    """Asks where a code shall go."""

    identifier = StringField(
        _l("手机号或邮箱"),
        [InputRequired(_l("请填写手机号或邮箱。")), Length(max=254)],
        render_kw=_IDENTIFIER,
    )


class CodeForm(IdentifierForm):
    """Asks for the code that was sent."""

    code = StringField(_l("验证码"), [InputRequired(_l("请填写 6 位验证码。"))], render_kw=_CODE)


class PasswordForm(IdentifierForm):
    """Signs in with a password."""

    password = PasswordField(_l("密码"), [InputRequired(_l("请填写密码。"))], render_kw=_OLD)


class RegisterForm(FlaskForm):
    """Makes the account: nothing is ticked before; a password is not needed."""

    name = StringField(
        _l("姓名"),
        [Length(max=80, message=_l("姓名最多 80 个字。"))],
        description=_l("入围之前，用人单位只看到编号，看不到姓名。"),
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        _l("密码"),
        description=_l("不设密码也可以，以后都用验证码登录。至少 10 个字符。"),
        render_kw=_NEW,
    )
    sixteen = BooleanField(_l("我已满 16 周岁"))
    agreed = BooleanField(_l("我已阅读并同意隐私政策"))


class SecondProofForm(FlaskForm):
    """Asks for more than the number: a password, or a code to the account's mail."""

    given = StringField(
        _l("密码，或邮箱收到的验证码"),
        [InputRequired(_l("请填写密码或验证码。"))],
        render_kw={"autocomplete": "off"},
    )


class TotpForm(FlaskForm):
    """Asks for the code of the authenticator."""

    code = StringField(
        _l("动态口令"), [InputRequired(_l("请填写 6 位动态口令。"))], render_kw=_CODE
    )


class ProveForm(FlaskForm):
    """Asks again who it is before something that cannot be undone easily."""

    given = PasswordField(
        _l("密码，或刚收到的验证码"),
        [InputRequired(_l("请填写密码或验证码。"))],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasswordForm(FlaskForm):
    """A new password."""

    password = PasswordField(
        _l("新密码"),
        [InputRequired(_l("请填写新密码。"))],
        render_kw=_NEW,
        description=_l("至少 10 个字符。几个不相干的词连起来最好记。"),
    )


class ResetForm(CodeForm):
    """A code and a new password."""

    password = PasswordField(
        _l("新密码"),
        [InputRequired(_l("请填写新密码。"))],
        render_kw=_NEW,
        description=_l("至少 10 个字符。几个不相干的词连起来最好记。"),
    )


class SettingsForm(FlaskForm):
    """Name, language, mail."""

    name = StringField(
        _l("姓名"),
        [Length(max=80, message=_l("姓名最多 80 个字。"))],
        render_kw={"autocomplete": "name"},
    )
    locale = RadioField(
        _l("界面语言"), choices=pair_choices([("zh", _l("简体中文")), ("en", "English")])
    )
    daily_mail = BooleanField(
        _l("每天最多一封邮件，汇总未读通知"),
        description=_l("有期限的事项仍会即时发邮件。没有验证邮箱时只在站内提醒。"),
    )


class EraseForm(FlaskForm):
    """The last question."""

    sure = BooleanField(_l("我明白：档案、申请中的资料和文件会删除，不能恢复"))
