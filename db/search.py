"""Find records by Chinese text, pinyin, initials or number while the user types: an index inside the store.

Works on a plain SQLite or SQLCipher connection, within the caller's transaction; nothing here commits.

Each record has one number, `doc` = kind << 40 | serial, which is its rowid in three full-text tables that keep no text
of their own. `search_title` holds the Chinese of its title and names, `search_text` of everything, both as overlapping
pairs of characters; taking titles first, and hits in rowid order, puts them in a useful order without ranking, which
would read every hit of a common word. `search_letters` holds what is typed in Latin letters and digits: runs of three
of every code, word and row of initials, their first one and two, and pairs of pinyin syllables. `search_key` finds
what a title or name begins with. `search_waiting` lists records of a bulk import that are to be indexed after it: it is
written with the rows, so neither a crash nor a lock between the two loses one.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, groupby, islice, pairwise
from operator import add, attrgetter
from typing import NamedTuple, Protocol

from db import pinyin

SCHEMA: tuple[str, ...] = (
    "CREATE TABLE search_kind (number INTEGER PRIMARY KEY, kind TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE search_doc (doc INTEGER PRIMARY KEY, kind TEXT NOT NULL, record TEXT NOT NULL, "
    "title TEXT NOT NULL, UNIQUE (kind, record)) STRICT",
    "CREATE TABLE search_key (kind INTEGER NOT NULL, key TEXT NOT NULL, doc INTEGER NOT NULL "
    "REFERENCES search_doc (doc), PRIMARY KEY (kind, key, doc)) STRICT, WITHOUT ROWID",
    "CREATE INDEX search_key_doc ON search_key (doc)",
    "CREATE VIRTUAL TABLE search_title USING fts5 (body, content='', contentless_delete=1, tokenize='ascii', "
    "prefix='1')",
    "CREATE VIRTUAL TABLE search_text USING fts5 (body, content='', contentless_delete=1, tokenize='ascii', "
    "prefix='1')",
    "CREATE VIRTUAL TABLE search_letters USING fts5 (body, content='', contentless_delete=1, tokenize='ascii')",
    "CREATE TABLE search_waiting (place INTEGER PRIMARY KEY, kind TEXT NOT NULL, record TEXT NOT NULL) STRICT",
)

_INSERT = (
    "INSERT INTO search_title (rowid, body) VALUES (?, ?)",
    "INSERT INTO search_text (rowid, body) VALUES (?, ?)",
    "INSERT INTO search_letters (rowid, body) VALUES (?, ?)",
)
_BATCH = 1000
_KIND_BITS = 40  # serial numbers below, the kind's number above
_MAX_TYPED = 100  # characters of a query that count; a pasted page is not a search
_MAX_WORDS = 10
# Rows stepped over in a merge before asking anew is cheaper (unfinished pinyin makes a query dear to begin).
_TEXT_STEPS, _LETTERS_STEPS = 256, 4096
_HIGHEST = (1 << 63) - 1
_BULK_HASH = 64 << 20  # bytes FTS5 may gather in memory during a bulk load
_USUAL_HASH = 1 << 20  # FTS5's default
_LAST = "\U0010ffff"  # sorts after every character of a key

# Marks that people write or leave out at will: they join what stands on both sides. All other marks divide.
_IGNORED = re.compile(
    "[-()\\[\\]{}<>\"'`·•・‧―—–‐‑‒〈〉《》「」『』【】〔〕〖〗“”‘’´\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_GAP = re.compile(r"(?<=[^\W_a-z0-9])[ \t]+(?=[^\W_a-z0-9])")  # a blank between two Chinese characters
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_LETTERS = re.compile(r"[a-z0-9]+")


class Connection(Protocol):
    """What is needed of a connection: `sqlite3.Connection` and `sqlcipher3.dbapi2.Connection` both fit."""

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> Iterator[tuple[object, ...]]: ...
    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> object: ...


class Entry(NamedTuple):
    """What is searchable of one record. `extra_names`: short names, former names, codes, telephone numbers: found from
    their beginning, as the title is. `text`: the rest, found by any part of it."""

    kind: str
    record: str
    title: str
    extra_names: Sequence[str] = ()
    text: str = ""


class Hit(NamedTuple):
    """One record found."""

    kind: str
    record: str
    title: str


def fold(text: str) -> str:
    """`text` as it is compared: full-width and compatibility forms unified, lower case, brackets, quotation marks,
    dashes and blanks between Chinese characters left out."""
    return _GAP.sub("", _plain(text))


def _plain(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return _IGNORED.sub("", text.casefold())


# Writing


def put(conn: Connection, kind: str, record: str, title: str, extra_names: Sequence[str] = (), text: str = "") -> None:
    """Index one record, or index it again after a change; `record` is its identifier, unique within `kind`."""
    _put(conn, kind, {record: Entry(kind, record, title, extra_names, text)})


def put_many(conn: Connection, entries: Iterable[Entry]) -> None:
    """Index many records at once; faster than `put` from about a thousand on, if those of one kind come together."""
    bulk = False
    for kind, of_kind in groupby(entries, key=attrgetter("kind")):
        while batch := {entry.record: entry for entry in islice(of_kind, _BATCH)}:
            if len(batch) == _BATCH and not bulk:
                _set_hash_size(conn, _BULK_HASH)
                bulk = True
            _put(conn, kind, batch)
    if bulk:
        _set_hash_size(conn, _USUAL_HASH)


def put_later(conn: Connection, kind: str, records: Iterable[str]) -> None:
    """Note that these records are to be indexed; who reads `waiting` does it."""
    conn.executemany("INSERT INTO search_waiting (kind, record) VALUES (?, ?)", ((kind, record) for record in records))


def waiting(conn: Connection, limit: int) -> list[tuple[int, str, str]]:
    """The first `limit` records to be indexed: place in the queue, kind, record."""
    rows = conn.execute("SELECT place, kind, record FROM search_waiting ORDER BY place LIMIT ?", (limit,))
    return [(place, str(kind), str(record)) for place, kind, record in rows if isinstance(place, int)]


def done_until(conn: Connection, place: int) -> None:
    """Take what was indexed out of the queue, up to and with this place."""
    conn.execute("DELETE FROM search_waiting WHERE place <= ?", (place,))


def remove(conn: Connection, kind: str, record: str) -> None:
    """Take a record out of the index; one that is not in it is no error."""
    docs = _known(conn, kind, [record])
    _forget(conn, docs.values())
    conn.executemany("DELETE FROM search_doc WHERE doc = ?", [(doc,) for doc in docs.values()])


def purge(conn: Connection) -> None:
    """Rewrite the index without what was taken out of it, which it keeps otherwise until its parts happen to be merged
    (`secure_delete` does not reach it). Takes time in proportion to the whole index."""
    for table in ("search_title", "search_text", "search_letters"):
        list(conn.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')"))  # noqa: S608 - named above


def _set_hash_size(conn: Connection, size: int) -> None:
    conn.execute("INSERT INTO search_title (search_title, rank) VALUES ('hashsize', ?)", (size,))
    conn.execute("INSERT INTO search_text (search_text, rank) VALUES ('hashsize', ?)", (size,))
    conn.execute("INSERT INTO search_letters (search_letters, rank) VALUES ('hashsize', ?)", (size,))


def _number(conn: Connection, sql: str, *parameters: object) -> int | None:
    for (value,) in conn.execute(sql, parameters):
        return value if isinstance(value, int) else None
    return None


def _kind_number(conn: Connection, kind: str) -> int:
    number = _number(conn, "SELECT number FROM search_kind WHERE kind = ?", kind)
    if number is None:
        number = _number(conn, "SELECT coalesce(max(number), 0) + 1 FROM search_kind") or 1
        conn.execute("INSERT INTO search_kind (number, kind) VALUES (?, ?)", (number, kind))
    return number


def _put(conn: Connection, kind: str, entries: Mapping[str, Entry]) -> None:
    number = _kind_number(conn, kind)
    docs = _known(conn, kind, entries)
    _forget(conn, docs.values())
    low, high = _span(number)
    last = _number(conn, "SELECT max(doc) FROM search_doc WHERE doc BETWEEN ? AND ?", low, high)
    docs.update(zip((record for record in entries if record not in docs), count((low if last is None else last) + 1)))
    keys: list[tuple[int, str, int]] = []
    bodies: list[tuple[int, str, str, str]] = []
    for record, entry in entries.items():
        own_keys, title, text, letters = _tokens(entry)
        keys.extend((number, key, docs[record]) for key in own_keys)
        bodies.append((docs[record], title, text, letters))
    conn.executemany(
        "INSERT INTO search_doc (doc, kind, record, title) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (doc) DO UPDATE SET title = excluded.title",
        [(docs[record], kind, record, entry.title) for record, entry in entries.items()],
    )
    conn.executemany("INSERT INTO search_key (kind, key, doc) VALUES (?, ?, ?)", sorted(keys))
    bodies.sort()
    for place, insert in enumerate(_INSERT, 1):
        conn.executemany(insert, [(body[0], body[place]) for body in bodies])


def _known(conn: Connection, kind: str, records: Iterable[str]) -> dict[str, int]:
    """The numbers of those records that are in the index."""
    rows = conn.execute(
        "SELECT record, doc FROM search_doc WHERE kind = ? AND record IN (SELECT value FROM json_each(?))",
        (kind, json.dumps(list(records))),
    )
    return {str(record): doc for record, doc in rows if isinstance(doc, int)}


def _forget(conn: Connection, docs: Iterable[int]) -> None:
    """Empty all that is indexed under these numbers; the numbers stay."""
    numbers = [(doc,) for doc in docs]
    conn.executemany("DELETE FROM search_key WHERE doc = ?", numbers)
    for table in ("search_title", "search_text", "search_letters"):
        conn.executemany(f"DELETE FROM {table} WHERE rowid = ?", numbers)  # noqa: S608 - named above


def _tokens(entry: Entry) -> tuple[set[str], str, str, str]:
    """What is looked for of a record: its keys, and the words of title, text and letters."""
    names = [fold(name) for name in (entry.title, *entry.extra_names)]
    rest = fold(entry.text)
    # Codes alone are found by their letters; among the Chinese they would only lengthen its list of words.
    chinese = [name for name in names if not name.isascii()]
    sounds = [sound for name in chinese for sound in pinyin.readings(name) if sound]  # signs alone have none
    keys = {"".join(_WORD.findall(name)) for name in names}
    keys.update(["".join([syllable[0] for syllable in sound]) for sound in sounds])
    keys.discard("")
    title = " ".join(map(_text_tokens, chinese))
    words = {key for key in keys if key.isascii()}.union(_LETTERS.findall(" ".join([*names, rest])))
    letters = " ".join([*map(_letter_tokens, sorted(words)), *map(_sound_tokens, sounds)])
    return keys, title, f"{title} {_text_tokens(rest)}", letters


def _text_tokens(folded: str) -> str:
    """Chinese as pairs, each run closed by its last character alone; runs of letters and digits whole."""
    tokens: list[str] = []
    for run in _RUN.findall(folded):
        if run.isascii():
            tokens.append(run)
        else:
            tokens.extend(map(add, run, run[1:]))
            tokens.append(run[-1])
    return " ".join(tokens)


def _letter_tokens(word: str) -> str:
    return " ".join([word[:1], word[:2], *(word[i : i + 3] for i in range(len(word) - 2))])


def _sound_tokens(sounds: Sequence[str]) -> str:
    """Pairs of neighbouring syllables, marked off by a sign that no typed word contains: `·chong·qing ·qing·`."""
    return " ".join([f"·{one}·{two}" for one, two in zip(sounds, [*sounds[1:], ""], strict=True)])


# Reading


def find(conn: Connection, text: str, limit: int = 50, kinds: Iterable[str] | None = None) -> list[Hit]:
    """Up to `limit` records that have every word of `text`, what begins with it first, then titles, then the rest.

    A word is Chinese text, pinyin in full (`chongqing`), initials (`cqzn`), or the beginning of a number or code (from
    three letters or digits on: any part of it). Nothing typed is taken as an operator. Only the first 100 characters
    and ten words count. `kinds` narrows the search and orders it; None means all kinds.
    """
    chinese, latin = _words(text)
    if limit < 1 or not (chinese or latin):
        return []
    numbers = _kind_numbers(conn, kinds)
    # Numbers grow with kind, so a search of all kinds is one range.
    spans = [(0, _HIGHEST)] if kinds is None else [_span(number) for number in numbers]
    found: dict[int, None] = {}
    if len(chinese) + len(latin) == 1:
        first = (chinese or latin)[0]
        for number in numbers:
            _take(found, _select(conn, _BEGINNING, number, first, first + _LAST, limit), limit)
    by_text = " AND ".join([_text_match(word) for word in chinese])
    by_letters = " AND ".join([_letters_match(word) for word in latin])
    if chinese and latin:
        for low, high in spans:
            _take(found, _in_both(conn, by_text, by_letters, low, high), limit)
    elif latin:
        for low, high in spans:
            _take(found, _select(conn, _BY_LETTERS, by_letters, low, high, limit), limit)
    else:
        for query in (_BY_TITLE, _BY_TEXT):
            for low, high in spans:
                _take(found, _select(conn, query, by_text, low, high, limit), limit)
    return _hits(conn, list(found))


_BEGINNING = "SELECT doc FROM search_key WHERE kind = ? AND key >= ? AND key < ? ORDER BY key, doc LIMIT ?"
_BY_TITLE = "SELECT rowid FROM search_title WHERE search_title MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
_BY_TEXT = "SELECT rowid FROM search_text WHERE search_text MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
_BY_LETTERS = (
    "SELECT rowid FROM search_letters WHERE search_letters MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
)


def _span(number: int) -> tuple[int, int]:
    """The lowest and highest doc a record of this kind can have."""
    return number << _KIND_BITS, ((number + 1) << _KIND_BITS) - 1


def _words(text: str) -> tuple[list[str], list[str]]:
    """The words typed, in two heaps: those with Chinese in them, and those of ASCII letters and digits alone."""
    words = list(dict.fromkeys(_WORD.findall(_plain(text[:_MAX_TYPED])[:_MAX_TYPED])))[:_MAX_WORDS]
    return [word for word in words if not word.isascii()], [word for word in words if word.isascii()]


def _text_match(word: str) -> str:
    """The full-text expression for a word with Chinese in it; its last part may be unfinished."""
    runs = _RUN.findall(word)
    if runs[-1].isascii() or len(runs[-1]) == 1:
        before = _text_tokens(word[: -len(runs[-1])])
        return f'"{before} {runs[-1]}" *'
    # Every run in the index ends with its last character alone, which need not be the end here.
    return f'"{_text_tokens(word).rpartition(" ")[0]}"'


def _letters_match(word: str) -> str:
    """The full-text expression for a word of letters and digits: as part of a code or initials, or as pinyin."""
    if len(word) < 3:
        return f'"{word}"'
    ways = [f'"{" ".join([word[i : i + 3] for i in range(len(word) - 2)])}"']
    for syllables in pinyin.split(word) if word.isalpha() else ():
        if len(syllables) == 1:
            ways.append(f'"·{syllables[0]}" *')
        else:
            pairs = [f"·{one}·{two}" for one, two in pairwise(syllables)]
            ways.append(f'"{" ".join(pairs)}" *')
    return f"({' OR '.join(ways)})"


def _in_both(conn: Connection, by_text: str, by_letters: str, low: int, high: int) -> Iterator[int]:
    """The docs between `low` and `high` that both indexes have: two ascending streams, merged."""
    streams = (
        _Stream(conn, _BY_TEXT, by_text, high, _TEXT_STEPS),
        _Stream(conn, _BY_LETTERS, by_letters, high, _LETTERS_STEPS),
    )
    at, agreed = low, 0
    while True:
        for stream in streams:
            doc = stream.from_doc(at)
            if doc is None:
                return
            agreed = agreed + 1 if doc == at else 1
            at = doc
            if agreed >= len(streams):
                yield at
                at, agreed = at + 1, 0


class _Stream:
    """The docs one full-text query finds, ascending, with a way to skip."""

    def __init__(self, conn: Connection, sql: str, match: str, high: int, steps: int) -> None:
        self._conn, self._sql, self._match, self._high, self._steps = conn, sql, match, high, steps
        self._rows: Iterator[int] = iter(())
        self._doc: int | None = -1

    def from_doc(self, low: int) -> int | None:
        """The first doc not below `low`; None when there is none. Asks anew where stepping on would take longer."""
        steps = self._steps if self._doc != -1 else 0
        while self._doc is not None and self._doc < low:
            if steps == 0:
                self._rows = _select(self._conn, self._sql, self._match, low, self._high, -1)
            steps -= 1
            self._doc = next(self._rows, None)
        return self._doc


def _select(conn: Connection, sql: str, *parameters: object) -> Iterator[int]:
    for (value,) in conn.execute(sql, parameters):
        if isinstance(value, int):
            yield value


def _take(found: dict[int, None], docs: Iterable[int], limit: int) -> None:
    """Add to `found`, in order, until it has `limit`. A query asked for `limit` rows always gives enough: at most as
    many of them are known already as `found` holds."""
    if len(found) >= limit:
        return
    for doc in docs:
        found[doc] = None
        if len(found) >= limit:
            return


def _kind_numbers(conn: Connection, kinds: Iterable[str] | None) -> list[int]:
    if kinds is None:
        return list(_select(conn, "SELECT number FROM search_kind ORDER BY number"))
    asked = (_number(conn, "SELECT number FROM search_kind WHERE kind = ?", kind) for kind in dict.fromkeys(kinds))
    return [number for number in asked if number is not None]


def _hits(conn: Connection, docs: list[int]) -> list[Hit]:
    rows = conn.execute(
        "SELECT doc, kind, record, title FROM search_doc WHERE doc IN (SELECT value FROM json_each(?))",
        (json.dumps(docs),),
    )
    by_doc = {doc: Hit(str(kind), str(record), str(title)) for doc, kind, record, title in rows}
    return [by_doc[doc] for doc in docs]
