"""The market's key at rest: one JSON file that only its owner may read.

It holds the seed of the key in force, and of each key before it what finds the typed codes of its
slips, 32 bytes that sign nothing. With a passphrase these bytes lie, one after the other, in a
libsodium secretbox under a key that argon2id makes of the passphrase. Version 1 knew a seed alone.
Where the file lies, and asking for the passphrase, is left to the caller; giving the key back from the
shares of several stewards to `shares`.
"""

from __future__ import annotations

import json
import os
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.errors import N_, KeyUnusable, PassphraseNeeded, Refused, WrongPassphrase
from db.terms import PUBLIC_LENGTH
from kiosk.machine.durable import blank, sync, write_new
from kiosk.machine.outside import read_plain
from kiosk.messages import _
from kiosk.slips.signing import CODE_KEY_LENGTH, SEED_LENGTH, MarketKey

FORMAT = "market-kiosk key"
VERSION = 2
READABLE = (1, 2)
MOST_BEFORE = 100
"""Keys of before whose typed codes are still found: far more than a market ever has."""

LONGEST_PASSPHRASE = 200
"""Characters, as many as the fields of the screen take."""

_LARGEST_FILE = 16_384  # bytes; with MOST_BEFORE keys ours have half of it


class KeyExists(Refused):
    sentence = N_("{folder} already holds a market's key, and a key is never overwritten.")


class EmptyPassphrase(Refused):
    sentence = N_("The passphrase is empty. Type at least a few words.")


class PassphraseUntypable(Refused):
    sentence = N_(
        "Nobody could type that passphrase on the screen again: it must have no blank at either end, no "
        "sign that can't be seen, and at most {longest} characters."
    )


class KeyMissing(KeyUnusable):
    sentence = N_(
        "The market's key is missing in {folder}. Rebuild it from the stewards' sheets (“kiosk key "
        "rebuild”), or put its file back there from a backup."
    )


class PassphrasesDiffer(Refused):
    sentence = N_("The two passphrases differ. Type the same one twice, or leave both empty.")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try of a passphrase costs: passes over the memory, and its bytes (argon2id)."""

    passes: int
    memory: int


MODERATE = Cost(passes=3, memory=256 * 2**20)
"""libsodium's "moderate": about a second and 256 MiB on a small machine."""

CHEAP = Cost(passes=1, memory=8192)
"""The least that libsodium accepts: for tests and for keys of practice markets."""


def cost_for(*, practice: bool) -> Cost:
    """What trying a passphrase costs: a practice market's is cheap to try."""
    return CHEAP if practice else MODERATE


_DEAREST = Cost(passes=16, memory=2**30)  # a damaged file must not ask for a terabyte


def save(path: Path, key: MarketKey, passphrase: str | None, cost: Cost = MODERATE) -> None:
    """Write `key` to `path`, durable when this returns, readable by its owner only, or not at all.

    Raises KeyExists where the file exists (also where another process makes it at the same moment),
    EmptyPassphrase, PassphraseUntypable, and KeyUnusable where the disk or the memory refuses.
    """
    write_once(path, content_of(path, key, passphrase, cost))


def put_back(path: Path, key: MarketKey, passphrase: str | None, cost: Cost = MODERATE) -> None:
    """Write `key` to `path` where it is missing, or where the same key lies there already, perhaps
    damaged or under a passphrase that nobody knows any more; durable, and whole or as it was.

    What finds the typed codes of earlier keys is kept where the file that lies there is open. Raises
    KeyExists where another key lies there, EmptyPassphrase, PassphraseUntypable, KeyUnusable.
    """
    with suppress(KeyUnusable, PassphraseNeeded):
        before = load(path, None)
        key = before if before.public == key.public else key
    content = content_of(path, key, passphrase, cost)
    try:
        if path.exists() and _other_key(path, key):
            raise KeyExists(folder=path.parent)
        _write_over(path, content)
    except OSError as error:
        raise _unusable(path, error) from error


def _other_key(path: Path, key: MarketKey) -> bool:
    """Whether a file is certainly that of another key; what is damaged is nobody's."""
    try:
        public = _read(path).get("public")
    except KeyUnusable:
        return False
    return public != key.public.raw.hex()


def content_of(path: Path, key: MarketKey, passphrase: str | None, cost: Cost = MODERATE) -> bytes:
    """The bytes of a key file for `path`, which takes as long as trying a passphrase does.

    Raises EmptyPassphrase, PassphraseUntypable, and KeyUnusable where the memory is too small.
    """
    content: dict[str, object] = {
        "format": FORMAT,
        "version": VERSION,
        "public": key.public.raw.hex(),
    }
    if passphrase is None:
        content |= {"seed": key.seed().hex(), "codes": [one.hex() for one in _before(key)]}
    else:
        content |= _locked(path, key, passphrase, cost)
    return json.dumps(content, indent=1).encode() + b"\n"


