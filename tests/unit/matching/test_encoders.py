"""Encoders: the vectors of tokens become one of each text; files that are no encoder are refused."""

from __future__ import annotations

import json
import sys
import zipfile

import numpy as np
import pytest

from talentmarket.matching.encoders import (
    BATCH,
    EncoderRefused,
    OnnxEncoder,
    open_encoder,
    pooled,
    read_files,
)

TOKENS = np.array([[[3.0, 4.0], [1.0, 0.0], [9.0, 9.0]]], np.float32)
MASK = np.array([[1, 1, 0]])


def test_a_text_is_its_first_token_or_the_mean_of_those_that_are_there():
    assert pooled(TOKENS, MASK, mean=False).tolist() == [[3.0, 4.0]]
    assert pooled(TOKENS, MASK, mean=True).tolist() == [[2.0, 2.0]]
    assert pooled(TOKENS[:, 0], MASK, mean=True).tolist() == [[3.0, 4.0]]
    assert pooled(TOKENS, 0 * MASK, mean=True).tolist() == [[0.0, 0.0]]


def test_vectors_have_length_one_in_the_order_of_the_texts():
    seen = []

    def tokenize(texts):
        ids = np.array([[len(text), 1] for text in texts])
        return ids, np.ones_like(ids)

    def run(inputs):
        seen.append(len(inputs["input_ids"]))
        assert not inputs["token_type_ids"].any()
        return inputs["input_ids"].astype(np.float32)

    texts = ["工" * size for size in range(BATCH + 3)]
    found = OnnxEncoder("own", tokenize, run, mean=False).encode(texts)
    assert seen == [BATCH, 3]
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(len(texts)))
    assert (np.diff(found[:, 0]) > 0).all()
    assert OnnxEncoder("own", tokenize, run, mean=False).encode([]).shape == (0, 0)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "model"
    (place / "1_Pooling").mkdir(parents=True)
    (place / "own.onnx").write_bytes(b"graph")
    (place / "tokenizer.json").write_text("{}", "utf-8")
    said = json.dumps({"pooling_mode_mean_tokens": True})
    (place / "1_Pooling" / "config.json").write_text(said, "utf-8")
    return place


def test_a_folder_a_file_of_it_and_an_archive_are_read_alike(folder, tmp_path):
    archive = tmp_path / "model.jar"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in folder.rglob("*.*"):
            packed.write(file, file.relative_to(folder))
    place = str(folder / "own.onnx")
    assert read_files(folder) == ("own", place, "{}", True)
    assert read_files(folder / "own.onnx") == ("own", place, "{}", True)
    assert read_files(archive) == ("own", b"graph", "{}", True)


def test_a_tokenizer_named_after_the_graph_goes_first(folder):
    (folder / "own-tokenizer.json").write_text("[]", "utf-8")
    (folder / "other.onnx").write_bytes(b"")
    assert read_files(folder / "own.onnx").tokenizer == "[]"
    with pytest.raises(EncoderRefused, match="holds not one ONNX file"):
        read_files(folder)


@pytest.mark.parametrize("missing", ["own.onnx", "tokenizer.json"])
def test_what_is_not_whole_is_refused(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(EncoderRefused, match="holds not one ONNX file"):
        read_files(folder)


def test_what_cannot_be_read_is_refused(folder, tmp_path):
    with pytest.raises(EncoderRefused):
        read_files(tmp_path / "nowhere" / "own.onnx")
    (folder / "1_Pooling" / "config.json").write_text("{", "utf-8")
    with pytest.raises(EncoderRefused, match="cannot be read"):
        read_files(folder)


def test_libraries_that_are_missing_are_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EncoderRefused, match=r"pip install \.\[encoder\]"):
        open_encoder(folder)
