"""A market's key: signs slips, seals and bundles, and finds typed codes.

Ed25519 (RFC 8032) through libsodium. Every signature is made over a domain tag and a message; a tag
ends in its only zero byte, so that no tag is the beginning of another and a signature made for one
purpose never passes for another. Where the key rests on a disk is left to `keyfile`.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import NoReturn

from db.errors import Refused
from db.terms import PUBLIC_LENGTH
from kiosk.slips.payload import (
    HEADER_LENGTH,
    KEY_ID_LENGTH,
    SERIAL_LENGTH,
    SIGNATURE_LENGTH,
    SLIP_DOMAIN,
    SLIP_LENGTH,
    Header,
    unpack,
)

KEY_ID_DOMAIN = b"market-kiosk key id 1\0"
CODE_KEY_DOMAIN = b"market-kiosk typed code key 1\0"

SEED_LENGTH = 32
CODE_KEY_LENGTH = 32
CODE_TAG_LENGTH = 16


@dataclass(frozen=True)
class PublicKey:
    """What anyone may know of a market: it checks signatures and makes none. `raw` has 32 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != PUBLIC_LENGTH:
            raise ValueError("a public key has 32 bytes")

    @cached_property
    def key_id(self) -> bytes:
        """The 4 bytes that name this key in a slip: SHA-256 over KEY_ID_DOMAIN and the key, cut."""
        return sha256(KEY_ID_DOMAIN + self.raw).digest()[:KEY_ID_LENGTH]

    def verify(self, domain: bytes, message: bytes, signature: bytes) -> bool:
        """Whether this market signed `message` for the purpose that `domain` names."""
        from nacl.exceptions import BadSignatureError
        from nacl.signing import VerifyKey

        _check_domain(domain)
        if len(signature) != SIGNATURE_LENGTH:
            return False
        try:
            VerifyKey(self.raw).verify(domain + message, signature)
        except BadSignatureError:
            return False
        return True

    def verify_slip(self, slip: bytes) -> bool:
        """Whether this market made these 84 bytes: version, key id and signature.

        A slip of an unknown version is not verified; `payload.unpack` says why.
        """
        if len(slip) != SLIP_LENGTH:
            return False
        try:
            header = unpack(slip)
        except Refused:
            return False
        if header.key_id != self.key_id:
            return False
        return self.verify(SLIP_DOMAIN, slip[:HEADER_LENGTH], slip[HEADER_LENGTH:])


class MarketKey:
    """The market's private key. It shows itself to nobody: not in `repr`, `str`, `pickle`, `copy`.

    A crash report prints every variable that it meets, so the seed lives behind this object and no
    caller should keep it in a variable of its own.
    """

    __slots__ = ("_code_keys", "_signing", "public")

    def __init__(self, seed: bytes, code_keys: Sequence[bytes] = ()) -> None:
        """The key of a seed of 32 bytes (RFC 8032, 5.1.5); `code_keys` are those of the market's
        keys before this one, 32 bytes each, the newest first: what is left of them."""
        from nacl.signing import SigningKey

        self._signing = SigningKey(seed)  # which refuses any other length with a ValueError
        self.public = PublicKey(bytes(self._signing.verify_key))
        if any(len(one) != CODE_KEY_LENGTH for one in code_keys):
            raise ValueError("a key of typed codes has 32 bytes")
        own = _derived(seed, CODE_KEY_DOMAIN)
        self._code_keys = tuple(_Hidden(one) for one in (own, *code_keys))

    @classmethod
    def generate(cls, before: MarketKey | None = None) -> MarketKey:
        """A new key, from the operating system's randomness. One that comes after `before` still
        finds the typed codes of that key's slips and of those before it."""
        from nacl.utils import random

        return cls(random(SEED_LENGTH), before.code_keys() if before is not None else ())

    def following(self, before: MarketKey) -> MarketKey:
        """The same key, which finds the typed codes of the slips of `before` and of those before it."""
        return type(self)(self.seed(), before.code_keys())

    def seed(self) -> bytes:
        """The 32 bytes that *are* the key: only for what stores it or splits it into shares."""
        return bytes(self._signing)

    def code_keys(self) -> list[bytes]:
        """What finds typed codes: 32 bytes for this key and for each one before it, the newest
        first. They sign nothing; only for what stores them."""
        return [one.value for one in self._code_keys]

    def sign(self, domain: bytes, message: bytes) -> bytes:
        """The signature, 64 bytes, of `message` for the purpose that `domain` names."""
        _check_domain(domain)
        return self._signing.sign(domain + message).signature

    def sign_slip(self, header: Header) -> bytes:
        """The 84 bytes of a slip; raises ValueError where `header` names another key."""
        if header.key_id != self.public.key_id:
            raise ValueError("the header names another key")
        packed = header.pack()
        return packed + self.sign(SLIP_DOMAIN, packed)

    def code_tag(self, serial: bytes) -> bytes:
        """What the books find a typed code by: 16 bytes that only this key's holder can compute.

        HMAC-SHA256 of the serial, cut, under a key derived from the seed: HKDF-SHA256 (RFC 5869)
        without salt, with CODE_KEY_DOMAIN as info.
        """
        return self.code_tags(serial)[0]

    def code_tags(self, serial: bytes) -> list[bytes]:
        """The tags that a typed code may have in the books: this key's, then those of the keys
        before it, which may have signed the slip."""
        if len(serial) != SERIAL_LENGTH:
            raise ValueError("a serial has 8 bytes")
        return [
            hmac.digest(one.value, serial, "sha256")[:CODE_TAG_LENGTH] for one in self._code_keys
        ]

    def __repr__(self) -> str:
        return f"<MarketKey {self.public.key_id.hex()}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a market's key is not copied or pickled")


class _Hidden:
    """Bytes that a dump of variables does not show."""

    __slots__ = ("value",)

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "<hidden>"


def _derived(seed: bytes, info: bytes) -> bytes:
    extracted = hmac.digest(bytes(sha256().digest_size), seed, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def _check_domain(domain: bytes) -> None:
    if domain.find(b"\0") != len(domain) - 1 or len(domain) < 2:
        raise ValueError("a domain tag ends in its only zero byte")
