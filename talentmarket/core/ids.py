"""Public ids: random, never the primary key; anonymous card ids differ from viewer to viewer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is misread aloud
PUBLIC_ID_LENGTH = 12
CARD_ID_LENGTH = 26


def new_public_id() -> str:
    """A random id of 12 signs (59 bits), for addresses and exports."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


def card_id(secret: str, viewer: str, key: int) -> str:
    """The id under which `viewer` (an organisation's public id) sees the row `key`.

    The same viewer always sees the same id; another viewer sees another one, so two firms that
    compare their lists learn nothing. Reversible only with the site's secret.
    """
    block = key.to_bytes(8, "big") + _tag(secret, viewer, key)
    sealed = _cipher(secret, viewer).encryptor().update(block)
    return base64.b32encode(sealed).decode().rstrip("=").lower()


def open_card_id(secret: str, viewer: str, value: str) -> int | None:
    """The row key behind a card id of `viewer`; None when it is not one of theirs."""
    if len(value) != CARD_ID_LENGTH:
        return None
    try:
        sealed = base64.b32decode(value.upper() + "======")
    except ValueError:
        return None
    if len(sealed) != 16:
        return None
    block = _cipher(secret, viewer).decryptor().update(sealed)
    key = int.from_bytes(block[:8], "big")
    if key >= 2**63 or not hmac.compare_digest(block[8:], _tag(secret, viewer, key)):
        return None
    return key


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


def _tag(secret: str, viewer: str, key: int) -> bytes:
    return hmac.new(
        _derived(secret, "card-tag:" + viewer), key.to_bytes(8, "big"), hashlib.sha256
    ).digest()[:8]


def _cipher(secret: str, viewer: str) -> Cipher[modes.ECB]:
    # One block of 16 bytes that is unique by its key: a plain block permutation is what is wanted.
    return Cipher(algorithms.AES(_derived(secret, "card:" + viewer)), modes.ECB())
