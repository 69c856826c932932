"""Search as the user types, on a real encrypted file: what is found, in which order, and that no text breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher

from db import search

ENTRIES = [
    search.Entry(
        "firm", "f1", "重庆智能科技有限公司", ("重智科", "91500108MA5UABCD1X"), "渝北区黄山大道，研发工业机器人"
    ),
    search.Entry("firm", "f2", "重庆（渝北）新材料研究院", ("91500112MA60000019",), "石墨烯。联系电话 023-6788 1234"),
    search.Entry("firm", "f3", "长沙银行股份有限公司重庆分行", (), "金融"),
    search.Entry("firm", "f4", "北京ＡＢＣ机器人公司", (), "销售；Deep Learning平台"),
    search.Entry("person", "p1", "曾令辉", ("13900001111",), "技术经理人"),
    search.Entry("case", "c1", "机器人减速器转让", ("CQ-2026-001",), "出让方是重庆智能科技有限公司"),
    search.Entry("note", "n1", "", (), "与𠮷田㼆先生谈𬺓的问题，𰀀、鿫、人々、二〇二六年"),
]


def _open(path: Path) -> sqlcipher.Connection:
    conn = sqlcipher.connect(str(path), isolation_level=None)
    conn.execute("PRAGMA key = \"x'" + "5a" * 32 + "'\"")
    conn.execute("PRAGMA foreign_keys = 1")
    for statement in search.SCHEMA:
        conn.execute(statement)
    return conn


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlcipher.Connection]:
    conn = _open(tmp_path / "store.db")
    conn.execute("PRAGMA synchronous = 0")
    conn.execute("BEGIN")
    search.put_many(conn, ENTRIES)
    conn.execute("COMMIT")
    yield conn
    conn.close()


def found(conn: search.Connection, text: str, **options: object) -> list[str]:
    return [hit.record for hit in search.find(conn, text, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "records"),
    [
        # Chinese: one, two, more characters; in the title, a name, the text; the last character of a run
        ("墨", ["f2"]),
        ("烯", ["f2"]),
        ("石墨", ["f2"]),
        ("石墨烯", ["f2"]),
        ("黄山大道", ["f1"]),
        ("重智科", ["f1"]),
        ("智能科技有限公司", ["f1", "c1"]),
        ("石黑", []),
        # marks, width and case do not matter; other marks divide
        ("重庆渝北", ["f2"]),
        ("重庆(渝北)新材料", ["f2"]),
        ("「重庆」（渝北）", ["f2"]),
        ("abc机器人", ["f4"]),
        ("ＡＢＣ机", ["f4"]),
        ("北京a", ["f4"]),
        ("大道研发", []),
        # several words, each somewhere, in any order
        ("石墨烯 重庆", ["f2"]),
        ("重庆　石墨烯", ["f2"]),
        ("重庆 石墨烯 长沙", []),
        # initials, from the start and from inside, of names with several readings
        ("cqzn", ["f1"]),
        ("CQZN", ["f1"]),
        ("csyh", ["f3"]),
        ("znkj", ["f1"]),
        ("zzk", ["f1"]),
        ("clh", ["p1"]),
        ("zlh", ["p1"]),
        ("zqzn", []),
        # pinyin in full, unfinished, several words, with an apostrophe
        ("chongqingzhineng", ["f1"]),
        ("chongqing zhineng", ["f1"]),
        ("zhineng chongq", ["f1"]),
        ("zhinengk", ["f1"]),
        ("zenglinghui", ["p1"]),
        ("cenglinghui", ["p1"]),
        ("chang'sha", ["f3"]),
        ("zhangsha", []),
        # codes and numbers: beginning and inside, with and without dashes; words of Latin text
        ("91500108", ["f1"]),
        ("91500108ma5uabcd1x", ["f1"]),
        ("MA6", ["f2"]),
        ("cq-2026", ["c1"]),
        ("2026001", ["c1"]),
        ("1390000", ["p1"]),
        ("6788", ["f2"]),
        ("de", ["f4"]),
        ("learn", ["f4"]),
        ("deep learning", ["f4"]),
        # both kinds of word together
        ("重庆 9150010", ["f1"]),
        ("9150 石墨烯", ["f2"]),
        ("机器人 cq", ["f1", "c1"]),
        ("渝北 zhineng", ["f1"]),
        ("石墨烯 zhineng", []),
        # rare characters
        ("㼆", ["n1"]),
        ("𠮷", ["n1"]),
        ("𠮷田㼆", ["n1"]),
        ("𬺓", ["n1"]),
        ("𰀀", ["n1"]),
        ("鿫", ["n1"]),
        ("々", ["n1"]),
        ("二〇二六", ["n1"]),
        # nothing to look for
        ("", []),
        ("  \t", []),
        ("，。（）", []),
    ],
)
def test_finds(conn: sqlcipher.Connection, typed: str, records: list[str]) -> None:
    assert sorted(found(conn, typed)) == sorted(records)


def test_beginnings_come_first_then_titles_then_texts_then_kinds(conn: sqlcipher.Connection) -> None:
    assert found(conn, "机器人") == ["c1", "f4", "f1"]
    assert found(conn, "cq") == ["f2", "f1", "c1"]  # cqyb…, cqzn…, then the case with its number


def test_an_exact_title_comes_before_longer_ones(conn: sqlcipher.Connection) -> None:
    for number in range(80):
        search.put(conn, "firm", f"x{number}", f"蓝天{chr(0x4E00 + number)}公司")
    search.put(conn, "firm", "exact", "蓝天")
    assert found(conn, "蓝天", limit=3)[0] == "exact"
    assert len(found(conn, "蓝天")) == 50


def test_hits_carry_kind_record_and_title(conn: sqlcipher.Connection) -> None:
    assert search.find(conn, "减速器") == [search.Hit("case", "c1", "机器人减速器转让")]


def test_kinds_narrow_and_order(conn: sqlcipher.Connection) -> None:
    assert found(conn, "机器人", kinds=["case"]) == ["c1"]
    assert found(conn, "智能科技", kinds=["case", "firm"]) == ["f1", "c1"]  # a title before a text
    assert found(conn, "cq", kinds=["case", "firm"]) == ["c1", "f2", "f1"]
    assert found(conn, "cq", kinds=["case", "note"]) == ["c1"]
    assert found(conn, "渝北 zhineng", kinds=["note"]) == []
    assert found(conn, "机器人", kinds=["unknown"]) == []
    assert found(conn, "机器人", kinds=[]) == []


def test_limit_is_kept_and_no_hit_comes_twice(conn: sqlcipher.Connection) -> None:
    search.put_many(
        conn, (search.Entry("case", f"m{n}", f"机器人{n}", (f"机器{n}",), "机器人 robot") for n in range(120))
    )
    for typed in ("机器人", "机", "jqr", "jiqiren", "机器人 robot", "rob"):
        for limit in (1, 7, 50, 119):
            records = found(conn, typed, limit=limit)
            assert len(records) == limit == len(set(records)), typed
    assert len(found(conn, "机器人", limit=1000)) == 123
    assert found(conn, "机器人", limit=0) == []


def test_words_of_both_kinds_agree_far_apart(conn: sqlcipher.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The merge asks anew after many steps; with few steps allowed it must find the same."""
    search.put_many(
        conn,
        (
            search.Entry("case", f"m{n}", "钻石" if n % 3 else "翡翠", (), "alpha" if n % 7 == 0 else "beta")
            for n in range(400)
        ),
    )
    expected = [f"m{n}" for n in range(400) if n % 3 and n % 7 == 0]
    for steps in (1, 2, 5, 4096):
        monkeypatch.setattr(search, "_TEXT_STEPS", steps)
        monkeypatch.setattr(search, "_LETTERS_STEPS", 5 - steps % 5)
        assert found(conn, "钻石 alp", limit=1000) == expected


