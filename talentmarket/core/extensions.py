"""The Flask extensions, made once and bound by the factory."""

from __future__ import annotations

from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from talentmarket.core.db import db
from talentmarket.core.language import Babel

babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
migrate = Migrate(render_as_batch=True, compare_type=True)

__all__ = ["babel", "csrf", "db", "login_manager", "migrate"]
