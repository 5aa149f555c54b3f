"""Settings of the site, read once from the environment.

Usual names are used as they are (``DATABASE_URL``, ``SECRET_KEY`` …); the exchange's own begin
with ``TALENTMARKET_``. ``docs/operations.md`` lists every one and a test holds the list to
:data:`SETTINGS`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

#: Every environment variable the site reads, with the meaning of its absence.
SETTINGS: dict[str, str] = {
    "DATABASE_URL": "SQLite file in the instance folder",
    "ELASTICSEARCH_URL": "the embedded index in the instance folder",
    "ELASTICSEARCH_API_KEY": "no API key is sent",
    "ELASTICSEARCH_CA_CERTS": "the system's certificates",
    "ELASTICSEARCH_INDEX_PREFIX": "talentmarket",
    "ELASTICSEARCH_SHARDS": "1",
    "ELASTICSEARCH_REPLICAS": "0",
    "REDIS_URL": "counters and queue live in the database",
    "SECRET_KEY": "a random key, made once, kept in the instance folder (mode 0600)",
    "SECRET_KEY_FALLBACKS": "no former key is known",
    "MAIL_URL": "mail is kept for the demo page in demo mode, else refused",
    "MAIL_FROM": "no-reply@localhost",
    "SMS_GATEWAY_URL": "codes go to the demo page in demo mode, else refused",
    "SMS_GATEWAY_TOKEN": "the gateway is called without a token",
    "PORT": "8000",
    "WEB_CONCURRENCY": "2",
    "LOG_LEVEL": "INFO",
    "TALENTMARKET_WARM": "1: a web process loads ahead what its first pages need",
    "TALENTMARKET_INSTANCE": "instance",
    "TALENTMARKET_DEMO": "no demo accounts, no mail and code page",
    "TALENTMARKET_PROXIES": "0: no forwarding header is trusted",
    "TALENTMARKET_FILE_KEYS": "a random key, made once, kept in the instance folder (mode 0600)",
    "TALENTMARKET_SITE_URL": "addresses in mails are made from the request",
    "TALENTMARKET_BUSINESS_LICENCE": "the footer shows none, and the office is told",
    "TALENTMARKET_HR_LICENCE": "the footer shows none, and the office is told",
    "TALENTMARKET_TELECOM_LICENCE": "the footer shows none",
    "TALENTMARKET_ICP": "the footer shows none, and the office is told",
    "TALENTMARKET_ALGORITHM_FILING": "the footer shows none",
    "TALENTMARKET_MATCH_RECALL": "memory: each process of the night's lists holds everybody",
    "TALENTMARKET_ENCODER": "titles are compared by their signs and fields of work alone",
}


class SettingsError(ValueError):
    """A setting has a value the site cannot run with; the message names it."""


@dataclass(frozen=True)
class Settings:
    """All that the factory needs to put the site together.

    ``file_keys`` are Fernet keys, newest first: the first encrypts, all decrypt.
    ``secret_from_environ`` tells whether the key was given or made up (a public address
    needs a given one).
    """

    instance: Path
    secret_key: str
    file_keys: tuple[str, ...]
    database_url: str
    elasticsearch_url: str | None = None
    elasticsearch_api_key: str | None = None
    elasticsearch_ca_certs: str | None = None
    elasticsearch_index_prefix: str = "talentmarket"
    elasticsearch_shards: int = 1
    elasticsearch_replicas: int = 0
    redis_url: str | None = None
    mail_url: str | None = None
    mail_from: str = "no-reply@localhost"
    sms_gateway_url: str | None = None
    sms_gateway_token: str | None = None
    site_url: str | None = None
    #: What the law has the exchange show of itself on every page, as it stands on the papers.
    business_licence: str | None = None
    hr_licence: str | None = None
    telecom_licence: str | None = None
    icp: str | None = None
    algorithm_filing: str | None = None
    encoder: Path | None = None
    match_recall: str = "memory"
    log_level: str = "INFO"
    demo: bool = False
    proxies: int = 0
    testing: bool = False
    secret_from_environ: bool = False
    #: Keys that were SECRET_KEY before, newest first: they open and verify, and sign nothing new.
    former_secret_keys: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; make the instance folder and its keys where none are given.

        Raises :class:`SettingsError` for a value that cannot be used.
        """
        env = os.environ if environ is None else environ
        instance = Path(env.get("TALENTMARKET_INSTANCE") or "instance").absolute()
        # Keys and, on SQLite, all that members wrote lie in it. A folder that is there stays as it is.
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        given_secret = env.get("SECRET_KEY")
        keys = env.get("TALENTMARKET_FILE_KEYS")
        file_keys = keys.split(",") if keys else [_kept(instance / "file.key", _new_file_key)]
        return cls(
            instance=instance,
            secret_key=given_secret
            or _kept(instance / "secret.key", lambda: secrets.token_urlsafe(48)),
            secret_from_environ=bool(given_secret),
            former_secret_keys=_listed(env.get("SECRET_KEY_FALLBACKS")),
            file_keys=tuple(key.strip() for key in file_keys if key.strip()),
            database_url=_database_url(env.get("DATABASE_URL"), instance),
            elasticsearch_url=env.get("ELASTICSEARCH_URL") or None,
            elasticsearch_api_key=env.get("ELASTICSEARCH_API_KEY") or None,
            elasticsearch_ca_certs=env.get("ELASTICSEARCH_CA_CERTS") or None,
            elasticsearch_index_prefix=env.get("ELASTICSEARCH_INDEX_PREFIX") or "talentmarket",
            elasticsearch_shards=_whole_number(env, "ELASTICSEARCH_SHARDS", 1, least=1),
            elasticsearch_replicas=_whole_number(env, "ELASTICSEARCH_REPLICAS", 0),
            redis_url=env.get("REDIS_URL") or None,
            mail_url=env.get("MAIL_URL") or None,
            mail_from=env.get("MAIL_FROM") or "no-reply@localhost",
            sms_gateway_url=env.get("SMS_GATEWAY_URL") or None,
            sms_gateway_token=env.get("SMS_GATEWAY_TOKEN") or None,
            site_url=(env.get("TALENTMARKET_SITE_URL") or "").rstrip("/") or None,
            business_licence=_line(env, "TALENTMARKET_BUSINESS_LICENCE"),
            hr_licence=_line(env, "TALENTMARKET_HR_LICENCE"),
            telecom_licence=_line(env, "TALENTMARKET_TELECOM_LICENCE"),
            icp=_line(env, "TALENTMARKET_ICP"),
            algorithm_filing=_line(env, "TALENTMARKET_ALGORITHM_FILING"),
            encoder=Path(encoder).absolute()
            if (encoder := env.get("TALENTMARKET_ENCODER"))
            else None,
            match_recall=_one_of(env, "TALENTMARKET_MATCH_RECALL", "memory", "index"),
            log_level=_log_level(env.get("LOG_LEVEL")),
            demo=env.get("TALENTMARKET_DEMO", "") in {"1", "true", "yes"},
            proxies=_whole_number(env, "TALENTMARKET_PROXIES", 0),
        )

    def with_(self, **changes: object) -> Settings:
        """The same settings with some values replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(one.strip() for one in (value or "").split(",") if one.strip())


def _new_file_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def _line(env: Mapping[str, str], name: str) -> str | None:
    """A line that pages show: one line, of a length that a footer holds."""
    value = " ".join((env.get(name) or "").split())
    if len(value) > 120:
        raise SettingsError(f"{name} must be at most 120 characters")
    return value or None


def _kept(path: Path, make: object) -> str:
    """The key in `path`, made once; two processes starting at once end with the same one."""
    assert callable(make)
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(str(make()))
        # The file appears whole or not at all, and the first of two processes wins.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    value = path.read_text(encoding="ascii").strip()
    if not value:
        raise SettingsError(f"{path} is empty: remove it or set the key")
    return value


def _database_url(given: str | None, instance: Path) -> str:
    if not given:
        return f"sqlite:///{instance / 'talentmarket.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    if not given.startswith(("sqlite:", "postgresql+psycopg:")):
        raise SettingsError("DATABASE_URL must be a sqlite: or postgresql: address")
    return given


def _whole_number(env: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    value = env.get(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < least:
        least_said = f" of at least {least}" if least else ""
        raise SettingsError(f"{name} must be a whole number{least_said}, not {value!r}")
    return int(value)


def _one_of(env: Mapping[str, str], name: str, *known: str) -> str:
    value = env.get(name) or known[0]
    if value not in known:
        raise SettingsError(f"{name} must be one of {', '.join(known)}, not {value!r}")
    return value


def _log_level(value: str | None) -> str:
    level = (value or "INFO").upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
        raise SettingsError(f"LOG_LEVEL must be a level name, not {value!r}")
    return level
