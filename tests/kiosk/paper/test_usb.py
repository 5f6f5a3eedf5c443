"""A USB printer: the real libraries over a bus of the tests."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
import usb.core
from PIL import Image
from usb.backend import IBackend

from kiosk.paper.connections import UsbAddress, UsbConnection
from kiosk.paper.escpos import EscposPrinter
from kiosk.paper.printer import READY
from tests.kiosk.paper.printer_server import Interpreter

OUT, IN = 0x03, 0x84


class Described:
    """A descriptor: whatever it is asked for and was not told is 0."""

    def __init__(self, **told: Any) -> None:
        vars(self).update(told)

    def __getattr__(self, name: str) -> Any:
        return b"" if name.startswith("extra") else 0


class Bus(IBackend):  # type: ignore[misc]
    """One printer, whose interface is not the first and whose endpoints are not the usual ones."""

    def __init__(self) -> None:
        self.printer = Interpreter(lambda what: 0x12)
        self.said = b""
        self.resets = 0
        self.most = 700
        """Bytes that it takes in one go."""

    def enumerate_devices(self) -> Any:
        return iter(["printer"])

    def get_device_descriptor(self, dev: Any) -> Any:
        return Described(bLength=18, idVendor=0x04B8, idProduct=0x0E15, bNumConfigurations=1)

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        return Described(bLength=9, bNumInterfaces=2, bConfigurationValue=1)

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if alt:
            raise IndexError(alt)
        kind = 7 if intf == 1 else 3
        return Described(bLength=9, bInterfaceNumber=intf, bInterfaceClass=kind, bNumEndpoints=2)

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        address = (OUT, IN)[ep] if intf == 1 else (0x01, 0x82)[ep]
        return Described(bLength=7, bEndpointAddress=address, bmAttributes=2, wMaxPacketSize=64)

    def open_device(self, dev: Any) -> Any:
        return "handle"

    def close_device(self, dev_handle: Any) -> None:
        pass

    def get_configuration(self, dev_handle: Any) -> int:
        return 1

    def set_configuration(self, dev_handle: Any, config_value: int) -> None:
        pass

    def claim_interface(self, dev_handle: Any, intf: int) -> None:
        assert intf == 1

    def release_interface(self, dev_handle: Any, intf: int) -> None:
        pass

    def reset_device(self, dev_handle: Any) -> None:
        self.resets += 1

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep == OUT and timeout > 0
        taken = bytes(data)[: self.most]
        self.said += self.printer.feed(taken)
        return len(taken)

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert ep == IN and timeout > 0
        if not self.said:
            raise usb.core.USBTimeoutError("timed out")
        taken, self.said = self.said[: len(buff)], self.said[len(buff) :]
        buff[: len(taken)] = array("B", taken)
        return len(taken)


def test_a_printer_on_the_bus_prints_dot_by_dot_and_is_not_reset() -> None:
    bus = Bus()
    address = UsbAddress.read("04b8:0e15")
    printer = EscposPrinter("usb", lambda: UsbConnection(address, bus), cut=True)
    assert printer.state() == READY
    image = Image.effect_noise((384, 300), 90).convert("1")
    printer.print(image, "slip", 203)
    (paper,) = bus.printer.papers
    assert paper.image.tobytes() == image.tobytes()
    assert bus.printer.strange == []
    assert bus.resets == 0


def test_a_printer_that_is_not_on_the_bus_is_not_connected() -> None:
    with pytest.raises(FileNotFoundError):
        UsbConnection(UsbAddress(0x04B8, 0x0E16), Bus())


def test_a_device_that_is_no_printer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bus = Bus()
    monkeypatch.setattr(
        bus,
        "get_interface_descriptor",
        lambda *which: (
            Described(bLength=9, bInterfaceClass=3, bNumEndpoints=2)
            if not which[2]
            else (_ for _ in ()).throw(IndexError())
        ),
    )
    with pytest.raises(OSError, match="no printer"):
        UsbConnection(UsbAddress(0x04B8, 0x0E15), bus)