def test_put_again_replaces(conn: sqlcipher.Connection) -> None:
    search.put(conn, "firm", "f1", "成都光电所", ("915101",), "激光")
    for gone in ("黄山大道", "cqzn", "zhineng", "重智科", "91500108", "黄山 cq"):
        assert "f1" not in found(conn, gone), gone
    for new in ("光电", "cdgds", "chengdu", "915101", "激光"):
        assert found(conn, new) == ["f1"], new
    assert conn.execute("SELECT count(*) FROM search_doc WHERE record = 'f1'").fetchone() == (1,)


def test_remove_leaves_nothing_behind(conn: sqlcipher.Connection) -> None:
    for entry in ENTRIES:
        search.remove(conn, entry.kind, entry.record)
    search.remove(conn, "firm", "never was")
    for typed in ("重庆", "重", "cqzn", "chongqing", "9150", "机器人 cq"):
        assert found(conn, typed) == []
    for table in ("search_doc", "search_key"):
        assert conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    search.put_many(conn, ENTRIES)
    assert found(conn, "cqzn") == ["f1"]


def test_the_same_identifier_may_stand_in_two_kinds(conn: sqlcipher.Connection) -> None:
    search.put(conn, "event", "f1", "路演")
    search.remove(conn, "event", "f1")
    assert found(conn, "路演") == []
    assert found(conn, "cqzn") == ["f1"]


