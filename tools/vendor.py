"""Front-end packages that are served from this repository.

``python -m tools.vendor fetch`` takes the pinned versions from the npm registry (``npm pack``; its
integrity sum is npm's own check), keeps only the files that pages use and writes
``static/vendor/manifest.json``. ``python -m tools.vendor check`` compares the files with that.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = "manifest.json"
_SOURCE_MAP = re.compile(rb"\s*(?:/\*#\s*sourceMappingURL=.*?\*/|//#\s*sourceMappingURL=\S+)\s*$")


@dataclass(frozen=True)
class Package:
    """One npm package: where it goes and which of its files are kept (source → target)."""

    name: str
    version: str
    folder: str
    licence: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "bootstrap",
        "5.3.9",
        "bootstrap",
        "MIT",
        {"dist/css/bootstrap.min.css": "bootstrap.min.css", "LICENSE": "LICENSE"},
    ),
    Package(
        "bootstrap-icons",
        "1.13.2",
        "bootstrap-icons",
        "MIT",
        {
            "font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
            "font/fonts/bootstrap-icons.woff2": "fonts/bootstrap-icons.woff2",
            "LICENSE": "LICENSE",
        },
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "htmx",
        "0BSD",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    ),
    Package(
        "tom-select",
        "2.6.2",
        "tom-select",
        "Apache-2.0",
        {"dist/js/tom-select.popular.min.js": "tom-select.min.js", "LICENSE": "LICENSE"},
    ),
)


def sha256(data: bytes) -> str:
    """Hex digest of ``data``."""
    return hashlib.sha256(data).hexdigest()


def without_source_map(data: bytes) -> bytes:
    """Drop the trailing reference to a source map: the maps are not served."""
    return _SOURCE_MAP.sub(b"\n", data)


def fetch(target: Path = VENDOR) -> None:
    """Download every package and rewrite the kept files and the manifest."""
    entries = []
    for package in PACKAGES:
        entries.append(_fetch_one(package, target))
    manifest = {"packages": entries}
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (target / MANIFEST).write_text(text, encoding="utf-8")


def _fetch_one(package: Package, target: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        spec = f"{package.name}@{package.version}"
        done = subprocess.run(
            ["npm", "pack", "--json", spec], cwd=folder, check=True, capture_output=True, text=True
        )
        packed = json.loads(done.stdout)[0]
        archive = Path(folder) / packed["filename"]
        files = [
            _keep(archive, source, target / package.folder / name, f"{package.folder}/{name}")
            for source, name in package.files.items()
        ]
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "integrity": packed["integrity"],
        "files": files,
    }


def _keep(archive: Path, source: str, path: Path, name: str) -> dict[str, str]:
    with tarfile.open(archive) as tar:
        member = tar.extractfile(f"package/{source}")
        if member is None:
            raise FileNotFoundError(f"{source} is not in {archive.name}")
        data = member.read()
    if path.suffix in {".css", ".js"}:
        data = without_source_map(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return {"path": name, "source": source, "sha256": sha256(data)}


def problems(target: Path = VENDOR) -> list[str]:
    """Everything that differs between the folder, its manifest and the pinned versions."""
    manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    found: list[str] = []
    listed: set[str] = {MANIFEST}
    pinned = {p.name: p.version for p in PACKAGES}
    recorded = {entry["name"]: entry["version"] for entry in manifest["packages"]}
    if pinned != recorded:
        found.append(f"pinned {pinned}, recorded {recorded}")
    for entry in manifest["packages"]:
        for file in entry["files"]:
            listed.add(file["path"])
            path = target / file["path"]
            if not path.is_file():
                found.append(f"{file['path']}: missing")
            elif sha256(path.read_bytes()) != file["sha256"]:
                found.append(f"{file['path']}: checksum differs")
    present = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()}
    found.extend(f"{name}: not in the manifest" for name in sorted(present - listed))
    return found


def main(argv: list[str] | None = None) -> int:
    """Command line: exit 0 when all is well, 1 when the check finds a difference."""
    parser = argparse.ArgumentParser(prog="python -m tools.vendor", description=__doc__)
    parser.add_argument("action", choices=["fetch", "check"])
    if parser.parse_args(argv).action == "fetch":
        fetch()
    found = problems()
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print(f"{len(PACKAGES)} packages, checksums right")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
