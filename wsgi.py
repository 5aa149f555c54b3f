"""The WSGI entry point: ``gunicorn wsgi:app`` and ``flask`` both find the app here."""

from talentmarket.factory import create_app

app = create_app()
