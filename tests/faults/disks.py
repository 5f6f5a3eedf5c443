"""Disks to do harm to: a small one in memory, and an ext4 file system in a file.

Both need root and mounts; `why_not` says what is missing. A disk in a file can lose its power, as the
system's own test call does it (EXT4_IOC_SHUTDOWN: what was not synced is gone), or fail, as a card
does that the system then lets nobody write to any more.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN: `_IOR('X', 125, __u32)`."""

WITHOUT_FLUSHING = 2
"""Its argument: not even the file system's own journal is written out."""

IMAGE_BYTES = 32 * 1024 * 1024


@cache
def why_not() -> str:
    """Why no disk can be made on this machine; empty where one can."""
    if os.geteuid() != 0:
        return "only root may mount disks"
    if shutil.which("mkfs.ext4") is None:
        return "mkfs.ext4 is not installed"
    try:
        with tempfile.TemporaryDirectory(prefix="kiosk-disk-") as name, power_disk(Path(name)):
            return ""
    except subprocess.CalledProcessError as error:
        return f"no disk can be mounted: {error.stderr.decode().strip()}"


def _run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


@contextmanager
def small_disk(beside: Path, size_bytes: int) -> Iterator[Path]:
    """A disk in memory that holds so many bytes."""
    place = beside / "small"
    place.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", place)
    try:
        yield place
    finally:
        _run("umount", "-l", place)


class PowerDisk:
    """An ext4 file system in a file, mounted at `place`."""

    def __init__(self, image: Path, place: Path) -> None:
        self.image, self.place = image, place

    def mount(self, *options: str) -> None:
        """Put it in."""
        _run(
            "mount", "-o", ",".join(("loop", "errors=remount-ro", *options)), self.image, self.place
        )

    def remount(self, option: str) -> None:
        """Let it be written (`rw`) or only read (`ro`) from now on."""
        _run("mount", "-o", f"remount,{option}", self.place)

    def unmount(self) -> None:
        """Take it out; raises CalledProcessError while a program has files of it open."""
        _run("umount", self.place)

    def cut_power(self) -> None:
        """From this moment nothing that is written reaches it."""
        handle = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING))
        finally:
            os.close(handle)

    def fail(self) -> None:
        """Let the system find a fault in it: it can only be read from then on."""
        device = Path(
            subprocess.check_output(["findmnt", "-no", "SOURCE", self.place], text=True).strip()
        )
        (Path("/sys/fs/ext4") / device.name / "trigger_fs_error").write_text("1")

    def mend(self) -> None:
        """Repair what `fail` left, while it is out."""
        done = subprocess.run(["e2fsck", "-fy", self.image], capture_output=True, check=False)
        if done.returncode > 1:  # 1: faults were found and mended
            raise AssertionError(done.stdout.decode())


@contextmanager
def power_disk(beside: Path) -> Iterator[PowerDisk]:
    """An empty ext4 disk, mounted."""
    image, place = beside / "disk.img", beside / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(IMAGE_BYTES)
    _run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
    disk = PowerDisk(image, place)
    disk.mount()
    try:
        yield disk
    finally:
        with suppress(subprocess.CalledProcessError):
            _run("umount", "-l", place)


def fill(place: Path) -> Path:
    """Fill a disk to its last byte; gives the file that does it."""
    file = place / "filler"
    with suppress(OSError), file.open("wb", buffering=0) as open_file:
        while True:
            try:
                open_file.write(bytes(4096))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                break
    return file