def write_once(path: Path, content: bytes) -> None:
    """Write a key file, durable when this returns, readable by its owner only, or not at all.

    Raises KeyExists, and KeyUnusable where the disk refuses.
    """
    try:
        _write_once(path, content)
    except FileExistsError:
        raise KeyExists(folder=path.parent) from None
    except OSError as error:
        raise _unusable(path, error) from error


def relock(path: Path, old: str | None, new: str | None, cost: Cost = MODERATE) -> MarketKey:
    """Lock the key in `path` with another passphrase, or with none; gives the key.

    At every moment the file is whole, locked with the one or the other. What it held before is
    overwritten, as far as a disk lets programs do that. Raises what `load` and `save` raise.
    """
    loaded = _bytes_of(path)
    key = load(path, old)
    content = content_of(path, key, new, cost)
    try:
        with path.open("r+b") as before, _unfinished(path, content) as unfinished:
            if before.read() != loaded:  # trying a passphrase takes seconds
                raise _unusable(path, _("another program changed it meanwhile; do it again"))
            unfinished.replace(path)
            sync(path.parent)
            blank(before)
    except OSError as error:
        raise _unusable(path, error) from error
    return key


def _bytes_of(path: Path) -> bytes:
    try:
        return read_plain(path, _LARGEST_FILE)
    except OSError as error:
        raise _unusable(path, error) from error


def load(path: Path, passphrase: str | None) -> MarketKey:
    """The key in `path`; a passphrase that the file does not need is not looked at.

    Raises PassphraseNeeded, WrongPassphrase, and KeyUnusable where the file is missing, damaged, of
    a newer version or can't be read.
    """
    content = _read(path)
    try:
        if "seed" in content:
            codes = content["codes"] if content["version"] > 1 else []
            key = MarketKey(bytes.fromhex(content["seed"]), [bytes.fromhex(one) for one in codes])
        else:
            key = _unlocked(path, content, passphrase)
        intact = key.public.raw.hex() == content["public"]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _unusable(path, _("the file is damaged; restore it from a backup")) from None
    if not intact:
        raise _unusable(path, _("the file is damaged; restore it from a backup"))
    return key


def needs_passphrase(path: Path) -> bool:
    """Whether the key in `path` is locked; raises KeyUnusable as `load` does."""
    return "seed" not in _read(path)


def public_key(path: Path) -> bytes:
    """The public half of the key in `path`, 32 bytes, as the file says it: it needs no passphrase
    and proves nothing. Raises KeyUnusable as `load` does."""
    content = _read(path)
    with suppress(KeyError, TypeError, ValueError):
        raw = bytes.fromhex(content["public"])
        if len(raw) == PUBLIC_LENGTH:
            return raw
    raise _unusable(path, _("the file is damaged; restore it from a backup"))


def put_in_place(prepared: Path, path: Path) -> None:
    """Let the key file `prepared`, which lies in the same folder, take the place of `path`, whose
    content is overwritten first; raises KeyUnusable.

    Overwriting does what can be done: a solid-state disk or a file system with snapshots may keep
    the old bytes somewhere all the same. Broken off at any moment it can be done again, and two who
    do it at once do no harm.
    """
    try:
        wanted = prepared.read_bytes()
        _overwrite(path, spare=wanted)
        prepared.replace(path)
        sync(path.parent)
    except OSError as error:
        if not (isinstance(error, FileNotFoundError) and path.exists()):
            raise _unusable(path, error) from error


def remove(path: Path) -> None:
    """Overwrite a key file, unless it has another name that stays, and remove it; raises
    KeyUnusable."""
    try:
        with suppress(FileNotFoundError):
            if path.stat().st_nlink == 1:
                _overwrite(path)
            path.unlink()
        sync(path.parent)
    except OSError as error:
        raise _unusable(path, error) from error


def _overwrite(path: Path, spare: bytes | None = None) -> None:
    """Write zeros over a file, unless it holds what is to be spared: somebody else was faster."""
    with suppress(FileNotFoundError), path.open("r+b") as file:
        content = file.read()
        if content == spare:
            return
        blank(file)


def _before(key: MarketKey) -> list[bytes]:
    """What finds the typed codes of the keys before this one; its own follows from its seed."""
    return key.code_keys()[1 : MOST_BEFORE + 1]


