"""Years as words. English has one year and two; of 1.5 years it speaks as of two."""

from __future__ import annotations

from flask_babel import ngettext


def _number(years: object) -> int:
    return 1 if str(years) == "1" else 2


def plain(years: object) -> str:
    """So many years; `years` as it is shown."""
    return ngettext("%(years)s 年", "%(years)s 年", _number(years), years=years)


def at_least(years: object) -> str:
    """So many or more."""
    return ngettext("%(years)s 年以上", "%(years)s 年以上", _number(years), years=years)


def at_most(years: object) -> str:
    """So many or fewer."""
    return ngettext("%(years)s 年以内", "%(years)s 年以内", _number(years), years=years)


def worked(years: object) -> str:
    """So many years of experience."""
    return ngettext("%(years)s 年经验", "%(years)s 年经验", _number(years), years=years)


def of_skill(skill: str, years: object, level: str = "") -> str:
    """A skill that is asked for so many years, on a level if one is said."""
    if level:
        return ngettext(
            "%(skill)s（%(level)s，%(years)s 年）",
            "%(skill)s（%(level)s，%(years)s 年）",
            _number(years),
            skill=skill,
            level=level,
            years=years,
        )
    return ngettext(
        "%(skill)s（%(years)s 年）",
        "%(skill)s（%(years)s 年）",
        _number(years),
        skill=skill,
        years=years,
    )


def stated(years: object) -> str:
    """What a profile says of its years."""
    return ngettext("写明 %(years)s 年", "写明 %(years)s 年", _number(years), years=years)


def experience_at_least(years: object) -> str:
    """The requirement by its name."""
    return ngettext("经验：%(years)s 年以上", "经验：%(years)s 年以上", _number(years), years=years)
