"""What happens to a slip between two market days, as pictures: twenty kinds, five strengths each.

A slip is printed on its paper at `SCALE` pixels a dot, one kind of damage befalls it, and a camera
takes a greyscale photo of it as a hand scanner does. All sizes are millimetres of paper, so that
every design of a slip meets the same pencil, the same fold and the same coffee. What is local lies
anywhere on the whole slip, its edges and words included, and comes several times: once, it would
miss the code of most slips, and tell nothing. Counting what is still read is left to `damage`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, radians, sin
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SCALE = 2
"""Pixels a dot while the paper is damaged."""

CAMERA = 9.6
"""Pixels a millimetre in the photo: an imager of 640 pixels that sees 67 mm, the cheapest sold."""

STRENGTHS = (1, 2, 3, 4, 5)

_PAPER, _INK, _TABLE = 0.9, 0.08, 0.35  # the share of light that comes back
_LENS = 0.05  # mm, the blur of a camera that is in focus
_GRAIN = 0.01
_EDGE = 0.16  # of a blurred edge, a standard deviation away from it

Picture = np.ndarray[Any, np.dtype[np.float32]]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Print:
    """A printed slip: the share of light it gives back, a row an array row; pixels a millimetre; the
    box in pixels (left, top, right, bottom) of its first code, at which a camera is aimed."""

    light: Picture
    density: float
    code: Box

    def mm(self, size: float) -> float:
        """Millimetres as pixels."""
        return size * self.density

    def changed(self, light: Picture) -> Print:
        return Print(light.astype(np.float32), self.density, self.code)


Wear = Callable[[Print, int, np.random.Generator], Print]


def printed(slip: Image.Image, dots_per_inch: int, paper: float, code: Box) -> Print:
    """A picture in one bit on paper `paper` mm wide; `code` is the box of its first code in dots."""
    density = dots_per_inch / 25.4 * SCALE
    dark = np.asarray(slip.convert("L"), dtype=np.float32) < 128
    dark = dark.repeat(SCALE, axis=0).repeat(SCALE, axis=1)
    side = max(0, (round(paper * density) - dark.shape[1]) // 2)
    dark = np.pad(dark, ((0, 0), (side, side)))
    light = np.where(dark, _INK, _PAPER).astype(np.float32)
    box = (code[0] * SCALE + side, code[1] * SCALE, code[2] * SCALE + side, code[3] * SCALE)
    return Print(light, density, box)


def photographed(one: Print, chance: np.random.Generator, noise: float = _GRAIN) -> Image.Image:
    """The scanner's view: on a table, through a lens, on a sensor of `CAMERA` pixels a mm."""
    frame = round(one.mm(6))
    light = np.pad(one.light, frame, constant_values=_TABLE)
    factor = CAMERA / one.density
    seen = _image(light).filter(ImageFilter.GaussianBlur(one.mm(_LENS)))
    size = (round(seen.width * factor), round(seen.height * factor))
    pixels = _light(seen.resize(size, Image.Resampling.BOX))
    return _image(pixels + chance.normal(0, noise, pixels.shape))


# Of ink and paper


