"""Bundles broken on purpose, by seed, with sums that agree: as one who can change a file would."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bundle_account import METRICS, PROVENANCE, REFERENCE, TRAINING
from neopcr.bundle import Bundle, save_bundle
from neopcr.features import WIDE, feature_space
from neopcr.kernel import LabelSets, LinearMember, Model, Reach, Reduced, Score, Uncertainty, Width
from neopcr.specs import Landmark, Product
from shapley import random_trees

FILES = ("bundle.json", "trees.json")
COLUMNS = ("age_years", "her2_ihc", "ctdna_detected_c1", "imaging_volume",
           *(f"expression_g{number:03d}" for number in range(WIDE + 1)))  # fmt: skip
MODALITIES = ("clinical", "her2", "ctdna", "imaging", "expression")
ACCOUNT = ("training", "metrics", "reference", "reference", "provenance")
Content = dict[str, Any]


def whole(folder: Path) -> dict[str, bytes]:
    """Files of a bundle with every part that one can have."""
    product = Product("age_x_volume", ("age_years", "imaging_volume"))
    space = feature_space(MODALITIES, COLUMNS, Landmark.c1, (product,))
    [block] = space.wide()
    rng = np.random.default_rng(5)
    genes = len(block.own)
    n = len(space.names) - genes + 1
    # Coefficients as small as fitted ones are: ages and volumes are not standardised here.
    linear = LinearMember(0.1, *(rng.normal(size=(3, n)) / 1000))
    members = linear, random_trees(rng, 4, depth=3, n_features=n)
    score = Score(np.array(block.own), rng.normal(size=genes), rng.normal(size=genes))
    reduced = Reduced(((0,), (1, 2)), Model(n, members, (0.5, 0.5), 0.3, 0.8))
    bundle = Bundle(
        name="whole", version=1, landmark=Landmark.c1, space=space,
        model=Model(n, members, (0.4, 0.6), -0.1, 1.1, (reduced,), (score,)),
        estimand="p_pcr", definition="ypT0/Tis ypN0",
        training=TRAINING, metrics=METRICS, reference=REFERENCE, provenance=PROVENANCE,
        uncertainty=Uncertainty(
            Reach(np.zeros(n), np.ones(n), -np.ones(n), np.ones(n), 1.5, 1.0),
            Width(-1.0, 0.1, 0.1, 0.5, -2.0, 2.0, ((0,),), (0.3,), 1.2),
            LabelSets(0.9, 0, (-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)),
        ),
    )  # fmt: skip
    save_bundle(bundle, folder)
    return {name: (folder / name).read_bytes() for name in FILES}


def place(content: Any, dice: random.Random) -> tuple[Any, Any]:
    """Walk down a tree of JSON; a holder and a key of it. Long lists are no likelier than others."""
    key = dice.choice(list(content) if isinstance(content, dict) else range(len(content)))
    below = content[key]
    if isinstance(below, dict | list) and below and dice.random() < 0.8:
        return place(below, dice)
    return content, key


NUMBERS = (0, -1, 1, 2, -0.0, 0.5, 1e-300, 1e300, -1e13, 1e11, 2**31, 2**62, 10**30, 10**5000,
           float("nan"), float("inf"))  # fmt: skip
OTHERS = (None, True, "", "x", "1", [], {}, [[]], {"a": 1}, "../../etc/passwd", "/etc/passwd",
          "\ud800", "\x1b[2J", "a" * 20_000, [0.5] * 7)  # fmt: skip


def nested(depth: int) -> list[Any]:
    """Lists in lists, deeper than a parser goes."""
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


def remove(holder: Any, key: Any, dice: random.Random) -> None:  # noqa: ARG001 - as the others
    del holder[key]


def retype(holder: Any, key: Any, dice: random.Random) -> None:
    holder[key] = copy.deepcopy(dice.choice(OTHERS))


def renumber(holder: Any, key: Any, dice: random.Random) -> None:
    holder[key] = dice.choice(NUMBERS)


def deepen(holder: Any, key: Any, dice: random.Random) -> None:
    holder[key] = nested(dice.choice((2, 90, 400)))


def duplicate(holder: Any, key: Any, dice: random.Random) -> None:
    again = copy.deepcopy(holder[key])
    if isinstance(holder, list):
        holder.insert(dice.randrange(len(holder) + 1), again)
    else:
        holder[f"{key}_2"] = again


def swap(holder: Any, key: Any, dice: random.Random) -> None:
    other = dice.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[key], holder[other] = holder[other], holder[key]


def nudge(holder: Any, key: Any, dice: random.Random) -> None:
    """A number that is only a little wrong: an index, a weight, a threshold."""
    value = holder[key]
    if isinstance(value, int | float) and not isinstance(value, bool):
        holder[key] = value + dice.choice((-1, 1, 5, 1000))
    else:
        holder[key] = 0


CHANGES = (remove, retype, renumber, renumber, deepen, duplicate, swap, nudge, nudge)


def in_tree(data: bytes, dice: random.Random) -> tuple[bytes, str]:
    """Change a few places of the JSON."""
    content = json.loads(data)
    how = changed(content, dice)
    return written(content), how


def in_account(data: bytes, dice: random.Random) -> tuple[bytes, str]:
    """Change a few places of what is said of the training, which `score` does not read."""
    content = json.loads(data)
    part = dice.choice(ACCOUNT)
    how = changed(content[part], dice)
    return written(content), f"{part} {how}"


def changed(content: Any, dice: random.Random) -> str:
    """How a few places were changed."""
    names = []
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if not content:
            break
        change = dice.choice(CHANGES)
        change(*place(content, dice), dice)
        names.append(change.__name__)
    return "+".join(names)


def written(content: Content) -> bytes:
    """JSON as anybody may write it: with NaN, and integers of any length."""
    # Python refuses to write integers this long, and to read them.
    text = json.dumps(content, separators=(",", ":"), default=str) if not _is_long(content) else ""
    return (text or json.dumps(_shown(content)).replace('"<long>"', "1" + "0" * 5000)).encode()


def _is_long(content: Any) -> bool:
    return _shown(content) != content


def _shown(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _shown(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_shown(value) for value in content]
    is_long = isinstance(content, int) and content.bit_length() > 10_000
    return "<long>" if is_long else content


def in_bytes(data: bytes, dice: random.Random) -> tuple[bytes, str]:
    """Flip, cut or repeat bytes."""
    changed = bytearray(data)
    how = dice.choice(("flip", "flip", "digit", "cut", "repeat", "nul"))
    place = dice.randrange(len(changed))
    if how == "flip":
        for _ in range(dice.choice((1, 2, 9))):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    elif how == "digit":
        digits = [at for at, byte in enumerate(changed) if chr(byte).isdigit()]
        changed[dice.choice(digits)] = ord(dice.choice("0123456789-e."))
    elif how == "cut":
        del changed[place:]
    elif how == "repeat":
        changed[place:place] = changed[place : place + dice.choice((1, 50, 5000))]
    else:
        changed[place:place] = b"\0"
    return bytes(changed), how


def lay(folder: Path, files: dict[str, bytes]) -> None:
    """Write files and the sums that they have."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink() if path.is_symlink() or path.is_file() else path.rmdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    sums = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in FILES)
    (folder / "SHA256SUMS").write_text("".join(sums))


