"""Ways for bytes to a receipt printer: network, USB, serial line, device file; all with time limits.

A connection writes at most what it is given, reads what is there, and never waits longer than
STALL_SECONDS. python-escpos opens serial and USB printers; it is imported when the first of them is
opened, because that takes as long as the app's first paint. Network printers are opened here, because
the library knows no IPv6. What is said over a connection belongs to kiosk/paper/escpos.py.
"""

from __future__ import annotations

import errno
import os
import re
import select
import shutil
import socket
import stat
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from pathlib import Path
from typing import Any, Protocol

from kiosk.messages import _

PORT = 9100
"""Where network printers listen for raw data."""
BAUDS = (9600, 19200, 38400, 57600, 115200, 4800, 2400, 1200)
"""Speeds of serial lines; the first where none is named."""

CONNECT_SECONDS = 5.0
STALL_SECONDS = 30.0
"""How long a printer may take no byte before it counts as stuck."""
_READ = 64
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9.-]{0,252})(?::([0-9]{1,5}))?")
_IPV6 = re.compile(r"\[([^\[\]]{2,64})\](?::([0-9]{1,5}))?")


class Connection(Protocol):
    """An open way to a printer. `write` and `read` raise OSError where the way is broken."""

    def write(self, data: bytes) -> int:
        """Send the beginning of `data`; gives how many bytes went, 0 where none did in time."""

    def read(self, seconds: float) -> bytes:
        """What the printer said, waiting at most so long for it; empty where it is silent."""

    def close(self) -> None:
        """Close the way; never raises."""


class Address(Protocol):
    """Where a printer is, understood."""

    @classmethod
    def read(cls, text: str) -> Address:
        """From what a person typed; raises ValueError with a sentence."""

    def connect(self) -> Connection:
        """Open the way to it; raises OSError."""


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> NetworkAddress:
        """From `192.168.1.50`, `printer.local:9100` or `[fe80::1%eth0]:9100`; raises ValueError."""
        found = _NAME.fullmatch(text) or _IPV6.fullmatch(text)
        if found is None and text.count(":") > 1:
            raise ValueError(_("put the IPv6 address in brackets, such as [fe80::1]:9100"))
        wrong = ValueError(_("type the printer's address, such as 192.168.1.50"))
        if found is None or not 0 < (port := int(found[2] or PORT)) < 1 << 16:
            raise wrong
        host = found[1]
        if found.re is _IPV6:
            try:
                IPv6Address(host)
            except AddressValueError:
                raise wrong from None
        return cls(host, port)

    def connect(self) -> Connection:
        """Open it; raises OSError."""
        return NetworkConnection(self)


class NetworkConnection:
    """A TCP connection."""

    def __init__(self, address: NetworkAddress) -> None:
        self._socket = socket.create_connection((address.host, address.port), CONNECT_SECONDS)
        self._socket.settimeout(STALL_SECONDS)

    def write(self, data: bytes) -> int:
        try:
            return self._socket.send(data)
        except TimeoutError:
            return 0

    def read(self, seconds: float) -> bytes:
        if not select.select([self._socket], [], [], seconds)[0]:
            return b""
        said = self._socket.recv(_READ)
        if not said:
            raise ConnectionAbortedError(errno.ECONNABORTED, os.strerror(errno.ECONNABORTED))
        return said

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self._socket.close()


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    path: str

    @classmethod
    def read(cls, text: str) -> DeviceAddress:
        """From `/dev/usb/lp0`; raises ValueError."""
        if not Path(text).is_absolute() or "\0" in text:
            raise ValueError(_("name the device file, such as /dev/usb/lp0"))
        return cls(text)

    def connect(self) -> Connection:
        """Open it; raises OSError."""
        return DeviceConnection(self)


class DeviceConnection:
    """A device file that is there already: a printer that was unplugged is not made a file.

    One that can't be read (a pipe, a parallel port) is a printer that is silent.
    """

    def __init__(self, address: DeviceAddress) -> None:
        flags = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        self._answers = stat.S_ISCHR(_refuse_unless_device(Path(address.path).stat()))
        try:
            self._file = os.open(
                address.path, flags | (os.O_RDWR if self._answers else os.O_WRONLY)
            )
        except OSError as error:
            if not self._answers or error.errno not in (errno.EACCES, errno.EINVAL, errno.EIO):
                raise
            self._answers = False
            self._file = os.open(address.path, flags | os.O_WRONLY)
        try:
            _refuse_unless_device(os.fstat(self._file))  # the name may lead elsewhere by now
        except OSError:
            os.close(self._file)
            raise

    def write(self, data: bytes) -> int:
        if not select.select([], [self._file], [], STALL_SECONDS)[1]:
            return 0
        try:
            return os.write(self._file, data)
        except BlockingIOError:
            return 0

    def read(self, seconds: float) -> bytes:
        if not self._answers or not select.select([self._file], [], [], seconds)[0]:
            return b""
        try:
            said = os.read(self._file, _READ)
        except BlockingIOError:
            said = b""
        self._answers = bool(said)  # at an end that is none, select would say "ready" for ever
        return said

    def close(self) -> None:
        with suppress(OSError):
            os.close(self._file)


def _refuse_unless_device(status: os.stat_result) -> int:
    """The mode of a device that takes characters, or of a pipe. Raises OSError for anything else:
    a file would be overwritten, and so would a disk."""
    if stat.S_ISCHR(status.st_mode) or stat.S_ISFIFO(status.st_mode):
        return status.st_mode
    raise OSError(errno.ENOTTY, _("there is something that is no printer's device"))