def _locked(path: Path, key: MarketKey, passphrase: str, cost: Cost) -> dict[str, object]:
    from nacl.pwhash import argon2id
    from nacl.secret import SecretBox

    if not passphrase:
        raise EmptyPassphrase()
    # Half a character is what a key of a terminal that is not UTF-8 types.
    is_seen = all(sign.isprintable() or "\udc80" <= sign <= "\udcff" for sign in passphrase)
    if not is_seen or passphrase != passphrase.strip() or len(passphrase) > LONGEST_PASSPHRASE:
        raise PassphraseUntypable(longest=LONGEST_PASSPHRASE)
    salt = secrets.token_bytes(argon2id.SALTBYTES)
    box = SecretBox(_stretched(path, passphrase, salt, cost))
    return {
        "kdf": "argon2id",
        "passes": cost.passes,
        "memory": cost.memory,
        "salt": salt.hex(),
        "box": bytes(box.encrypt(b"".join((key.seed(), *_before(key))))).hex(),
    }


def _unlocked(path: Path, content: dict[str, Any], passphrase: str | None) -> MarketKey:
    from nacl.exceptions import CryptoError
    from nacl.pwhash import argon2id
    from nacl.secret import SecretBox

    cost = Cost(int(content["passes"]), int(content["memory"]))
    salt, box = bytes.fromhex(content["salt"]), bytes.fromhex(content["box"])
    if content["kdf"] != "argon2id" or not _within(cost):
        raise ValueError("not a cost that this program writes")
    codes = len(box) - SecretBox.NONCE_SIZE - SecretBox.MACBYTES - SEED_LENGTH
    if len(salt) != argon2id.SALTBYTES or codes < 0 or codes % CODE_KEY_LENGTH:
        raise ValueError("not a salt and a seed in a box")
    if not passphrase:
        raise PassphraseNeeded()
    try:
        return _parted(SecretBox(_stretched(path, passphrase, salt, cost)).decrypt(box))
    except CryptoError:
        raise WrongPassphrase() from None


def _parted(opened: bytes) -> MarketKey:
    """The key of a seed and the code keys behind it."""
    starts = range(SEED_LENGTH, len(opened), CODE_KEY_LENGTH)
    return MarketKey(opened[:SEED_LENGTH], [opened[at : at + CODE_KEY_LENGTH] for at in starts])


def _within(cost: Cost) -> bool:
    enough = CHEAP.passes <= cost.passes and CHEAP.memory <= cost.memory
    return enough and cost.passes <= _DEAREST.passes and cost.memory <= _DEAREST.memory


def _stretched(path: Path, passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """The secretbox key of a passphrase; two ways of typing the same accent give the same key."""
    from nacl.exceptions import RuntimeError as OutOfMemory
    from nacl.pwhash import argon2id
    from nacl.secret import SecretBox

    typed = unicodedata.normalize("NFC", passphrase).encode(errors="surrogatepass")
    try:
        return argon2id.kdf(SecretBox.KEY_SIZE, typed, salt, cost.passes, cost.memory)
    except (OutOfMemory, MemoryError):
        raise _unusable(path, _("this machine has too little memory to unlock it")) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(read_plain(path, _LARGEST_FILE))
    except FileNotFoundError:
        raise KeyMissing(folder=path.parent) from None
    except OSError as error:
        raise _unusable(path, error) from error
    except (ValueError, RecursionError):
        raise _unusable(path, _("the file is damaged; restore it from a backup")) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _unusable(path, _("the file is damaged; restore it from a backup"))
    if content.get("version") not in READABLE:
        raise _unusable(path, _("a newer version of the kiosk wrote it"))
    return content


def _write_once(path: Path, content: bytes) -> None:
    """Create `path` with `content`: complete and durable, or not at all, and never over a file."""
    with _unfinished(path, content) as unfinished:
        _name(unfinished, path)
    sync(path.parent)


def _write_over(path: Path, content: bytes) -> None:
    """Put `content` into `path`: complete and durable, or what was there before."""
    with _unfinished(path, content) as unfinished:
        unfinished.replace(path)
    sync(path.parent)


@contextmanager
def _unfinished(path: Path, content: bytes) -> Iterator[Path]:
    """A durable file beside `path`, for its owner only, gone at the end unless it was renamed."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_new(unfinished, content)
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)


def _name(unfinished: Path, path: Path) -> None:
    try:
        path.hardlink_to(unfinished)  # the one renaming that refuses to overwrite
    except FileExistsError:
        raise
    except OSError:
        # FAT has no links: claim the name, then put the finished file in the place of the claim.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        unfinished.replace(path)


def _unusable(path: Path, why: str | OSError) -> KeyUnusable:
    said = why if isinstance(why, str) else why.strerror or str(why)
    return KeyUnusable(folder=path.parent, why=said)