def _extra(folder: Path, dice: random.Random) -> None:
    (folder / dice.choice(("model.pkl", "__init__.py", ".x", "bundle.json~"))).write_bytes(b"x")


def _absent(folder: Path, dice: random.Random) -> None:
    (folder / dice.choice((*FILES, "SHA256SUMS"))).unlink()


def _link(folder: Path, dice: random.Random) -> None:
    path = folder / dice.choice((*FILES, "SHA256SUMS"))
    path.unlink()
    path.symlink_to("/etc/passwd")


def _folder(folder: Path, dice: random.Random) -> None:
    path = folder / dice.choice((*FILES, "SHA256SUMS"))
    path.unlink()
    path.mkdir()


def _endless(folder: Path, dice: random.Random) -> None:
    with (folder / dice.choice((*FILES, "SHA256SUMS"))).open("ab") as file:
        file.truncate(1 << 40)


def _sums(folder: Path, dice: random.Random) -> None:
    path = folder / "SHA256SUMS"
    path.write_bytes(in_bytes(path.read_bytes(), dice)[0] + dice.choice((b"", b"\n")))


def _outside(folder: Path, dice: random.Random) -> None:
    name = dice.choice(("../bundle.json", "/etc/passwd", "..\\bundle.json"))
    path = folder / "SHA256SUMS"
    path.write_text(path.read_text().replace("bundle.json", name))


FOLDERS: tuple[Callable[[Path, random.Random], None], ...] = (
    _extra, _absent, _link, _folder, _endless, _sums, _outside,
)  # fmt: skip


WAYS = (
    ("tree", in_tree), ("tree", in_tree), ("account", in_account), ("account", in_account),
    ("bytes", in_bytes),
)  # fmt: skip


def broken(seed: int, files: dict[str, bytes], folder: Path) -> tuple[str, bool]:
    """Lay out the bundle of a seed; how it is broken, and whether it must be refused."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    if dice.random() < 0.1:
        lay(folder, files)
        change = dice.choice(FOLDERS)
        change(folder, dice)
        return f"folder: {change.__name__}", change is not _sums
    name = dice.choice((*FILES, "bundle.json"))
    kind, how = dice.choice(WAYS)
    name = "bundle.json" if how is in_account else name
    data, what = how(files[name], dice)
    lay(folder, files | {name: data})
    return f"{kind}: {name} {what}", False
