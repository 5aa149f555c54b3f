"""An encoder as onnxruntime and tokenizers really read it: a tiny graph, made here."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import onnxruntime
import pytest
import tokenizers

from talentmarket.matching.encoders import EncoderRefused, open_encoder

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "数", "据", "牙", "医"]


def field(number, payload):
    """A field of a protocol buffer: a whole number, or bytes with their length."""
    if isinstance(payload, int):
        return varint(number << 3) + varint(payload)
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def value_info(name, kind, dims):
    shape = b"".join(
        field(1, field(1, dim) if isinstance(dim, int) else field(2, dim.encode())) for dim in dims
    )
    return field(1, name.encode()) + field(2, field(1, field(1, kind) + field(2, shape)))


def graph(table):
    """Gather(table, input_ids): the vector of each token is its row."""
    rows, size = table.shape
    weights = (
        field(1, rows)
        + field(1, size)
        + field(2, 1)
        + field(8, b"table")
        + field(9, table.tobytes())
    )
    node = field(1, b"table") + field(1, b"input_ids") + field(2, b"hidden") + field(4, b"Gather")
    inner = field(1, node) + field(2, b"tiny") + field(5, weights)
    inner += field(11, value_info("input_ids", 7, ["texts", "tokens"]))
    inner += field(12, value_info("hidden", 1, ["texts", "tokens", size]))
    return field(1, 8) + field(7, inner) + field(8, field(2, 13))


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "tiny"
    place.mkdir()
    table = np.arange(8 * 4, dtype=np.float32).reshape(8, 4) % 7 + np.eye(8, 4, dtype=np.float32)
    (place / "tiny.onnx").write_bytes(graph(table))
    words = {word: number for number, word in enumerate(VOCABULARY)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer()
    tokenizer.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(place / "tokenizer.json"))
    return place, table


def unit(row):
    return row / np.linalg.norm(row)


def test_the_first_token_speaks_for_a_text(folder):
    place, table = folder
    found = open_encoder(place).encode(["数据", "牙医 牙医 牙医"])
    assert found == pytest.approx(np.array([unit(table[2])] * 2))


def test_the_mean_of_the_tokens_leaves_padding_out(folder):
    place, table = folder
    (place / "1_Pooling").mkdir()
    said = json.dumps({"pooling_mode_mean_tokens": True})
    (place / "1_Pooling" / "config.json").write_text(said, "utf-8")
    found = open_encoder(place / "tiny.onnx").encode(["牙", "数据"])
    assert found[0] == pytest.approx(unit(table[[2, 6, 3]].mean(axis=0)))
    assert found[1] == pytest.approx(unit(table[[2, 4, 5, 3]].mean(axis=0)))


def test_an_archive_is_read_as_the_folder_is(folder, tmp_path):
    place, _table = folder
    archive = tmp_path / "tiny.jar"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("tiny.onnx", "tokenizer.json"):
            packed.write(place / name, name)
    one, other = (open_encoder(path).encode(["牙医"]) for path in (place, archive))
    assert one.tolist() == other.tolist()


def test_what_is_no_graph_is_refused(folder):
    place, _table = folder
    (place / "tiny.onnx").write_bytes(b"no graph")
    with pytest.raises(EncoderRefused, match="is no encoder"):
        open_encoder(place)
    assert onnxruntime.__version__
