"""Names that only somebody who knows the outcome, or the future, can have filled.

A list of words can be evaded by renaming a column: that is why the guard also looks at what a
column says of the outcome (`neopcr.cohort.leakage`).
"""

from __future__ import annotations

import re

# What a name speaks of, and the words that give it away (the project's choice, after domain.md's
# outcome and the headers of public cohorts). "x_y" is matched from word to word. Words that only
# sound alike are let through by what stands before or after them: Oncotype's recurrence score and
# PAM50's risk of recurrence are known at diagnosis, RT-PCR is a method, PD-L1 is a death ligand.
_TOLD: tuple[tuple[str, str], ...] = (
    (
        "residual disease, which surgery shows",
        r"rcb[0-9]*|rcb_?(?:score|class|index|category|group)|residual|near_pcr|sataloff|chevallier"
        r"|miller_?payne(?:_grade)?|downstag(?:e|ed|ing)",
    ),
    (
        "a pathological stage, which surgery shows",
        r"yp[tn][0-9a-z]*|yp(?:_stage)?|p[tn]_?(?:stage|category)"
        r"|pathol?ogic(?:al)?_(?:[tnm]|(?:[tnm]_|tumou?r_)?stage|size)|path_(?:[tnm]_)?stage",
    ),
    (
        "the response to therapy",
        r"(?<!rt_)(?<!q_)(?<!dd_)(?<!digital_)[tbs]?pcr|complete_response|(?:non_?)?responders?"
        r"|(?:path|pathology|pathologic|pathological|nac|nact|neoadjuvant|treatment|therapy|chemo"
        r"|chemotherapy|final|best|overall)_(?:complete_)?resp(?:onse)?"
        r"|response_to_(?:nac|nact|treatment|therapy|chemo\w*|neoadjuvant\w*)|outcome",
    ),
    (
        "surgery or what follows it",
        r"(?<!pre_)(?<!prior_)(?<!previous_)surgery|surgical(?!_biopsy)|mastectomy|lumpectomy"
        r"|breast_conserving|resection|axillary_(?:dissection|clearance)|alnd"
        r"|nodes?_(?:removed|examined|resected)"
        r"|post_?(?:op|operative|surgical|nac|nact|neoadjuvant|treatment|therapy|chemo\w*)",
    ),
    (
        "the follow-up after therapy",
        r"relapsed?|recurred|(?<!risk_of_)recurrence(?!_score)|progression|survival"
        r"|(?:i|d|dd|dr|dm|e|r|p|m)fs|os_(?:months?|days?|years?|status|time|event)"
        r"|(?<!programmed_)(?<!cell_)death|dead|died|deceased|alive|vital_status|follow_?up"
        r"|last_contact",
    ),
    (
        "therapy as it was given in the end, not as it was planned",
        r"cycles_(?:given|received|completed|delivered|administered)"
        r"|(?<!planned_)(?:given|received|completed|delivered|total|number_of|num|no_of|n)_?cycles"
        r"|chemo_issue|dose_(?:reductions?|delays?|intensity)|discontinu\w*|(?<!neo_)adjuvant"
        r"|(?:treatment|therapy|chemo|chemotherapy)_(?:completed|completion|stopped)"
        r"|(?:final|actual|received|given)_(?:regimen|treatment|therapy|arm|chemo\w*)"
        r"|(?:regimen|treatment|therapy|chemo|arm)_(?:received|administered|actual|final)"
        r"|regimen_given(?!_to_c[24](?:_|$))|as_treated|switched(?:_to)?|salvage",
    ),
)
_WORDS = tuple((what, re.compile(rf"(?:^|_)(?:{words})(?:_|$)")) for what, words in _TOLD)
# Whole names that are too short, or too common as words, to be looked for inside others.
_WHOLE = (
    ("a pathological stage, which surgery shows", re.compile(r"p[tn][0-4]?")),
    ("the response to therapy", re.compile(r"resp(?:onse)?|resp_.*")),
    ("the follow-up after therapy", re.compile(r"os")),
)


def tells_outcome(name: str) -> str:
    """Say what a name speaks of that is known only with the outcome; empty where it does not.

    Parameters
    ----------
    name : str
        A canonical name or a header of a file: case, punctuation and camelCase do not matter.

    Examples
    --------
    >>> tells_outcome("RCB.class")
    'residual disease, which surgery shows'
    >>> tells_outcome("totalCycles")
    'therapy as it was given in the end, not as it was planned'
    >>> [tells_outcome(name) for name in ("grade", "Recurrence Score", "rt-PCR HER2")]
    ['', '', '']
    """
    spellings = {_words(name), _words(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name))}
    for what, pattern in _WORDS:
        if any(pattern.search(each) for each in spellings):
            return what
    return next(
        (what for what, pattern in _WHOLE if any(pattern.fullmatch(one) for one in spellings)), ""
    )


def _words(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", name.casefold()).strip("_")
