from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import messages
from kiosk.cli import main
from kiosk.cli.arguments import parse, parser
from kiosk.cli.commands import COMMANDS
from kiosk.slips import keyfile
from tests.kiosk.cli.lines import ROOT, Lines, copied, dump, found, shell


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


def commands(
    of: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that can be typed, with its parser."""
    below = [one for one in of._actions if isinstance(one, argparse._SubParsersAction)]
    if not below or not name:
        yield name, of
    for action in below:
        for word, one in action.choices.items():
            yield from commands(one, f"{name} {word}".strip())


def test_every_command_is_done_by_a_function_and_every_function_has_a_command() -> None:
    runs = {one.get_default("run") for _name, one in commands(parser())}
    assert runs == {"", "demo", *COMMANDS}


def test_every_command_explains_itself_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for name, _parser in commands(parser()):
        assert main([*name.split(), "--help"]) == 0
        said = capsys.readouterr().out
        assert "For example:\n  kiosk" in said, name
        example = said.rpartition("For example:\n")[2]
        import shlex

        assert parse(shlex.split(example)[1:]), name


def test_every_command_and_option_is_documented() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README yet")
    text = readme.read_text(encoding="utf-8")
    assert undocumented(text) == []


def undocumented(text: str) -> list[str]:
    """Commands and options that a text does not name."""
    missing = []
    for name, one in commands(parser()):
        wanted = [f"kiosk {name}".strip()]
        wanted += [
            option
            for action in one._actions
            for option in action.option_strings
            if option not in {"-h", "--help"}
        ]
        missing += [word for word in wanted if word not in text and word not in missing]
    return missing


def test_a_forgotten_option_would_be_missed() -> None:
    assert {"kiosk visit", "--brought", "kiosk goods cards"} <= set(undocumented("kiosk day open"))


def test_options_of_all_commands_stand_before_or_after(table: Lines) -> None:
    data = ["--data", str(table.folder)]
    said = []
    for typed in (
        [*data, "--json", "day", "report"],
        ["day", *data, "report", "--json"],
        ["day", "report", "--json", *data],
        [f"--data={table.folder}", "day", "--json", "report"],
    ):
        table.capture.readouterr()
        assert main(typed) == 0
        said.append(json.loads(table.capture.readouterr().out))
    assert said[1:] == said[:-1]


def test_the_data_folder_may_be_named_by_the_environment(
    table: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DATA", str(table.folder))
    assert main(["day", "report"]) == 0
    monkeypatch.setenv("KIOSK_DATA", "~nobody-of-this-name/market")
    assert main(["day", "report"]) == 3


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("kiosk ")


def test_without_a_terminal_the_app_says_that_there_are_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path)]) == 3
    said = capsys.readouterr()
    assert "kiosk --help" in said.err
    assert said.out == ""
    assert main(["--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"] == "TerminalUnusable"


# The language


def test_a_market_speaks_its_language_unless_another_is_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Lines(tmp_path / "market", capsys)
    before = messages.language()
    assert table.json("found", "--name", "Roble", "--language", "es")["language"] == "es"
    table.ok("goods", "import", str(ROOT / "assets" / "catalogue.csv"))
    listed = table.json("goods", "list", "tomates")["goods"][0]
    assert listed["name"] == "tomates"
    assert table.json("goods", "list", "tomates", "--language", "en")["goods"][0]["name"] == (
        "tomatoes"
    )
    assert messages.language() == before, "a command leaves the language as it was"


@pytest.mark.parametrize(
    ("variable", "value", "language"),
    [
        ("LANG", "es_AR.UTF-8", "es"),
        ("LC_ALL", "es", "es"),
        ("LANG", "fr_FR.UTF-8", "en"),
        ("LANG", "C", "en"),
    ],
)
def test_before_there_is_a_market_the_system_chooses_the_language(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    language: str,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    said = Lines(tmp_path / "market", capsys).json("found", "--name", "Oak")
    assert said["language"] == language


# Founding and the key


def test_founding_says_how_the_key_is_protected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_key = Lines(tmp_path / "open", capsys)
    assert "kiosk key passphrase --new-file" in open_key.ok(
        "found", "--name", "Oak", "--place", "Oak Street"
    )
    assert (open_key.folder / "market.key").stat().st_mode & 0o077 == 0
    assert open_key.json("goods", "list")["goods"] == []
    suggested = Lines(tmp_path / "suggested", capsys)
    assert suggested.json("found", "--name", "Elm", "--suggested-goods")["goods"] == 236


@pytest.fixture
def locked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Lines:
    """A practice market (its key is cheap to open) that needs a passphrase."""
    secret = tmp_path / "passphrase"
    secret.write_text("plum tree at noon\nanother line\n", encoding="utf-8")
    monkeypatch.delenv("KIOSK_PASSPHRASE_FILE", raising=False)
    table = Lines(tmp_path / "market", capsys)
    found = ("found", "--name", "Oak", "--practice", "--suggested-goods")
    assert table.json(*found, "--passphrase-file", str(secret))["passphrase"] is True
    monkeypatch.setenv("KIOSK_PASSPHRASE_FILE", str(secret))
    table.ok("day", "open", "--after-restart", "ask")
    monkeypatch.delenv("KIOSK_PASSPHRASE_FILE")
    return table


def test_only_what_needs_the_key_asks_for_the_passphrase(
    locked: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = ("visit", "--brought", "3 kg tomatoes")
    assert locked.refused(*visit) == "PassphraseNeeded"
    assert locked.refused("day", "close") == "PassphraseNeeded"
    locked.ok("visit", "--took", "1 honey", "--solidarity")
    locked.ok("undo")
    locked.ok("rules")
    monkeypatch.setenv("KIOSK_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    slip = locked.slip(*visit[1:])
    assert locked.json("slip", "check", slip["code"])["verdict"] == "good"
    monkeypatch.delenv("KIOSK_PASSPHRASE_FILE")
    assert locked.json("slip", "check", slip["text"])["verdict"] == "good"
    assert locked.refused("slip", "check", slip["code"]) == "PassphraseNeeded"


def test_a_passphrase_is_asked_for_at_a_terminal(
    locked: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = ["plum tree at noon"]
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: typed.pop())
    assert locked.json("visit", "--brought", "3 kg tomatoes")["visit"] == 1
    assert typed == []
    typed += ["plum tree at midnight"] * 2
    assert locked.refused("visit", "--brought", "3 kg tomatoes") == "WrongPassphrase"


@pytest.mark.parametrize(
    ("content", "error", "status"),
    [
        (b"wrong\n", "WrongPassphrase", 1),
        (b"", "PassphraseNeeded", 1),
        (b"\xff\xff", "FileUnreadable", 3),
        (None, "FileUnreadable", 3),
    ],
)
def test_a_passphrase_file_that_does_not_fit_is_refused(
    locked: Lines,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
    error: str,
    status: int,
) -> None:
    file = tmp_path / "other"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("KIOSK_PASSPHRASE_FILE", str(file))
    assert locked.refused("visit", "--brought", "3 kg tomatoes", status=status) == error


def test_the_mark_that_an_editor_puts_before_a_passphrase_is_no_part_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "from an editor"
    file.write_bytes(b"\xef\xbb\xbfeight swans\r\n")
    table = Lines(tmp_path / "market", capsys)
    table.ok("found", "--name", "Oak", "--practice", "--passphrase-file", str(file))
    assert keyfile.load(table.folder / "market.key", "eight swans")


@pytest.mark.parametrize("content", ["eight swans ", "\teight swans", "a" * 201, "a" * 5000])
def test_a_passphrase_that_nobody_could_type_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "file").write_text(content)
    table = Lines(tmp_path / "market", capsys)
    found = ("found", "--name", "Oak", "--practice", "--passphrase-file", str(tmp_path / "file"))
    assert table.refused(*found) == "PassphraseUntypable"
    assert not (table.folder / "market.key").exists()


def test_an_empty_passphrase_locks_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").write_bytes(b"\n")
    table = Lines(tmp_path / "market", capsys)
    found = ("found", "--name", "Oak", "--practice", "--passphrase-file", str(tmp_path / "empty"))
    assert table.run(*found) == 1
    assert "empty" in table.err
    assert not (table.folder / "market.key").exists()


def test_the_passphrase_is_changed_and_taken_away_by_who_knows_it(
    locked: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").write_text("pear tree at dusk")
    change = ("key", "passphrase", "--new-file", str(tmp_path / "new"))
    assert locked.refused(*change) == "PassphraseNeeded"
    monkeypatch.setenv("KIOSK_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    assert locked.json(*change) == {"passphrase": True}
    assert locked.refused("day", "close") == "WrongPassphrase"
    assert locked.refused("key", "passphrase", "--remove") == "WrongPassphrase"
    monkeypatch.setenv("KIOSK_PASSPHRASE_FILE", str(tmp_path / "new"))
    assert locked.json("key", "passphrase", "--remove") == {"passphrase": False}
    monkeypatch.delenv("KIOSK_PASSPHRASE_FILE")
    locked.ok("goods", "rate", "honey", "3", "--decision", "assembly")
    assert locked.json(*change) == {"passphrase": True}
    assert locked.refused("goods", "rate", "honey", "4", "--decision", "us") == "PassphraseNeeded"


# What the surroundings do


def test_a_command_in_a_process_of_its_own_answers_with_its_exit_status(table: Lines) -> None:
    data = ("--data", str(table.folder))
    done = shell(*data, "visit", "--brought", "3 kg tomatoes", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    text = json.loads(done.stdout)["slips"][0]["text"]
    assert shell(*data, "slip", "check", text).returncode == 0
    refused = shell(*data, "visit", "--took", "1 honey")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.count("\n") == 1
    assert shell(*data, "visit", "--dance").returncode == 2
    assert shell(*data).returncode == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_fails_is_a_sentence_and_what_was_booked_stays(table: Lines) -> None:
    before = dump(table.folder)
    typed = ["--data", str(table.folder), "visit", "--brought", "3 kg tomatoes"]
    command = [sys.executable, "-m", "kiosk", *typed]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 3
    assert "stays booked" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(dump(table.folder)) > len(before)


def test_an_encoding_that_lacks_a_sign_ends_nothing(table: Lines) -> None:
    done = shell("--data", str(table.folder), "rules", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    refused = shell("--data", str(table.folder), "visit", "--brought", "3 ñu", PYTHONUTF8="0",
                    PYTHONIOENCODING="ascii")  # fmt: skip
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_ctrl_c_is_no_fault(table: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kiosk.cli.slips.line_of_input", interrupted)
    assert table.run("slip", "check", "-") == 130
    assert (table.out, table.err) == ("", "")


def test_a_full_disk_and_a_broken_database_are_surroundings(
    table: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    import peewee

    for error, name in (
        (OSError(errno.EIO, os.strerror(errno.EIO)), "SurroundingsFail"),
        (peewee.OperationalError("database or disk is full"), "DiskFull"),
        (peewee.OperationalError("database is locked"), "BooksBusy"),
    ):

        def fail(error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("kiosk.cli.slips.line_of_input", fail)
        assert table.refused("slip", "check", "-", status=3) == name
