"""Nobody exposed: a whole market day with secrets that are looked for afterwards, everywhere.

`python -m tests.faults.canary`. The day is lived in the real app in a pseudo-terminal and in lines, with
a passphrase, named crew, slips in all their states, wrong passphrases, crashes whose errors carry
secrets, a kill, an export and a change of everything that can be set. Then every file below home, data
folder and temporary folder, and every byte that went to the terminal, is searched for the secrets in
every form in which they could lie there. Where one may be at a moment is said in `ALLOWED`.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.keys import resting
from kiosk.running import visitkeeping
from kiosk.slips import keyfile, payload
from tests.kiosk.terminal import Terminal, environment_for

PASSPHRASE = "Mirabellenbaum um Mitternacht"
WRONG = "Mirabellenbaum am Mittag"
CREW = ("Xanthippe Zwetschge", "Quasimodo Quitte")
HOME = "1 Visit"

Forms = Mapping[str, bytes]


def forms_of_text(text: str) -> Forms:
    """A text as it could lie in a file."""
    return {
        "text": text.encode(),
        "wide": text.encode("utf-16-le"),
        "hex": text.encode().hex().encode(),
        "base64": base64.b64encode(text.encode()).rstrip(b"=")[:-1],
        "escaped": text.encode("unicode_escape"),
    }


def forms_of_bytes(raw: bytes) -> Forms:
    """Bytes as they could lie in a file."""
    crockford = base64.b32encode(raw).translate(
        bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    )
    return {
        "raw": raw,
        "hex": raw.hex().encode(),
        "large hex": raw.hex().upper().encode(),
        "base64": base64.b64encode(raw).rstrip(b"=")[:-1],
        "base32": base64.b32encode(raw).rstrip(b"=")[:-1],
        "Crockford's base32": crockford.rstrip(b"=0")[:-1],
        "as Python shows it": repr(raw)[2:-1].encode(),
    }


def forms_of_slip(text: str) -> Forms:
    """Everything by which a slip could be spent, but what only the screen shows."""
    raw = payload.slip_of(text)
    assert raw is not None
    header = payload.unpack(raw)
    return {
        **{f"text, {form}": one for form, one in forms_of_text(text).items()},
        **{f"serial, {form}": one for form, one in forms_of_bytes(header.serial).items()},
        **{f"signature, {form}": one for form, one in forms_of_bytes(raw[20:]).items()},
    }


@dataclass
class Secrets:
    """What is looked for, by name, each in its forms."""

    forms: dict[str, Forms] = field(default_factory=dict)

    def add(self, name: str, forms: Forms) -> None:
        """Look for this, too, from now on."""
        self.forms[name] = forms

    def in_bytes(self, content: bytes) -> list[str]:
        """Which of them stand in there."""
        return [
            f"{name} ({form})"
            for name, forms in self.forms.items()
            for form, secret in forms.items()
            if secret in content
        ]

    def in_files(self, folder: Path) -> dict[str, list[str]]:
        """Which of them stand in which file below a folder."""
        hits: dict[str, list[str]] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                found = self.in_bytes(path.read_bytes()) + self.in_bytes(path.name.encode())
                if found:
                    hits[str(path.relative_to(folder))] = found
        return hits


@dataclass
class Day:
    """A market day at a machine of its own: `home` is its user's home and temporary folder."""

    home: Path
    secrets: Secrets = field(default_factory=Secrets)
    recorded: bytearray = field(default_factory=bytearray)
    """All that went to the terminal."""
    said: bytearray = field(default_factory=bytearray)
    """All that commands said on standard error."""
    slips: list[str] = field(default_factory=list)

    @property
    def market(self) -> Path:
        """The data folder."""
        return self.home / "market"

    def line(self, *typed: str, secret: str | None = PASSPHRASE, status: int = 0) -> str:
        """Type a command; gives what it says. `secret` is what its passphrase file holds."""
        environment = environment_for(self.market)
        with tempfile.TemporaryDirectory() as elsewhere:
            if secret is not None:
                (Path(elsewhere) / "passphrase").write_text(secret)
                environment["KIOSK_PASSPHRASE_FILE"] = f"{elsewhere}/passphrase"
            done = subprocess.run(
                [sys.executable, "-m", "kiosk", *typed],
                env=environment,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        self.said += done.stderr
        assert done.returncode == status, done.stderr.decode()
        return done.stdout.decode()

    @contextmanager
    def screen(self, *program: str) -> Iterator[Terminal]:
        """The full screen, recorded."""
        command = [sys.executable, "-m", *(program or ("kiosk",))]
        terminal = Terminal(command, environment_for(self.market))
        try:
            yield terminal
        finally:
            terminal.close()
            self.recorded += terminal.output

    def watch_slips(self) -> None:
        """Look for every slip whose paper waits: they are in the books, for the printer."""
        from kiosk.till import open_till

        till = open_till(self.market)
        for job in till.pending():
            if job.kind == "slip":
                text = till.ready(job.id).text
                if text not in self.slips:
                    self.slips.append(text)
                    self.secrets.add(f"slip {len(self.slips)}", forms_of_slip(text))
        till.close()


def whole_day(home: Path) -> Day:
    """Live it; what may be where while it lasts is looked at on the way."""
    day = Day(home)
    day.secrets.add("passphrase", forms_of_text(PASSPHRASE))
    day.secrets.add("wrong passphrase", forms_of_text(WRONG))
    with tempfile.TemporaryDirectory() as elsewhere:
        file = Path(elsewhere) / "passphrase"
        file.write_text(PASSPHRASE)
        found = ("found", "--name", "Oak", "--practice", "--suggested-goods")
        day.line(*found, "--passphrase-file", str(file))
    seed = keyfile.load(day.market / "market.key", PASSPHRASE).seed()
    day.secrets.add("private key", forms_of_bytes(seed))
    _only(day, {})
    _morning(day)
    day.watch_slips()
    _only(day, {"books.sqlite": "slip", resting.FILE: "private key"})
    _finds_what_is_there(day)
    _crashes(day)
    day.watch_slips()
    _only(day, {"books.sqlite": "slip", resting.FILE: "private key"})
    _evening(day)
    for who in CREW:
        day.secrets.add(f"name {who}", forms_of_text(who))
    return day


def _only(day: Day, allowed: Mapping[str, str]) -> None:
    """Nothing lies anywhere but what may: in a file by its name, secrets whose name begins so."""
    for name, hits in day.secrets.in_files(day.home).items():
        file = Path(name).name.removesuffix("-wal")
        begins = allowed.get(file, "nothing")
        wrong = [one for one in hits if not one.startswith(begins)]
        assert not wrong, f"{name} holds {wrong}"


def _finds_what_is_there(day: Day) -> None:
    """The search sees what lies where it may; else it would prove nothing."""
    names = Secrets({who: forms_of_text(who) for who in CREW})
    hits = day.secrets.in_files(day.market)
    assert "private key (hex)" in hits[resting.FILE]
    books = hits["books.sqlite"] + names.in_files(day.market)["books.sqlite"]
    assert f"{CREW[0]} (text)" in books and f"{CREW[1]} (text)" in books
    assert any(one.startswith("slip 1 (signature") for one in books)


def _morning(day: Day) -> None:
    """Open with names, hand out, take in, type a code, look, undo; wrong passphrases on the way."""
    with day.screen() as terminal:
        terminal.wait("Unlock the key")
        _slowly(terminal, *WRONG, "enter", until="does not open the market's key")
        _slowly(terminal, *PASSPHRASE, "enter", until="Press 9 to open the market day")
        terminal.press("9", until="Open the market day")
        terminal.press("1", until="After a restart")
        names = (*CREW[0], "enter", "enter", *CREW[1], "enter", "enter", "enter")
        _slowly(terminal, *names, until="Market day 1 is open.")
        for _visit in range(3):
            terminal.press("1", until="what do they bring or take?")
            terminal.type("3 tom", until="tomatoes kg 2 credits")
            terminal.press("enter", until="we hand out a slip of")
            terminal.press("enter", until="Give it to the neighbour.")
            day.watch_slips()
            terminal.press("escape", until=HOME)
        terminal.scan(day.slips[0], until="G O O D")
        terminal.press("enter", until="slips 6")
        terminal.type("-hon", until="honey jar 4 credits")
        terminal.press("enter", until="we hand out a slip of")
        kept = day.market / visitkeeping.FILE
        terminal.wait_for(lambda: kept.exists() and b"slip" in kept.read_bytes(), "the visit kept")
        _only(day, {"books.sqlite": "slip", resting.FILE: "private key"})
        (app,) = _children(terminal.process_group)
        os.kill(app, signal.SIGKILL)
        terminal.wait("The kiosk started anew.")
        terminal.press("enter", until="Give it to the neighbour.")
        terminal.press("f8", until="is undone.")
        terminal.press("f9", until="Give it to the neighbour.")
        terminal.press("escape", until=HOME)
        terminal.scan("Y026" + day.slips[1][4:-3] + "000", until="F O R G E D")
        terminal.press("escape", until=HOME)


def _slowly(terminal: Terminal, *keys: str, until: str) -> None:
    """Keys that show nothing by which to know that they were taken, on a machine that is busy."""
    for key in keys:
        terminal.press(key)
        terminal.read_for(0.2)
    terminal.wait(until)


def _crashes(day: Day) -> None:
    """Faults whose words and variables hold the key and a slip, on each kind of thread."""
    for where in ("books", "screen", "thread"):
        mark = day.home / f"mark of {where}"
        with day.screen("tests.faults.faulty", str(mark), where) as terminal:
            terminal.wait(HOME)
            terminal.scan(day.slips[1])
            terminal.wait_for(mark.exists, "the fault")
            if where != "thread":  # the table goes on when a thread beside it ends
                terminal.wait("The kiosk starts again.")
                terminal.wait(HOME)
                terminal.scan(day.slips[1])
            terminal.wait("G O O D")
    day.line("slip", "check", "Y026nothing", status=1)
    other = "0" if day.slips[1][60] != "0" else "1"
    day.line("slip", "check", day.slips[1][:60] + other + day.slips[1][61:], status=1)
    day.line("goods", "rate", "honey", "3", "--decision", "assembly", secret=WRONG, status=1)
    day.line("visit", "--brought", "2 kg tomatoes", secret=None)
    day.line("slip", "reissue", "2", "--why", "lost")


def _evening(day: Day) -> None:
    """Close, confirm each paper, export, check; names are kept until the day is closed."""
    day.line("rules", "--crew-days", "0", "--decision", "assembly of 3 May")
    day.line("crew", "list")
    day.watch_slips()
    day.line("day", "close", "--counted", "1")
    import json

    for job in json.loads(day.line("print", "pending", "--json"))["jobs"]:
        day.line("print", "done", str(job["job"]))
    day.line("export", "1", "--to", str(day.home / "stick"))
    (day.home / "backup").mkdir(mode=0o700)
    day.line("backup", "--to", str(day.home / "backup"))
    day.line("verify")
    day.line("key", "passphrase", "--new-file", str(_new_passphrase(day)))
    (day.home / "new").unlink()


def _new_passphrase(day: Day) -> Path:
    file = day.home / "new"
    file.write_text(f"{PASSPHRASE} again")
    return file


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(one) for one in listed.split()]


