"""Encoders: texts become vectors whose angle says how near their meaning is. An optional part.

The site works without one. With `pip install .[encoder]` and a model in the setting
`TALENTMARKET_ENCODER` titles are compared by their meaning as well (docs/operations.md).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

#: Texts encoded at once, and tokens read of each: titles are short.
BATCH, TOKENS = 64, 64
#: Where models say how the vectors of tokens become one; the first token's where they do not say.
POOLING = "1_Pooling/config.json"


class EncoderRefused(Exception):
    """The encoder of the settings cannot be used; the message says why."""


class Encoder(Protocol):
    """What makes vectors of texts."""

    name: str

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, size): a vector of length one for each text."""
        ...


class Files(NamedTuple):
    """A model: its name, the ONNX graph (its place, or what an archive holds), the tokenizer of the
    library tokenizers as JSON, and whether a text is the mean of its tokens or the first one."""

    name: str
    graph: bytes | str
    tokenizer: str
    mean: bool


class OnnxEncoder:
    """An encoder in the ONNX form, as BERT and its kin are exported.

    `run` takes the inputs of the graph by name and gives its first output, `tokenize` the texts
    and gives (ids, mask), both (texts, tokens); :func:`open_encoder` makes them.
    """

    def __init__(
        self,
        name: str,
        tokenize: Callable[[Sequence[str]], tuple[NDArray[np.int64], NDArray[np.int64]]],
        run: Callable[[dict[str, NDArray[np.int64]]], NDArray[np.float32]],
        *,
        mean: bool,
    ) -> None:
        self.name = name
        self._tokenize, self._run, self._mean = tokenize, run, mean

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, size): a vector of length one for each text."""
        parts = [self._some(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)

    def _some(self, texts: Sequence[str]) -> NDArray[np.float32]:
        ids, mask = self._tokenize(texts)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found = pooled(self._run(inputs), mask, mean=self._mean)
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(norms > 0, norms, 1.0), np.float32)


def pooled(
    output: NDArray[np.float32], mask: NDArray[np.int64], *, mean: bool
) -> NDArray[np.float32]:
    """One vector for each text, of one for each token; an output that is one for each text stays."""
    if output.ndim == 2:
        return output
    if not mean:
        return output[:, 0]
    weights = mask[..., None].astype(np.float32)
    total: NDArray[np.float32] = (output * weights).sum(axis=1) / np.maximum(
        weights.sum(axis=1), 1.0
    )
    return total


def open_encoder(path: Path) -> Encoder:
    """The encoder of a folder, an archive (zip, jar) or an ONNX file with its tokenizer beside.

    Raises :class:`EncoderRefused` where the libraries are missing or the files are not those of
    an encoder.
    """
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise EncoderRefused("an encoder needs: pip install .[encoder]") from error
    files = read_files(path)
    try:
        tokenizer = Tokenizer.from_str(files.tokenizer)
        session = onnxruntime.InferenceSession(files.graph, providers=["CPUExecutionProvider"])
    except Exception as error:  # both libraries raise bare exceptions of their own
        raise EncoderRefused(f"{path.name} is no encoder: {error}") from error
    tokenizer.enable_padding()
    tokenizer.enable_truncation(TOKENS)
    wanted = {one.name for one in session.get_inputs()}

    def tokenize(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        found = tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in found], np.int64)
        return ids, np.array([one.attention_mask for one in found], np.int64)

    def run(inputs: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        given = {name: values for name, values in inputs.items() if name in wanted}
        return np.asarray(session.run(None, given)[0], np.float32)

    return OnnxEncoder(files.name, tokenize, run, mean=files.mean)


def read_files(path: Path) -> Files:
    """The files of a model. Raises :class:`EncoderRefused`."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _files(path, archive.namelist(), archive.read, archive.read)
        folder = path if path.is_dir() else path.parent
        names = [one.relative_to(folder).as_posix() for one in sorted(folder.rglob("*.*"))]
        only = [one for one in names if one == path.name or not one.endswith(".onnx")]
        return _files(
            path,
            names if path.is_dir() else only,
            lambda name: str(folder / name),
            lambda name: (folder / name).read_bytes(),
        )
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise EncoderRefused(f"{path.name} cannot be read: {error}") from error


def _files(
    path: Path,
    names: Sequence[str],
    graph: Callable[[str], bytes | str],
    read: Callable[[str], bytes],
) -> Files:
    graphs = [name for name in names if name.endswith(".onnx")]
    tokenizers = [name for name in names if name.endswith("tokenizer.json")]
    if len(graphs) != 1 or not tokenizers:
        raise EncoderRefused(f"{path.name} holds not one ONNX file and its tokenizer.json")
    stem = Path(graphs[0]).stem
    own = next((name for name in tokenizers if Path(name).name.startswith(stem)), tokenizers[0])
    pooling = next((name for name in names if name.endswith(POOLING)), None)
    said = json.loads(read(pooling)) if pooling else {}
    mean = bool(said.get("pooling_mode_mean_tokens"))
    return Files(stem, graph(graphs[0]), read(own).decode(), mean)
