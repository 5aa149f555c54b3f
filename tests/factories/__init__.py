"""Small makers of rows for tests: believable values, every one can be given."""

from tests.factories.organisations import make_licence, make_member, make_organisation
from tests.factories.people import block_of, make_account, make_talent
from tests.factories.postings import make_application, make_job

__all__ = [
    "block_of",
    "make_account",
    "make_application",
    "make_job",
    "make_licence",
    "make_member",
    "make_organisation",
    "make_talent",
]