def fade(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Thermal paper that lay in the sun: what is left of the contrast is 40 % to 6 %."""
    left = (0.4, 0.28, 0.18, 0.1, 0.06)[strength - 1]
    return one.changed(_PAPER - (_PAPER - one.light) * left)


def faded_side(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """A slip that stuck out of a book: contrast falls from whole to almost none at any one side."""
    turns = int(chance.integers(4))
    turned = np.rot90(one.light, turns)
    at = np.linspace(0, 1, turned.shape[1])
    least = (0.45, 0.32, 0.22, 0.14, 0.08)[strength - 1]
    kept = np.clip(1 - at * 1.3, least, 1)
    return one.changed(np.rot90(_PAPER - (_PAPER - turned) * kept[None, :], -turns))


def heat(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Thermal paper that lay on a heater: its white goes dark in clouds."""
    clouds = _clouds(one, 6, chance)
    depth = (0.35, 0.48, 0.6, 0.72, 0.84)[strength - 1]
    white = _PAPER - (_PAPER - _INK) * np.clip(depth * (0.6 + 0.5 * clouds), 0, 0.97)
    return one.changed(np.minimum(one.light, white))


def bleed(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Ink that ran: dark grows at every side, by up to 0.17 mm, which is a dot and a third."""
    return one.changed(_PAPER - (_PAPER - _INK) * (_spread(one, _growth(one, strength)) > _EDGE))


def thin(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """A printer that is too cold or too fast: dark shrinks as much as it grows in `bleed`."""
    left = _spread(one, _growth(one, strength)) > 1 - _EDGE
    return one.changed(_PAPER - (_PAPER - _INK) * left)


def dead_dots(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """A printing head with broken elements: white lines along the paper."""
    count = (4, 10, 18, 28, 40)[strength - 1]
    light = one.light.copy()
    for column in chance.integers(0, light.shape[1] // SCALE, count):
        light[:, column * SCALE : (column + 1) * SCALE] = _PAPER
    return one.changed(light)


def specks(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Salt and pepper: single dots that are wrong, 4 % to 24 %."""
    share = (0.04, 0.08, 0.12, 0.18, 0.24)[strength - 1]
    shape = (one.light.shape[0] // SCALE + 1, one.light.shape[1] // SCALE + 1)
    drawn = chance.random(shape).repeat(SCALE, 0).repeat(SCALE, 1)
    drawn = drawn[: one.light.shape[0], : one.light.shape[1]]
    light = np.where(drawn < share / 2, _INK, one.light)
    return one.changed(np.where(drawn > 1 - share / 2, _PAPER, light))


# Of hands and pockets


def fold(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Folded across, three times: ink comes off along each crease, what is below lies in shade."""
    return _creased(one, strength, chance, along=(False,) * 3)


def cross_fold(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Folded across, three times, and once along."""
    return _creased(one, strength, chance, along=(False, False, False, True))


def scratches(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Keys in the same pocket: white scratches."""
    image, pen = _drawing(one)
    for _ in range((10, 25, 45, 70, 100)[strength - 1]):
        _stroke(one, pen, chance, 0.35, 255 * _PAPER, 12)
    return one.changed(_light(image))


def marker(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """A child with a pen: four strokes or eight, from a ball-point to a felt pen."""
    image, pen = _drawing(one)
    for _ in range(4 if strength < 4 else 8):
        width = (0.4, 0.8, 1.3, 1.3, 1.8)[strength - 1]
        _stroke(one, pen, chance, width, 255 * _INK, 40)
    return one.changed(_light(image))


def stain(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Coffee, four drops: each darker in the middle, darkest at its rim."""
    radius = one.mm((3, 4.5, 6, 7.5, 9)[strength - 1])
    light = one.light
    for _ in range(4):
        distance = _distance(one, chance) / radius
        distance = distance + 0.25 * (_clouds(one, 3, chance) - 0.5)
        depth = np.where(distance < 0.85, 0.72, 0.95) * (distance < 1)
        light = light * (1 - depth * (0.75 + 0.05 * strength))
    return one.changed(light)


def crumple(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Crumpled and smoothed out: the paper is bent, and its slopes catch light and shade."""
    size = one.mm((0.1, 0.2, 0.32, 0.46, 0.62)[strength - 1])
    height = 0.65 * _clouds(one, 7, chance) + 0.35 * _clouds(one, 3, chance)
    across, along = np.gradient(height)
    steepest = np.percentile(np.hypot(across, along), 95)
    shade = np.clip(along / steepest, -1.5, 1.5) * (0.06 + 0.04 * strength)
    rows, columns = np.indices(one.light.shape, dtype=np.float32)
    bent = _taken(one.light, rows + size * along / steepest, columns + size * across / steepest)
    return one.changed(np.clip(bent * (1 + shade), 0, 1))


def tear(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Three pieces torn off any sides, up to 15 mm deep."""
    depth = one.mm((3, 6, 9, 12, 15)[strength - 1])
    light = one.light
    for _ in range(3):
        turns = int(chance.integers(4))
        light = np.rot90(light, turns)
        rows = np.arange(light.shape[0])
        middle = chance.uniform(0, light.shape[0])
        edge = depth - np.abs(rows - middle) * 0.7 + chance.normal(0, one.mm(0.15), rows.shape)
        gone = np.arange(light.shape[1])[None, :] < edge[:, None]
        light = np.rot90(np.where(gone, _TABLE, light), -turns)
    return one.changed(light)


# Of the moment when it is scanned


def blur(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Held too near: out of focus."""
    radius = one.mm((0.12, 0.18, 0.24, 0.3, 0.36)[strength - 1])
    return one.changed(_light(_image(one.light).filter(ImageFilter.GaussianBlur(radius))))


def motion(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Moved while it is scanned, in any direction."""
    length = one.mm((0.3, 0.5, 0.7, 0.95, 1.2)[strength - 1])
    angle = chance.uniform(0, pi)
    steps = 9
    moved = np.zeros_like(one.light)
    for step in np.linspace(-0.5, 0.5, steps):
        shift = (round(length * step * sin(angle)), round(length * step * cos(angle)))
        moved += np.roll(one.light, shift, axis=(0, 1))
    return one.changed(moved / steps)


def dusk(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Too little light: the sensor's noise."""
    noise = (0.06, 0.1, 0.15, 0.21, 0.28)[strength - 1]
    shape = (round(one.light.shape[0] / SCALE), round(one.light.shape[1] / SCALE))
    grain = chance.normal(0, noise, shape).repeat(SCALE, 0).repeat(SCALE, 1)
    grain = np.resize(grain, one.light.shape)
    return one.changed(np.clip(one.light * 0.6 + 0.2 + grain, 0, 1))


def glare(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Lamps in shiny paper: four spots where there is only white."""
    radius = one.mm((2, 3, 4, 5.5, 7)[strength - 1])
    light = one.light
    for _ in range(4):
        spot = np.clip(1.8 - 1.3 * _distance(one, chance) / radius, 0, 1)
        light = light + (1 - light) * spot
    return one.changed(light)


def rotation(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Held askew, by 8 to 45 degrees."""
    angle = (8, 16, 25, 35, 45)[strength - 1] * chance.choice((-1, 1))
    turned = _image(one.light).rotate(
        angle, Image.Resampling.BICUBIC, expand=True, fillcolor=round(255 * _TABLE)
    )
    return one.changed(_light(turned))


def perspective(one: Print, strength: int, chance: np.random.Generator) -> Print:
    """Held at a slant, by 20 to 64 degrees, and turned a little; the far side is small and dim."""
    tilt = radians((20, 35, 48, 57, 64)[strength - 1])
    turn = chance.uniform(-0.3, 0.3)
    height, width = one.light.shape
    left, top, right, bottom = one.code
    middle = ((left + right) / 2, (top + bottom) / 2)
    far = one.mm(150)
    rows, columns = np.indices((height, width), dtype=np.float32)
    x, y = columns - middle[0], rows - middle[1]
    # The ray through each pixel of the photo meets the tilted plane of the paper here.
    depth = far / np.maximum(cos(tilt) * far - sin(tilt) * y, 1)
    down, over = y * depth, x * depth * cos(tilt)
    source = _taken(
        one.light,
        middle[1] + cos(turn) * down - sin(turn) * over,
        middle[0] + sin(turn) * down + cos(turn) * over,
    )
    return one.changed(source)


KINDS: dict[str, Wear] = {
    "fade": fade,
    "faded side": faded_side,
    "heat": heat,
    "ink bleed": bleed,
    "thin print": thin,
    "dead dots": dead_dots,
    "salt and pepper": specks,
    "fold": fold,
    "cross fold": cross_fold,
    "scratches": scratches,
    "marker": marker,
    "stain": stain,
    "crumple": crumple,
    "tear": tear,
    "blur": blur,
    "motion": motion,
    "dusk": dusk,
    "glare": glare,
    "rotation": rotation,
    "perspective": perspective,
}


def _image(light: Picture) -> Image.Image:
    return Image.fromarray(np.clip(light * 255, 0, 255).astype(np.uint8))


def _light(image: Image.Image) -> Picture:
    return np.asarray(image, dtype=np.float32) / 255


def _growth(one: Print, strength: int) -> float:
    return one.mm((0.05, 0.08, 0.11, 0.14, 0.17)[strength - 1])


def _spread(one: Print, radius: float) -> Picture:
    """How dark it is around each place, 0 to 1: the dark of a straight edge falls to `_EDGE` at
    `radius` pixels from it."""
    dark = (_PAPER - one.light) / (_PAPER - _INK)
    return _light(_image(dark).filter(ImageFilter.GaussianBlur(radius)))


def _drawing(one: Print) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = _image(one.light)
    return image, ImageDraw.Draw(image)


def _stroke(
    one: Print,
    pen: ImageDraw.ImageDraw,
    chance: np.random.Generator,
    width: float,
    shade: float,
    longest: float,
) -> None:
    """A stroke `width` mm wide and at most `longest` mm long through some place of the slip."""
    x, y = _place(one, chance)
    angle, half = chance.uniform(0, pi), one.mm(longest) * chance.uniform(0.5, 1) / 2
    ends = [(x + side * half * cos(angle), y + side * half * sin(angle)) for side in (-1, 1)]
    pen.line(ends, fill=round(shade), width=max(1, round(one.mm(width))))


def _place(one: Print, chance: np.random.Generator) -> tuple[float, float]:
    """Some place of the slip, its column and its row."""
    height, width = one.light.shape
    return float(chance.uniform(0, width)), float(chance.uniform(0, height))


def _distance(one: Print, chance: np.random.Generator) -> Picture:
    x, y = _place(one, chance)
    rows, columns = np.indices(one.light.shape, dtype=np.float32)
    distance: Picture = np.hypot(rows - y, columns - x)
    return distance


def _creased(
    one: Print, strength: int, chance: np.random.Generator, along: tuple[bool, ...]
) -> Print:
    light = one.light
    worn = one.mm((0.2, 0.5, 0.9, 1.4, 2.0)[strength - 1])
    for vertical in along:
        length = light.shape[1 if vertical else 0]
        place = np.arange(length) - chance.uniform(0.15, 0.85) * length
        ragged = np.abs(place) + chance.normal(0, one.mm(0.08), place.shape)
        gone = np.where(ragged < worn / 2, 0.92, 0.0)
        shade = np.where(place > 0, 1 - 0.08 * strength, 1.0)
        turned = (None, slice(None)) if vertical else (slice(None), None)
        gone, shade = gone[turned], shade[turned]
        light = (light + (_PAPER - light) * gone) * shade
    return one.changed(light)


def _clouds(one: Print, size: float, chance: np.random.Generator) -> Picture:
    """Smooth noise from 0 to 1, its clouds about `size` mm wide."""
    height, width = one.light.shape
    step = one.mm(size)
    coarse = chance.random((round(height / step) + 3, round(width / step) + 3))
    grown = _image(coarse.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC)
    clouds = _light(grown)
    return (clouds - clouds.min()) / max(1e-6, float(clouds.max() - clouds.min()))


def _taken(light: Picture, rows: Picture, columns: Picture) -> Picture:
    """The picture at other places, between pixels too; the table where there is no paper."""
    height, width = light.shape
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    down, over = rows - top, columns - left
    inside = (top >= 0) & (top < height - 1) & (left >= 0) & (left < width - 1)
    top, left = np.clip(top, 0, height - 2), np.clip(left, 0, width - 2)
    upper = light[top, left] * (1 - over) + light[top, left + 1] * over
    lower = light[top + 1, left] * (1 - over) + light[top + 1, left + 1] * over
    return np.where(inside, upper * (1 - down) + lower * down, _TABLE).astype(np.float32)
