"""The page of NCT07239271's adaptive arm: its whole decision table, made from the code that decides."""

from __future__ import annotations

from itertools import product

from pages.markdown import counted, plain, table

from neopcr.report.adaptive_arm import decision_table
from neopcr.report.drawing import svg
from neopcr.report.palette import CSS_NAMES
from neopcr.simulation.assumptions import Assumptions
from neopcr.trials._adaptive_nct07239271 import POLICIES, RULES, Outcome, outcomes
from neopcr.trials._adaptive_readings import AMBIGUITIES

_INTRODUCTION = """# The adaptive arm of NCT07239271

nab-PHP twice; ctDNA after cycle 1, images after cycle 2, a decision; two cycles, images, a decision; two cycles; surgery. `neopcr
assign` says for each patient which regimen the protocol's text names, which ones are still possible and what would have to be known,
or that two of its sentences disagree.

> **For research.** It applies a published protocol's text and recommends no treatment. Missing is never negative: a sample that was
> not drawn, or failed, is completed both ways, and only what all completions share is decided.

```
neopcr assign cohort.parquet --at c2 -o assigned.csv
neopcr assign cohort.parquet --at c2 --explain P0000042
neopcr assign cohort.parquet --at c4 --ctdna-policy c1_only --bundle models/simulated-c2 -o assigned.parquet
```

It reads `ctdna_detected_baseline`, `ctdna_detected_c1`, `pam_status`, `recist_response_c2` and, at c4, `recist_response_c4`. A row
whose ctDNA contradicts itself ("not detected" beside an amount at or above the assay's limit) goes to the rejects, the rest goes on.
With a model at c1 or c2, its `p_pcr` stands beside the branch, and a page shows how the two agree. `p_pcr` holds for the treatment
policy of the model's training cohort; regimens must not be compared by it.

## Sentences
"""
_SIMULATION = """
## A thousand runs of the trial

```
neopcr simulate-trial --everoht-log-odds 0.4 -o trials
```

draws 1,000 trials of 2,000 patients, 1:3, from this package's generator, switches the adaptive arm by the table above, and writes
the expected pCR by arm and branch, who is de-escalated and escalated, the power of comparing the arms with its Monte-Carlo error, the
same for less sensitive ctDNA assays and for patients without surgery, and the type I error with both arms treated alike.

**EveroHT cannot be calibrated from published data**, so that its effect has no default: whoever runs this says what they assume. The
effects of the other branches are what published contrasts between regimens give in unselected patients, by the share of cycles; no
trial has switched patients so, and every one can be replaced. What a run found is what was assumed: it plans a trial and says
nothing of a patient.
"""
_SYMBOLS = (("-", "+", "?"), ("-", "+", "?"), ("wt", "mut", "?"), ("bad", "good", "?"))


def adaptive_arm_page() -> str:
    """Sentences, gaps, the figure, and every state after cycle 2 and after cycle 4."""
    states = list(outcomes("c2", "literal"))
    return "\n".join(
        [
            _INTRODUCTION,
            table(["", "sentence"], [[one.id, plain(one.sentence)] for one in RULES.values()]),
            "\nThe sentences are the registry's in our words; the letters are ours.\n\n## What the text leaves open\n",
            table(
                ["", "gap", "how it is read here", "flag"],
                [
                    [
                        one.id,
                        plain(one.gap),
                        plain(one.reading),
                        f"`{one.flag}`" if one.flag else "",
                    ]
                    for one in AMBIGUITIES
                ],
            ),
            "\n## The table as a picture\n",
            f"![{plain(decision_table().alt)}](adaptive-arm.svg)\n",
            plain(decision_table().caption),
            "\n## After cycle 2\n",
            f"All {counted(len(states), 'state')}, in the three readings of (+). The same rows, fewer and "
            "commented, are a [golden table](rules/nct07239271_after_c2.md) that a test runs.\n",
            table(
                ["baseline", "c1", "PAM", "response c2", *map(plain, POLICIES), "needed (literal)"],
                [[*_symbols(state), *_by_policy(state)] for state in states],
            ),
            "\n## After cycle 4\n",
            "In the literal reading; columns are the response after cycle 4.\n",
            table(
                ["baseline", "c1", "PAM", "response c2", "bad", "good", "?"],
                [
                    [
                        *_symbols(state),
                        *(_said(outcomes("c4", "literal")[(*state, r)]) for r in range(3)),
                    ]
                    for state in product(range(3), repeat=4)
                ],
            ),
            _SIMULATION,
            table(
                ["assumption", "default", "unit", "source"],
                [
                    [
                        f"`{one['name']}`",
                        "none" if one["name"] == "everoht" else plain(str(one["value"])),
                        str(one["unit"]),
                        plain(str(one["source"])),
                    ]
                    for one in Assumptions(everoht=0.0).told()
                ],
            ),
            "",
        ]
    )


def adaptive_arm_figure() -> str:
    """The figure as a file of its own, in the light colours and on white."""
    text = svg(decision_table())
    for colour, name in CSS_NAMES.items():
        text = text.replace(name, colour)
    return text.replace("<svg ", '<svg style="background: white; font-family: sans-serif" ', 1)


def _symbols(state: tuple[int, ...]) -> list[str]:
    return [symbols[code] for symbols, code in zip(_SYMBOLS, state, strict=True)]


def _by_policy(state: tuple[int, ...]) -> list[str]:
    needs = outcomes("c2", "literal")[state].needs
    return [*(_said(outcomes("c2", policy)[state]) for policy in POLICIES), plain(", ".join(needs))]


def _said(outcome: Outcome) -> str:
    """One regimen in bold; several that are possible, in conflict, or to be chosen from."""
    names = " or ".join(outcome.regimens)
    if outcome.status == "decided":
        return f"**{names}**"
    word = {"conflict": "CONFLICT: ", "choice": "choice: "}.get(outcome.status, "")
    return word + names