def test_belongs_to_the_callers_transaction(conn: sqlcipher.Connection) -> None:
    conn.execute("BEGIN")
    search.put_many(conn, [search.Entry("firm", "new", "量子计算")])
    search.remove(conn, "firm", "f1")
    assert conn.in_transaction
    assert found(conn, "量子") == ["new"]
    conn.execute("ROLLBACK")
    assert found(conn, "量子") == []
    assert found(conn, "cqzn") == ["f1"]


def test_indexes_stay_sound_after_many_changes(conn: sqlcipher.Connection) -> None:
    for turn in range(30):
        for entry in ENTRIES:
            search.put(conn, *entry._replace(text=f"{entry.text} 第{turn}次"))
        search.remove(conn, "firm", f"f{turn % 4 + 1}")
    assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    assert sorted(found(conn, "第29次 机器人")) == ["c1", "f1", "f4"]
    assert found(conn, "第28次") == []


def test_store_file_holds_no_clear_text(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    conn = _open(path)
    search.put_many(conn, ENTRIES)
    conn.close()
    raw = path.read_bytes()
    for clear in ("重庆智能", "cqznkjyxgs", "chong·qing"):
        assert clear.encode() not in raw


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        '""',
        '"重庆',
        "重庆*",
        "*",
        "^重庆",
        "重庆 OR 长沙",
        "NOT 重庆",
        "NEAR(重庆 智能, 2)",
        "重庆 AND",
        "body:重庆",
        "{body}:x",
        "-重庆",
        "重庆 + 智能",
        "'; DROP TABLE search_doc; --",
        "重庆\x00智能",
        "\x00\x01\x1f",
        "\ud800重庆",
        "%",
        "_",
        "cq%",
        "c_z",
        "\\",
        "ﷺ" * 100,
        "重" * 5000,
        "a" * 5000,
        "xian" * 1000,
        "重庆 a " * 500,
    ],
)
def test_nothing_typed_is_an_operator(conn: sqlcipher.Connection, typed: str) -> None:
    search.find(conn, typed)
    assert len(ENTRIES) == conn.execute("SELECT count(*) FROM search_doc").fetchone()[0]


def test_operators_are_words(conn: sqlcipher.Connection) -> None:
    assert found(conn, "石墨烯 OR 长沙") == []
    assert found(conn, "c_zn") == found(conn, "c zn") == []  # as a LIKE pattern it would find cqzn
    assert sorted(found(conn, "-重庆*")) == ["c1", "f1", "f2", "f3"]


_ANY = st.text(st.one_of(st.characters(), st.sampled_from("重庆智能a1-（） \"*'^𠮷㼆々·")), max_size=30)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=_ANY)
def test_any_text_is_a_harmless_query(conn: sqlcipher.Connection, typed: str) -> None:
    assert all(isinstance(hit, search.Hit) for hit in search.find(conn, typed))


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.sampled_from("重庆智能科技园（）·，A1b 𠮷々〇"), min_size=1, max_size=20),
    start=st.integers(0, 19),
    length=st.integers(1, 8),
)
def test_every_part_of_a_chinese_text_is_found(conn: sqlcipher.Connection, text: str, start: int, length: int) -> None:
    """Any piece with Chinese in it whose first and last parts are not cut-off Latin words finds the record again."""
    search.put(conn, "note", "piece", "", (), text)
    piece = text[start : start + length]
    folded = search.fold(piece)
    if any(char in "重庆智能科技园𠮷々〇" for char in piece) and not any(c.isascii() for c in folded):
        assert "piece" in found(conn, piece, kinds=["note"])
