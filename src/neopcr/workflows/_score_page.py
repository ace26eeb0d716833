"""The page of a scored cohort, from what was counted while it was scored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from neopcr import __version__
from neopcr.report.score_figures import Spread, by_class, distribution
from neopcr.report.score_page import ScoredRow, ScorePage, Share, write_scores
from neopcr.scoring.portrait import EVERYONE, Portrait, quantile
from neopcr.workflows._models import title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from neopcr.bundle import Bundle

_BARS = 50
_REASONS = 3


def write_score_page(
    bundle: Bundle, portrait: Portrait, manifest: Mapping[str, Any], path: Path, *, with_ids: bool
) -> Path:
    """Write it.

    Parameters
    ----------
    bundle : Bundle
        What scored the cohort.
    portrait : Portrait
        Of all its batches.
    manifest : mapping
        Of the score table.
    path : Path
        The HTML file.
    with_ids : bool
        Whether the table of rows names patients.

    Raises
    ------
    TargetError
    """
    spreads = tuple(_spread(name, portrait) for name in portrait.histograms)
    page = ScorePage(
        title=title(bundle),
        version=__version__,
        estimand=bundle.estimand,
        rows=manifest["rows"],
        scored=manifest["status"].get("scored", 0),
        drawings=_drawings(portrait, spreads) if spreads[0].n else (),
        spreads=spreads,
        rules=_shares(manifest["rule"]),
        flags=_shares(manifest["flag"]),
        missing=_shares({name: rows for name, rows in portrait.missing.items() if rows}),
        table=tuple(_rows(portrait, with_ids=with_ids)),
        with_ids=with_ids,
        provenance={
            "bundle (SHA-256)": manifest["bundle_hash"],
            "cohort (SHA-256)": manifest["input"]["sha256"],
            "version of the model": str(bundle.version),
        },
    )
    return write_scores(page, path)


def _drawings(portrait: Portrait, spreads: tuple[Spread, ...]) -> tuple[Any, ...]:
    counts = portrait.histograms[EVERYONE].reshape(_BARS, -1).sum(axis=1)
    whole = distribution("scores", counts / counts.sum(), spreads[0])
    classes = [one for one in spreads[1:] if one.n]
    return (whole, by_class("scores-by-class", classes)) if classes else (whole,)


def _spread(name: str, portrait: Portrait) -> Spread:
    counts = portrait.histograms[name]
    low, lower, middle, upper, high = (
        quantile(counts, share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)
    )
    return Spread(
        name="Everyone" if name == EVERYONE else name,
        n=int(counts.sum()),
        low=low,
        lower=lower,
        middle=middle,
        upper=upper,
        high=high,
        outside=portrait.outside[name],
    )


def _shares(rows: Mapping[str, int]) -> tuple[Share, ...]:
    """From the most frequent down; among equals by name."""
    order = sorted(rows.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Share(name=name, rows=count) for name, count in order)


def _rows(portrait: Portrait, *, with_ids: bool) -> Iterator[ScoredRow]:
    for batch in portrait.first:
        for row in batch.to_pylist():
            reasons = (
                (row[f"reason_{k}"], row[f"reason_{k}_contribution"])
                for k in range(1, _REASONS + 1)
            )
            yield ScoredRow(
                row=row["row"],
                patient=row["patient_id"] if with_ids else None,
                p=row["p_pcr"],
                lower=row["p_lower"],
                upper=row["p_upper"],
                told=row["rule"] or row["flags"],
                reasons=tuple((name, value) for name, value in reasons if name),
            )
