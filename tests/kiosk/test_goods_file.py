"""A catalogue file is read whole, or every wrong line of it has its sentence and nothing counts."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import BadCatalogue, FileUnreadable, KioskError
from kiosk.goods_file import LARGEST_FILE, MOST_GOODS, NAME_LENGTH, read_goods
from kiosk.messages import sentence
from tests.kiosk import shipped

HEADER = "id,category,kind,unit,rate,name_en,name_es,plural_en,barcodes"
TOMATOES = "tomatoes,produce,good,kg,2,tomatoes,tomates,tomato,"
HONEY = "honey,staples,good,jar,4.5,honey,miel,,4006381333931;96385074"


def written(tmp_path: Path, *lines: str, end: str = "\n") -> Path:
    path = tmp_path / "goods.csv"
    path.write_bytes(end.join((*lines, "")).encode())
    return path


def problems(path: Path) -> str:
    """What is said of a file of which nothing may be taken."""
    with pytest.raises(BadCatalogue) as caught:
        read_goods(path)
    assert caught.value.facts["file"] == path.name
    return str(caught.value.facts["problems"])


def wrong(tmp_path: Path, line: str) -> str:
    """What is said of one wrong line that stands between right ones."""
    return problems(written(tmp_path, HEADER, TOMATOES, line, HONEY))


# Right files


def test_the_catalogue_that_comes_with_the_program_reads_whole() -> None:
    known = [(*one.names.items(), one.id, one.category, one.kind, one.unit, one.rate, one.barcodes)
             for one in shipped.goods()]  # fmt: skip
    read = read_goods(shipped.FILE)
    assert [(*one.names.items(), one.id, one.category, one.kind, one.unit, one.rate, one.barcodes)
            for one in read] == known  # fmt: skip
    plain = {one.id: {k: v for k, v in one.others.items() if v} for one in shipped.goods()}
    assert {one.id: dict(one.others) for one in read} == plain
    assert {one.number for one in read} == {0}


def test_a_line_becomes_a_good(tmp_path: Path) -> None:
    tomatoes, honey = read_goods(written(tmp_path, HEADER, TOMATOES, HONEY))
    assert (tomatoes.id, tomatoes.category, tomatoes.kind, tomatoes.unit) == (
        "tomatoes",
        "produce",
        "good",
        "kg",
    )
    assert (tomatoes.rate, honey.rate) == (200, 450)
    assert tomatoes.names == {"en": "tomatoes", "es": "tomates"}
    assert tomatoes.others == {"en": ("tomato",)}
    assert honey.barcodes == ("4006381333931", "0000096385074")
    assert not tomatoes.retired


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_spreadsheet_writes_it_a_little_otherwise(
    tmp_path: Path, delimiter: str, mark: str, end: str
) -> None:
    content = io.StringIO()
    writer = csv.writer(content, delimiter=delimiter, lineterminator=end)
    writer.writerows(line.split(",") for line in (HEADER, TOMATOES, HONEY))
    path = tmp_path / "goods.csv"
    path.write_bytes((mark + content.getvalue()).encode())
    assert read_goods(path) == read_goods(written(tmp_path, HEADER, TOMATOES, HONEY))


def test_columns_may_stand_in_any_order_and_those_with_a_default_be_missing(tmp_path: Path) -> None:
    (bread,) = read_goods(written(tmp_path, " name_fr ,rate,unit,id", "pain, 1.5 ,each,bread"))
    assert (bread.id, bread.category, bread.kind, bread.rate) == ("bread", "household", "good", 150)
    assert bread.names == {"fr": "pain"}
    assert bread.others == {}
    assert bread.barcodes == ()


def test_empty_lines_and_an_empty_cell_say_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, "", TOMATOES, ",,,,,,,,", "  ", HONEY, "")
    assert [one.id for one in read_goods(path)] == ["tomatoes", "honey"]
    (only,) = read_goods(written(tmp_path, HEADER, "soap,,,each,1,,jabón,; ;,"))
    assert only.names == {"es": "jabón"}
    assert only.others.get("en", ()) == ()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_the_same_however_its_accents_are_stored(tmp_path: Path, form: str) -> None:
    line = f"yam,produce,good,kg,1,yam,{unicodedata.normalize('NFD', 'ñandú  é')},,"
    (yam,) = read_goods(written(tmp_path, HEADER, unicodedata.normalize(form, line)))  # type: ignore[arg-type]
    assert yam.names["es"] == "ñandú é"


def test_a_name_in_a_script_with_joiners_is_taken_as_it_is_shown(tmp_path: Path) -> None:
    (yam,) = read_goods(written(tmp_path, "id,unit,rate,name_fa", "yam,kg,1,سیب\u200cزمینی"))
    assert yam.names == {"fa": "سیبزمینی"}


# Wrong files


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Honey,staples,good,jar,4,honey,miel,,", "“Honey” is no id"),
        ("x,staples,good,jar,4,honey,miel,,", "“x” is no id"),
        (",staples,good,jar,4,honey,miel,,", "“” is no id"),
        ("ho ney,staples,good,jar,4,honey,miel,,", "“ho ney” is no id"),
        (f"{'h' * 41},staples,good,jar,4,honey,miel,,", "is no id"),
        ("pears,fruit,good,kg,4,pears,peras,,", "category “fruit” is none of produce, staples"),
        ("pears,produce,thing,kg,4,pears,peras,,", "kind “thing” is none of good, service"),
        ("pears,produce,good,pound,4,pears,peras,,", "unit “pound” is none of kg, l"),
        ("pears,produce,good,,4,pears,peras,,", "unit “” is none of"),
        ("pears,produce,good,kg,,pears,peras,,", "“” is not an amount of credits"),
        ("pears,produce,good,kg,-1,pears,peras,,", "“-1” is not an amount of credits"),
        ("pears,produce,good,kg,1.234,pears,peras,,", "“1.234” is not an amount of credits"),
        ("pears,produce,good,kg,999999,pears,peras,,", "at most 167772.15 credits"),
        ("pears,produce,good,kg,4,,,,", "the good has no name"),
        ("pears,produce,good,kg,4,p\x1b[2Jears,,,", "is too long or holds signs"),
        ("pears,produce,good,kg,4,p\u202eears,,,", "“pears” is too long or holds signs"),
        ("pears,produce,good,kg,4,pears,,pe\x00ar,", "is too long or holds signs"),
        (f"pears,produce,good,kg,4,{'p' * (NAME_LENGTH + 1)},,,", "is too long or holds signs"),
        ("pears,produce,good,kg,4,pears,,,4006381333932", "“4006381333932” is no bar code"),
        ("pears,produce,good,kg,4,pears,,,12;5901234123457", "“12” is no bar code"),
        ("pears,produce,good,kg,4,pears", "6 cells instead of 9"),
        ("pears,produce,good,kg,4,pears,,,,", "10 cells instead of 9"),
        (TOMATOES, "“tomatoes” stands in line 2 already"),
        ("pears,produce,good,kg,4,pears,,,5901234123457;5901234123457",
         "“5901234123457” stands in line 3 already"),
    ],
)  # fmt: skip
def test_every_wrong_line_is_named_with_what_is_wrong(tmp_path: Path, line: str, said: str) -> None:
    found = wrong(tmp_path, line)
    assert found.startswith("Line 3: ")
    assert said in found
    assert found.count("Line ") == 1


def test_what_is_wrong_once_is_said_once(tmp_path: Path) -> None:
    for line in ("pears,produce,good,kg,4,p\u202eears,,,", "pears,produce,good,kg,x,pears,,,"):
        assert wrong(tmp_path, line).count("Line") == 1


def test_a_bar_code_that_two_lines_carry_is_named_at_the_second(tmp_path: Path) -> None:
    jam = "jam,staples,good,jar,3,jam,,,4006381333931"
    found = problems(written(tmp_path, HEADER, HONEY, TOMATOES, jam))
    assert found == "Line 4: “4006381333931” stands in line 2 already."


def test_all_wrong_lines_are_named_up_to_eight_and_the_others_counted(tmp_path: Path) -> None:
    lines = [f"good-{at},produce,good,kg,?,name,,," for at in range(20)]
    found = problems(written(tmp_path, HEADER, *lines))
    assert [f"Line {at}: " in found for at in range(1, 12)] == [False] + [True] * 8 + [False] * 2
    assert found.endswith("And 12 more.")
    found = problems(written(tmp_path, HEADER, *lines[:8]))
    assert "more" not in found


def test_a_line_number_counts_the_lines_of_the_file(tmp_path: Path) -> None:
    path = written(
        tmp_path, HEADER, "", '"tomatoes\n",produce,good,kg,2,tomatoes,,,', "", "x,,,,,,,,"
    )
    assert "Line 6: “x” is no id" in problems(path)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("category,unit,rate,name_en", "Line 1: the column “id” is missing."),
        ("id,rate,name_en", "Line 1: the column “unit” is missing."),
        ("id,unit,name_en", "Line 1: the column “rate” is missing."),
        ("id,unit,rate", "Line 1: no column with names, such as “name_en”."),
        ("id,unit,rate,name_en,price", "Line 1: nobody knows the column “price”."),
        ("id,unit,rate,name_en,name_EN", "Line 1: nobody knows the column “name_EN”."),
        ("id,unit,rate,name_en,", "Line 1: nobody knows the column “”."),
        ("id,unit,rate,name_en,id", "Line 1: a column stands there twice."),
        ("id,unit,rate,name_en,na\x1bme", "Line 1: nobody knows the column “na me”."),
    ],
)
def test_a_wrong_header_is_said_before_any_line_is_looked_at(
    tmp_path: Path, header: str, said: str
) -> None:
    assert problems(written(tmp_path, header, "?,?,?,?")) == said


def test_a_file_without_a_header_or_without_goods_is_refused(tmp_path: Path) -> None:
    assert "Line 1: the column “id” is missing" in problems(written(tmp_path, TOMATOES, HONEY))
    assert "Line 1: the column “id” is missing" in problems(written(tmp_path))
    assert problems(written(tmp_path, HEADER, "", ",,,,,,,,")) == "the file has no goods."


def test_a_quotation_that_never_ends_is_named(tmp_path: Path) -> None:
    found = problems(written(tmp_path, HEADER, TOMATOES, 'honey,"staples,good,jar,4,honey,,,'))
    assert found.startswith("Line 3: ")


def test_a_cell_without_an_end_is_refused(tmp_path: Path) -> None:
    assert "Line 2: " in problems(written(tmp_path, HEADER, "x" * 200_000))


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    with path.open("wb") as file:
        file.truncate(10**9)  # a hole: no disk holds this file
    with pytest.raises(FileUnreadable) as caught:
        read_goods(path)
    assert caught.value.facts == {"file": "goods.csv", "why": "it is larger than 2 MB"}
    path.write_bytes(f"{HEADER}\n{TOMATOES}\n".encode().ljust(LARGEST_FILE, b"\n"))
    assert len(read_goods(path)) == 1


def test_more_goods_than_a_catalogue_holds_are_refused(tmp_path: Path) -> None:
    lines = [f"good-{at},kg,1,name" for at in range(MOST_GOODS + 1)]
    header = "id,unit,rate,name_en"
    assert len(read_goods(written(tmp_path, header, *lines[:-1]))) == MOST_GOODS
    assert problems(written(tmp_path, header, *lines)) == f"more than {MOST_GOODS} goods."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f"{HEADER}\n{TOMATOES}".encode("utf-16"), "it is not UTF-8 text (byte 0)"),
        (
            f"{HEADER}\n".encode() + "piña".encode("latin-1"),
            f"it is not UTF-8 text (byte {len(HEADER) + 3})",
        ),
    ],
)
def test_text_in_another_encoding_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "goods.csv"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable) as caught:
        read_goods(path)
    assert caught.value.facts["why"] == why


def test_a_file_that_is_not_there_or_a_folder_is_trouble(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(FileUnreadable) as caught:
            read_goods(path)
        assert caught.value.facts["file"] == path.name
        assert caught.value.status == 3


# Any file

cells = st.one_of(
    st.sampled_from(
        ["", "id", "unit", "rate", "name_en", "kg", "1", "tomatoes", '"', "4006381333931"]
    ),
    st.text(max_size=12),
)
tables = st.lists(st.lists(cells, max_size=6).map(",".join), max_size=6).map("\n".join)


@pytest.fixture(scope="module")
def anything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("goods") / "anything.csv"


@given(
    raw=st.one_of(
        st.binary(max_size=200),
        tables.map(lambda text: text.encode("utf-8", "surrogatepass")),
        tables.map(lambda text: ("id,unit,rate,name_en\n" + text).encode("utf-8", "surrogatepass")),
    )
)
def test_any_bytes_are_goods_or_a_sentence(anything: Path, raw: bytes) -> None:
    anything.write_bytes(raw)
    try:
        goods = read_goods(anything)
    except KioskError as error:
        assert sentence(error)
    else:
        assert goods
        assert len({one.id for one in goods}) == len(goods)
        assert all(one.names and one.unit and one.rate >= 0 for one in goods)
