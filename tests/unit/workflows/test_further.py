"""What a config asks for beside cross-validation: by centre, by time, by sample; and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neopcr.errors import ConfigError
from neopcr.report.checklist import audits
from neopcr.specs import Column
from neopcr.workflows._checklist import facts_of
from neopcr.workflows._further import further, names_of, refuse_further

ALL = {"internal_external": "centre", "temporal": "first_dose_date", "instability": 8}


def examined(small, plan, out_of_fold, quick, config):
    model = quick(small).fit(small.X, small.y)
    return further(config, small, (plan, out_of_fold), model, quick)


def test_nothing_but_comparators_without_a_word(small, plan, asked, out_of_fold, quick):
    found = examined(small, plan, out_of_fold, quick, asked())
    assert [one.title for one in found.comparisons] == [
        "Against simple and published models, baseline"
    ]
    assert found.examinations == ()


def test_everything_that_is_asked_for(small, plan, asked, out_of_fold, quick):
    config = asked(ALL, thresholds=(0.4,), ladder=(("clinical",), ("receptors",)))
    found = examined(small, plan, out_of_fold, quick, config)
    assert found.comparisons[1].title == "What each measurement adds, baseline"
    by_centre, by_time, by_sample = found.examinations
    assert {one.group for one in by_centre.estimates} == {
        "c0", "c1", "c2", "c3", "c4", "average of centres", "a new centre"
    }  # fmt: skip
    assert "3 patients without a centre took no part" in by_centre.note
    assert "on the logit." in by_centre.note
    assert [one.name for one in by_centre.figures] == [
        f"baseline-centres-{key}" for key in ("auroc", "calibration-in-the-large", "calibration-slope")
    ]  # fmt: skip
    assert "the earlier 157 patients" in by_time.note
    assert "4 patients without the date" in by_time.note
    assert {one.group for one in by_time.estimates} == {"later patients"}
    assert [one.name for one in by_sample.figures] == [
        "baseline-instability", "baseline-calibration-instability", "baseline-decision-instability",
        "baseline-classification-instability-1",
    ]  # fmt: skip
    assert "8 bootstrap models" in by_sample.note


def test_centres_that_are_too_small_are_not_pooled(small, plan, asked, out_of_fold, quick):
    names = np.array(["big"] * 236 + ["tiny"] * 4, dtype=object)
    date = small.cohort.table["first_dose_date"].copy()
    date[:4] = np.datetime64("2024-02-02")
    table = {**small.cohort.table, "centre": names, "first_dose_date": date}
    few = replace(small, cohort=replace(small.cohort, table=table))
    config = asked({"internal_external": "centre", "temporal": "first_dose_date"})
    by_centre, by_time = examined(few, plan, out_of_fold, quick, config).examinations
    assert "Fewer than two are large enough to be pooled." in by_centre.note
    assert "took no part" not in by_centre.note + by_time.note
    assert len(by_centre.figures) == 3


def test_a_category_may_be_a_centre(small):
    study = Column(
        name="study", kind="category", categories=("a", "b"), description="", source="", modality=""
    )
    cohort = replace(
        small.cohort,
        table={"study": np.array([1, -1, 0], dtype=np.int16)},
        columns=(study,),
    )
    assert names_of("study", replace(small, cohort=cohort)).tolist() == ["b", None, "a"]


@pytest.mark.parametrize(
    ("resampling", "keys", "said"),
    [
        ({"internal_external": "age_years"}, {}, "'age_years' is no text or category column"),
        ({"internal_external": "study"}, {}, "resampling.internal_external: 'study' is no"),
        ({"temporal": "centre"}, {}, "resampling.temporal: 'centre' is no date column"),
        ({}, {"ladder": (("clinical",), ("clinical", "her2"))}, "a modality stands in two steps"),
        ({}, {"ladder": (("clinical",), ("her3",))}, "unknown modality 'her3'"),
        ({}, {"comparators": ("absent.yaml",)}, "absent.yaml: not a readable YAML file"),
    ],
)
def test_what_cannot_be_examined_is_refused_before_any_fit(small, asked, resampling, keys, said):
    with pytest.raises(ConfigError, match=said):
        refuse_further(asked(resampling, **keys), [small])


def test_what_can_be_examined_is_not(small, asked):
    refuse_further(asked(ALL, ladder=(("clinical",), ("her2",))), [small])


def test_checklists_follow_what_was_done(asked, trained):
    config = asked(ALL, subgroups=("her2_ihc",), thresholds=(0.4,))
    done, not_done = facts_of(config, [trained]), facts_of(asked(), [trained])
    assert {name for name, met in done.items() if not met} == {"regimen", "enough", "grouped"}
    assert {name for name, met in not_done.items() if met} == {"centres", "commit"}
    for more, fewer in zip(audits(done), audits(not_done), strict=True):
        assert [answer.item for answer in more.answers] == [answer.item for answer in fewer.answers]
    tripod = {answer.item.number: answer for answer in audits(not_done)[0].answers}
    assert tripod["12d"].status == tripod["23b"].status == tripod["14"].status == "gap"
    assert "resampling.internal_external" in tripod["12d"].said
