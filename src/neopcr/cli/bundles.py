"""Commands on bundles: inspect, verify, sign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neopcr.cli._app import app, finish
from neopcr.cli._arguments import AsJson, BundleArgument

bundle_app = typer.Typer(help="What is shipped.", no_args_is_help=True)
app.add_typer(bundle_app, name="bundle")


@bundle_app.command("inspect")
def inspect_bundle(bundle: BundleArgument, *, as_json: AsJson = False) -> None:
    """Say what a bundle predicts, from whom it was trained, how good it was and what it needs."""
    from neopcr.workflows.bundle import inspect as run

    finish(lambda: run(bundle), as_json=as_json)


@bundle_app.command("verify")
def verify_bundle(
    bundle: BundleArgument,
    key: Annotated[
        Path | None, typer.Option(help="Public key (PEM) of whoever must have signed it.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check a bundle's files, hashes and content, and its signature if a key is given."""
    from neopcr.workflows.bundle import verify as run

    finish(lambda: run(bundle, key), as_json=as_json)


@bundle_app.command("sign")
def sign_bundle(
    bundle: BundleArgument,
    key: Annotated[Path, typer.Option(help="Private key (PEM, elliptic curve, no password).")],
    *,
    as_json: AsJson = False,
) -> None:
    """Write a signature beside a bundle, as `<version>.sig`."""
    from neopcr.workflows.bundle import sign as run

    finish(lambda: run(bundle, key), as_json=as_json)