def found(day: Day) -> Sequence[str]:
    """Every secret that lies where none may, after the day."""
    wrong = [f"{name}: {hits}" for name, hits in day.secrets.in_files(day.home).items()]
    # Names and the typed codes of slips are shown on the screen, to those who stand there.
    shown = [hit for hit in day.secrets.in_bytes(bytes(day.recorded)) if not hit.startswith("name")]
    wrong += [f"on the terminal: {shown}"] if shown else []
    said = day.secrets.in_bytes(bytes(day.said))
    wrong += [f"on standard error: {said}"] if said else []
    for word in (b"Traceback", b"locals", b"LookupError"):
        wrong += [f"on the terminal: {word!r}"] if word in day.recorded + day.said else []
    wrong += [
        f"others can read {path.relative_to(day.home)}"
        for path in day.home.rglob("*")
        if path.stat().st_mode & 0o077 and not path.name.startswith("mark")
    ]
    return wrong


def main() -> int:
    with tempfile.TemporaryDirectory() as beside:
        home = Path(beside) / "home"
        home.mkdir(mode=0o700)
        day = whole_day(home)
        wrong = found(day)
        files = sum(1 for path in home.rglob("*") if path.is_file())
        forms = sum(len(one) for one in day.secrets.forms.values())
        print(
            f"{len(day.secrets.forms)} secrets in {forms} forms, {files} files, "
            f"{len(day.recorded)} bytes on the terminal: {len(wrong)} hits"
        )
        for one in wrong:
            print(f"  {one}")
        shutil.rmtree(home)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
