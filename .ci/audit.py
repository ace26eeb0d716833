"""What stands between us and known faults: a bill of materials, and its look-up where it can be.

``audit.py LOCK SBOM`` writes the packages that neopcr needs, its extras among them, as CycloneDX
JSON. Then pip-audit looks every package of the lock file up in a vulnerability database. Exit code 1
where a package has a known fault; 0 where none has, or where no database can be reached: which is
then said.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROGRAM = "neopcr"


def main(lock: Path, target: Path) -> int:
    """Write the bill and look its packages up."""
    target.parent.mkdir(parents=True, exist_ok=True)
    bom = bill()
    target.write_text(JsonV1Dot6(bom).output_as_string(indent=1) + "\n", encoding="utf-8")
    say(
        f"{target}: {len(bom.components)} packages that {PROGRAM} {bom.metadata.component.version} needs"
    )
    faults, line = told(*looked_up(lock))
    say(line)
    return int(faults > 0)


def bill() -> Bom:
    """Return the packages that are installed here because we need them, and who needs which."""
    bom, made = Bom(), {}
    waiting = [(PROGRAM, frozenset(distribution(PROGRAM).metadata.get_all("Provides-Extra") or ()))]
    needs: dict[str, set[str]] = {}
    while waiting:
        name, extras = waiting.pop()
        if name in made:
            continue
        found = distribution(name)
        made[name] = component(name, found)
        wanted = {one.name: one for one in needed(found, extras)}
        needs[name] = set(wanted)
        waiting += [(each, frozenset(one.extras)) for each, one in wanted.items()]
    bom.metadata.component = made[PROGRAM]
    bom.components = [one for name, one in made.items() if name != PROGRAM]
    for name, others in needs.items():
        bom.register_dependency(made[name], [made[other] for other in sorted(others)])
    return bom


def needed(found: Distribution, extras: frozenset[str]) -> list[Requirement]:
    """Return what a package asks for here, of what is installed: an extra may be left out."""
    asked = [Requirement(text) for text in found.requires or ()]
    kept = []
    for one in asked:
        one.name = canonicalize_name(one.name)
        if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in ("", *extras)):
            try:
                distribution(one.name)
            except PackageNotFoundError:
                continue
            kept.append(one)
    return kept


def component(name: str, found: Distribution) -> Component:
    """Name, version and address of a package, as CycloneDX has them."""
    url = PackageURL("pypi", name=name, version=found.version)
    return Component(
        name=name, version=found.version, purl=url, bom_ref=str(url), type=ComponentType.LIBRARY
    )


def looked_up(lock: Path) -> tuple[str, str]:
    """Return what pip-audit found, as JSON, and its last word where it could not look."""
    asked = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--disable-pip"]
    asked += ["--require-hashes", "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout, (done.stderr.splitlines() or [""])[-1]


def told(answer: str, last_word: str = "") -> tuple[int, str]:
    """Count the packages with known faults, and say what was looked up.

    >>> told('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}')
    (0, 'no known fault in 1 packages of the lock file')
    >>> told("")[1]
    'no vulnerability database could be reached: nothing was looked up'
    """
    packages = json.loads(answer)["dependencies"] if answer.startswith("{") else []
    seen = [one for one in packages if "vulns" in one]
    if not seen:
        why = "" if packages or not last_word else f" ({last_word[:300]})"
        return 0, f"no vulnerability database could be reached: nothing was looked up{why}"
    unseen = len(packages) - len(seen)
    rest = f"; {unseen} are not in the database" if unseen else ""
    faulty = [one for one in seen if one["vulns"]]
    if not faulty:
        return 0, f"no known fault in {len(seen)} packages of the lock file{rest}"
    lines = [
        f"  {one['name']} {one['version']}: {fault['id']}, mended in {fault['fix_versions']}"
        for one in faulty
        for fault in one["vulns"]
    ]
    return len(faulty), "\n".join([f"{len(faulty)} packages have known faults{rest}:", *lines])


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
