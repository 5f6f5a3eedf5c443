"""Where things lie, and settings that no file can break."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import DataFolderUnusable
from kiosk import config
from kiosk.config import (
    PAPER_WIDTHS,
    SETTINGS_FILE,
    Settings,
    asset,
    data_folder,
    load_settings,
    save_settings,
)
from kiosk.messages import LANGUAGES
from kiosk.paper.printers import PRINTERS
from kiosk.slips.picture import PAPERS

every_setting = st.builds(
    Settings,
    language=st.sampled_from([None, *LANGUAGES]),
    dark=st.booleans(),
    paper=st.sampled_from(PAPER_WIDTHS),
    printer=st.sampled_from(list(PRINTERS)),
    printer_address=st.text(max_size=20),
    cut=st.booleans(),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings")


# Where things lie


def test_the_data_folder_is_the_named_one_then_the_environments_then_the_systems(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "environment"))
    assert data_folder(str(tmp_path / "named")) == tmp_path / "named"
    assert data_folder() == data_folder("") == tmp_path / "environment"
    for nothing in ("", None):
        if nothing is None:
            monkeypatch.delenv("KIOSK_DATA")
        else:
            monkeypatch.setenv("KIOSK_DATA", nothing)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "system"))
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        assert data_folder().name == "market-kiosk"
        assert tmp_path in data_folder().parents


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder("~/market") == tmp_path / "market"


def test_assets_lie_beside_the_code_once_installed_and_above_it_in_a_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "kiosk").mkdir()
    (tmp_path / "assets").mkdir()
    monkeypatch.setattr(config, "__file__", str(tmp_path / "kiosk" / "config.py"))
    assert asset("catalogue.csv") == tmp_path / "assets" / "catalogue.csv"
    (tmp_path / "kiosk" / "assets").mkdir()
    (tmp_path / "kiosk" / "assets" / "catalogue.csv").touch()
    assert asset("catalogue.csv") == tmp_path / "kiosk" / "assets" / "catalogue.csv"


def test_the_catalogue_that_comes_with_the_program_is_there() -> None:
    assert asset("catalogue.csv").is_file()


# Settings


def test_every_paper_width_has_a_picture_and_every_picture_a_width() -> None:
    assert list(PAPER_WIDTHS) == list(PAPERS)


def test_a_new_machine_is_set_up_with_what_works_before_any_hardware(folder: Path) -> None:
    settings = load_settings(folder / "nothing here")
    assert settings == Settings(language=None, dark=False, paper="58", printer="folder")
    assert settings.printer in PRINTERS


@given(settings=every_setting)
def test_settings_survive_a_round_trip(folder: Path, settings: Settings) -> None:
    save_settings(folder, settings)
    assert load_settings(folder) == settings


@given(
    settings=every_setting,
    wrong=st.dictionaries(
        st.sampled_from(["language", "dark", "paper", "printer"]), json_values, min_size=1
    ),
    more=st.dictionaries(st.text(max_size=5), json_values, max_size=2),
)
def test_what_makes_no_sense_is_as_if_it_had_not_been_set(
    folder: Path, settings: Settings, wrong: dict[str, object], more: dict[str, object]
) -> None:
    save_settings(folder, settings)
    file = folder / SETTINGS_FILE
    stored = json.loads(file.read_bytes())
    file.write_text(json.dumps({**more, **stored, **wrong}))
    loaded = load_settings(folder)
    for name, default in asdict(Settings()).items():
        value = getattr(loaded, name)
        assert value in ((wrong[name], default) if name in wrong else (getattr(settings, name),))
    assert loaded.language in (None, *LANGUAGES)
    assert loaded.paper in PAPER_WIDTHS
    assert loaded.printer in PRINTERS
    assert isinstance(loaded.dark, bool)


@given(raw=st.binary(max_size=60))
def test_any_bytes_give_settings(folder: Path, raw: bytes) -> None:
    (folder / SETTINGS_FILE).write_bytes(raw)
    assert load_settings(folder) == Settings()


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"paper": ' * 50_000,
        "1" * 10_000,
        '{"language": []}',
        '{"language": {"en": 1}}',
        '{"paper": "99"}',
        '{"printer": "a printer of a later version"}',
        '{"printer": ["folder"]}',
        '{"dark": 1}',
        '["58"]',
        "null",
        '\ufeff{"paper": "80"}',
    ],
)
def test_a_hostile_file_gives_the_defaults(folder: Path, content: str) -> None:
    (folder / SETTINGS_FILE).write_text(content, encoding="utf-8")
    assert load_settings(folder) == Settings()


def test_a_folder_in_the_place_of_the_file_gives_the_defaults(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).mkdir()
    assert load_settings(tmp_path) == Settings()


# Where nothing can be written. A file in the place of a folder refuses the administrator, too.


@pytest.mark.parametrize(
    "stored",
    [{"backup_folder": 3}, {"backup_folder": "x" * 2000}, {"backup_folder": "a\0"},
     {"backup_minutes": 7}, {"backup_minutes": True}, {"backup_minutes": "15"}],
)  # fmt: skip
def test_a_place_for_backups_that_makes_no_sense_is_as_if_not_set(
    tmp_path: Path, stored: object
) -> None:
    (tmp_path / SETTINGS_FILE).write_text(json.dumps(stored))
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize("name", ["printer_address", "backup_folder"])
def test_a_name_that_no_system_could_have_is_none(tmp_path: Path, name: str) -> None:
    for value in ("/media/\\ud800", "x" * 2000):
        (tmp_path / SETTINGS_FILE).write_text(f'{{"{name}": "{value}"}}')
        assert load_settings(tmp_path) == Settings()


def test_settings_that_can_not_be_kept_say_where_and_why(tmp_path: Path) -> None:
    no_folder = tmp_path / "market"
    no_folder.write_text("a file")
    with pytest.raises(DataFolderUnusable) as caught:
        save_settings(no_folder, Settings())
    assert caught.value.facts["folder"] == no_folder
    assert caught.value.facts["why"] == os.strerror(errno.ENOTDIR)


def test_settings_that_can_not_be_kept_leave_the_old_ones(tmp_path: Path) -> None:
    save_settings(tmp_path, Settings(paper="80"))
    (tmp_path / f".{SETTINGS_FILE}.new").mkdir()
    with pytest.raises(DataFolderUnusable):
        save_settings(tmp_path, Settings(paper="a4"))
    assert load_settings(tmp_path) == Settings(paper="80")
