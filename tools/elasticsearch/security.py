"""Security of a test server: an own CA, a server certificate, one superuser in the file realm."""

import base64
import datetime
import hashlib
import ipaddress
import os
import secrets
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER = "shucai"
VALID_DAYS = 3650
ITERATIONS = 10_000


def ca_file(home: Path) -> Path:
    """The certificate of the CA that signed the server's."""
    return home / "certificates" / "ca.pem"


def password(home: Path) -> str:
    """The password of the user ``shucai`` of this instance."""
    return (home / "certificates" / "password").read_text("ascii")


def basic_header(home: Path) -> str:
    """The value of an ``Authorization`` header for the superuser."""
    pair = f"{USER}:{password(home)}".encode("ascii")
    return "Basic " + base64.b64encode(pair).decode("ascii")


def prepare(home: Path, config: Path) -> list[str]:
    """Write certificates, password and file realm; the lines for ``elasticsearch.yml``."""
    folder = home / "certificates"
    if not ca_file(home).exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "password").write_text(secrets.token_urlsafe(18), "ascii")
        _write_certificates(folder)
    for name in ("server.pem", "server.key", "ca.pem"):
        (config / name).write_bytes((folder / name).read_bytes())
    (config / "users").write_text(f"{USER}:{_pbkdf2(password(home))}\n", "ascii")
    (config / "users_roles").write_text(f"superuser:{USER}\n", "ascii")
    return [
        "xpack.security.enabled: true",
        "xpack.security.authc.api_key.enabled: true",
        "xpack.security.http.ssl.enabled: true",
        "xpack.security.http.ssl.key: server.key",
        "xpack.security.http.ssl.certificate: server.pem",
        "xpack.security.http.ssl.certificate_authorities: [ca.pem]",
        "xpack.security.transport.ssl.enabled: false",
    ]


def _pbkdf2(plain: str) -> str:
    """The server's own text form: ``{PBKDF2}iterations$salt$hash`` over SHA-512."""
    salt = os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", plain.encode("utf-8"), salt, ITERATIONS, dklen=32)
    encoded = (base64.b64encode(part).decode("ascii") for part in (salt, digest))
    return "{PBKDF2}" + "$".join([str(ITERATIONS), *encoded])


def _write_certificates(folder: Path) -> None:
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Shucai development CA")])
    ca = _certificate(ca_name, ca_name, ca_key.public_key(), authority=True)
    signed_ca = ca.sign(ca_key, hashes.SHA256())
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    addresses: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.DNSName("localhost"),
    ]
    server = _certificate(name, ca_name, key.public_key(), authority=False)
    server = server.add_extension(x509.SubjectAlternativeName(addresses), critical=False)
    signed = server.sign(ca_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(signed_ca.public_bytes(pem))
    (folder / "server.pem").write_bytes(signed.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.key").write_bytes(private)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    *,
    authority: bool,
) -> x509.CertificateBuilder:
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(public_key).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start)
    builder = builder.not_valid_after(start + datetime.timedelta(days=VALID_DAYS))
    return builder.add_extension(
        x509.BasicConstraints(ca=authority, path_length=None), critical=True
    )