@dataclass(frozen=True, slots=True)
class SerialAddress:
    path: str
    baud: int

    @classmethod
    def read(cls, text: str) -> SerialAddress:
        """From `/dev/ttyUSB0` or `/dev/ttyUSB0,19200`; raises ValueError."""
        path, _comma, baud = text.partition(",")
        known = {str(one): one for one in BAUDS}
        if not Path(path).is_absolute() or "\0" in text or (baud or str(BAUDS[0])) not in known:
            raise ValueError(
                _("name the device and, after a comma, its speed, such as /dev/ttyUSB0,9600")
            )
        return cls(path, known[baud or str(BAUDS[0])])

    def connect(self) -> Connection:
        """Open it; raises OSError."""
        return SerialConnection(self)


class SerialConnection:
    """A serial line, 8 bits, no parity, DSR/DTR flow control as receipt printers have it."""

    def __init__(self, address: SerialAddress) -> None:
        printer = _library().printer.Serial(address.path, address.baud, profile="default")
        # A plain sentence where it is not there, or is none.
        _refuse_unless_device(Path(address.path).stat())
        _open(printer)
        self._printer = printer
        self._line: Any = printer.device
        self._line.write_timeout = 0  # what fits goes, and how much that was is known

    def write(self, data: bytes) -> int:
        if not select.select([], [self._line.fileno()], [], STALL_SECONDS)[1]:
            return 0
        return int(self._line.write(data))

    def read(self, seconds: float) -> bytes:
        self._line.timeout = seconds
        first = bytes(self._line.read(1))
        return first + bytes(self._line.read(min(_READ, self._line.in_waiting))) if first else b""

    def close(self) -> None:
        # Not the library's way, which waits for ever where the printer takes nothing.
        with suppress(OSError):
            self._line.close()
        self._printer.device = False


@dataclass(frozen=True, slots=True)
class UsbAddress:
    vendor: int
    product: int

    @classmethod
    def read(cls, text: str) -> UsbAddress:
        """From `04b8:0e15`, as `kiosk print find` shows it; raises ValueError."""
        found = re.fullmatch(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})", text)
        if found is None:
            raise ValueError(_("type the printer's USB numbers, such as 04b8:0e15"))
        return cls(int(found[1], 16), int(found[2], 16))

    def connect(self) -> Connection:
        """Open it; raises OSError."""
        return UsbConnection(self)


class UsbConnection:
    """A USB printer without a driver of the system's; one with a driver is a device file, too."""

    def __init__(self, address: UsbAddress, backend: Any = None) -> None:
        library = _library().printer
        import usb.core

        named: dict[str, Any] = {"idVendor": address.vendor, "idProduct": address.product}
        if backend is not None:
            named["backend"] = backend
        try:
            device = usb.core.find(**named)
        except usb.core.NoBackendError as error:
            raise OSError(errno.ENOSYS, _("the system's libusb is missing")) from error
        if device is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        self._in, out = _endpoints(device)
        printer = library.Usb(usb_args=named, in_ep=self._in or 0x82, out_ep=out, profile="default")
        # The library resets the device at each opening, which some printers answer with a test page.
        printer._configure_usb = lambda: _configure(printer.device)
        _open(printer)
        self._printer = printer
        self._out = out

    def write(self, data: bytes) -> int:
        import usb.core

        try:
            return int(self._printer.device.write(self._out, data, round(STALL_SECONDS * 1000)))
        except usb.core.USBTimeoutError:
            return 0

    def read(self, seconds: float) -> bytes:
        import usb.core

        if self._in is None:
            return b""
        try:
            read = self._printer.device.read(self._in, _READ, max(1, round(seconds * 1000)))
        except usb.core.USBTimeoutError:
            return b""
        return bytes(read)

    def close(self) -> None:
        with suppress(OSError):
            self._printer.close()


def _configure(device: Any) -> None:
    import usb.core

    try:
        device.get_active_configuration()
    except usb.core.USBError:
        device.set_configuration()


def _endpoints(device: Any) -> tuple[int | None, int]:
    """Where a USB printer is read, if anywhere, and written; raises OSError for what is none."""
    from usb.util import ENDPOINT_IN, endpoint_direction

    for configuration in device:
        for interface in configuration:
            if interface.bInterfaceClass != PRINTER_CLASS:
                continue
            ins: list[int] = []
            outs: list[int] = []
            for endpoint in interface:
                address = endpoint.bEndpointAddress
                (ins if endpoint_direction(address) == ENDPOINT_IN else outs).append(address)
            if outs:
                return (ins[0] if ins else None), outs[0]
    raise OSError(errno.ENODEV, _("that is no printer"))


PRINTER_CLASS = 7
"""USB's class of printers."""


def _open(printer: Any) -> None:
    """Open one of the library's printers; raises OSError, whatever the library raises."""
    from escpos.exceptions import Error

    try:
        printer.open()
    except Error as error:
        cause = error.__context__
        if isinstance(cause, OSError):
            raise cause from error
        raise OSError(errno.EIO, str(cause or error)) from error


def _library() -> Any:
    """python-escpos, without the folder of temporary files that it makes at each import."""
    import escpos.capabilities
    import escpos.printer

    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
    return escpos
