"""What others wrote is bounded before it is read, and told in a sentence."""

import os
from pathlib import Path

import pytest

from ravelin.core import bounded
from ravelin.core.bounded import UnfitFileError, toml_values
from ravelin.core.sentence import SENTENCE_MOST, WORD_MOST, brief


def test_up_to_the_bound_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert bounded.read_bytes(path, 5, "a list") == b"12345"
    with pytest.raises(UnfitFileError, match=r"x has 5 bytes; a list has at most 4$"):
        bounded.read_bytes(path, 4, "a list")


def test_files_that_have_more_than_they_say() -> None:
    path = Path("/proc/self/maps")
    if not path.exists():
        pytest.skip("this system has no such files")
    with pytest.raises(UnfitFileError, match="has more than 10 bytes"):
        bounded.read_bytes(path, 10, "a list")


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnfitFileError, match="is a pipe, not a file, so it cannot be a list"):
        bounded.read_bytes(tmp_path / "pipe", 10, "a list")


def test_a_mark_of_the_encoding_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes("\N{BYTE ORDER MARK}ticks = 3".encode())
    assert bounded.toml_values(bounded.read_text(tmp_path / "x", 100, "a list")) == {"ticks": 3}
    with pytest.raises(UnfitFileError, match="byte 1 is none of UTF-8"):
        bounded.as_text(b"a\xff", "x", "a list")


@pytest.mark.parametrize("digits", [19, 400, 5000])
def test_whole_numbers_have_64_bits(digits: int) -> None:
    for number in ("9" * digits, "-" + "9" * digits):
        with pytest.raises(UnfitFileError, match="whole numbers lie between"):
            bounded.toml_values(f"a = {number}")
    assert bounded.toml_values(f"a = {bounded.WHOLE_MOST}\nb = {-bounded.WHOLE_MOST - 1}")["a"] == bounded.WHOLE_MOST


def test_values_are_nested_so_deep_and_no_deeper() -> None:
    deep = bounded.NESTED_MOST
    bounded.toml_values("a = " + "[" * deep + "]" * deep)
    for text in ("a = " + "[" * (deep + 1) + "]" * (deep + 1), "a = " + "[" * 100_000):
        with pytest.raises(UnfitFileError, match="nested more than"):
            bounded.toml_values(text)
    with pytest.raises(UnfitFileError, match="nested more than"):
        bounded.json_object(b'{"a": ' + b"[" * 100_000 + b"}")


@pytest.mark.parametrize("data", [b"", b"[1]", b"3", b'{"a": NaN}', b'{"a": Infinity}', b"\xff", b"{"])
def test_what_is_no_object_of_json(data: bytes) -> None:
    with pytest.raises(UnfitFileError):
        bounded.json_object(data)


def test_short_sentences_stay_as_they_are() -> None:
    for text in ("ticks is 3.", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "x" * WORD_MOST):
        assert brief(text) == text


def test_long_sentences_keep_both_ends() -> None:
    told = brief("ticks is " + "9" * 10**6 + ", but it is at most 120; change it in mine.toml")
    assert told.startswith("ticks is 999")
    assert told.endswith("999, but it is at most 120; change it in mine.toml")
    told = brief("begin " + "word " * 10**6 + "end")
    assert len(told) == SENTENCE_MOST
    assert (told[:6], told[-3:]) == ("begin ", "end")


def test_every_character_can_be_shown() -> None:
    assert brief("a\n\x1b[2J\x00\udcff\N{RIGHT-TO-LEFT OVERRIDE}") == "a\\n\\x1b[2J\\x00\\udcff\\u202e"


def key(parts: int) -> str:
    return ".".join("a" * parts)


MANY = {
    "99 parts in each of very many keys": "\n".join(f"b{n}.{key(98)} = 1" for n in range(5_000)),
    "8 parts in each of very many keys": "\n".join(f"b{n}.{key(7)} = 1" for n in range(50_000)),
    "3 parts in each of very many keys": "\n".join(f"b{n}.{key(2)} = 1" for n in range(50_000)),
    "sections of 8 parts": "\n".join(f"[b{n}.{key(7)}]" for n in range(50_000)),
    "inline": f"x = {{{key(900)} = 1}}",
    "inline, very many": "x = {" + ", ".join(f"b{n}.{key(7)} = 1" for n in range(50_000)) + "}",
    "quoted": '"a=b"' + '."c"' * 900 + " = 1",
    "quoted quotes": r'"\""' + r'."\""' * 900 + " = 1",
    "literal": "'a'" + ".'b'" * 900 + " = 1",
    "spaced": " . ".join("a" * 900) + " = 1",
}


@pytest.mark.parametrize("many", MANY)
def test_keys_that_would_take_minutes_are_refused_at_once(many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tomllib.loads", lambda _: pytest.fail("Python's reader was asked"))
    with pytest.raises(UnfitFileError, match=r"parts$|dots in keys; use sections$"):
        toml_values(MANY[many])


def test_dots_that_are_none_of_keys_are_read() -> None:
    words = "One. Two. Three. Four. Five. Six. Seven. Eight. Nine. Ten."
    text = f'''# {key(20)}
first = """
{words} "{key(20)}" \\"""
{key(20)} = 1"""
second = "{key(20)}"
third = \'{key(20)}\'
numbers = [{"1.5, " * 6_000}]
{key(8)} = 07:32:00.999
'''
    found = toml_values(text)
    assert words in found["first"]
    assert found["numbers"] == [1.5] * 6_000
    text += "".join(f"[s{n}]\nb.c = 1.5\n" for n in range(6_000))
    assert len(toml_values(text)) == 6_005
