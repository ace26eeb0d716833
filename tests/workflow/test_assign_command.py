"""`neopcr assign`: the adaptive arm of NCT07239271 on a file of patients, with and without a model."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest

from command_line import run
from neopcr.bundle import Bundle, save_bundle
from neopcr.errors import BundleError, TableError, UserError
from neopcr.features import feature_space
from neopcr.kernel import LabelSets, LinearMember, Model, Reach, Uncertainty, Width
from neopcr.scoring import score_file
from neopcr.specs import Landmark
from neopcr.trials._adaptive_nct07239271 import outcomes
from neopcr.trials._adaptive_readings import AMBIGUITIES
from neopcr.workflows._assigned import COLUMN_OF, Arm
from neopcr.workflows._beside_rule import BAND_NAMES
from neopcr.workflows.assign import NOTICE, assign

CTDNA, PAM, RECIST = ("0", "1", ""), ("wild_type", "altered", ""), ("SD", "PR", "")
C2, C4 = Arm(decision="c2"), Arm(decision="c4")


def every_state():
    """A patient of every state after cycle 4, one after the other."""
    rows = product(CTDNA, CTDNA, PAM, RECIST, RECIST)
    table = pd.DataFrame(rows, columns=list(COLUMN_OF.values()))
    table.insert(0, "patient_id", [f"patient-{number}" for number in range(len(table))])
    return table


def written(folder, table, name="cohort.csv"):
    table.to_csv(folder / name, index=False)
    return folder / name


def assigned(folder, table, arm=C2, **more):
    result = assign(written(folder, table), folder / "out.csv", arm, **more)
    return result, pd.read_csv(folder / "out.csv", dtype=str, keep_default_na=False)


def one(**cells):
    """A table of one patient; what is not said is not known."""
    known = {"ctdna_baseline": "", "ctdna_c1": "", "pam": "", "response_c2": "", "response_c4": ""}
    row = {COLUMN_OF.get(name, name): cell for name, cell in (known | cells).items()}
    return pd.DataFrame([{"patient_id": "patient-0", **row}])


@pytest.mark.parametrize("arm", [C2, C4, Arm(decision="c2", policy="baseline_or_c1")])
def test_every_state_comes_out_as_the_table_has_it(tmp_path, arm):
    _, out = assigned(tmp_path, every_state(), arm)
    width = 4 if arm.decision == "c2" else 5
    states = list(product(range(3), repeat=5))
    expected = [outcomes(arm.decision, arm.policy)[state[:width]] for state in states]
    assert out["row"].tolist() == [str(row) for row in range(1, 244)]
    assert out["status"].tolist() == [each.status for each in expected]
    assert out["possible"].tolist() == [";".join(each.regimens) for each in expected]
    decided = [each.regimens[0] if each.status == "decided" else "" for each in expected]
    assert out["regimen"].tolist() == decided
    needs = [";".join(COLUMN_OF[name] for name in each.needs) for each in expected]
    assert out["needs"].tolist() == needs


def test_a_conflict_names_both_sentences(tmp_path):
    patient = one(ctdna_baseline="1", ctdna_c1="0", pam="altered", response_c2="PR")
    _, out = assigned(tmp_path, patient)
    assert out.loc[0, ["status", "regimen", "possible", "rules", "needs"]].tolist() == [
        "conflict", "", "nab-PHP;EveroHT", "a;d", "",
    ]  # fmt: skip
    first, second = out.loc[0, "why"].split(" | ")
    assert first.startswith("ctDNA (-) after cycle 1, CR or PR")
    assert second.startswith("ctDNA (+) at baseline or after cycle 1, PAM mutated")


def together(*patients):
    """Patients of `one` in one table."""
    table = pd.concat([one(**cells) for cells in patients], ignore_index=True)
    return table.assign(patient_id=[f"patient-{number}" for number in range(len(table))])


# What is asked, and the flags after cycle 2 and after cycle 4; ctDNA at baseline and after cycle 1,
# PAM, response after cycle 2 and after cycle 4.
FLAGS = """
0 0 ?         PR ?  | -                         | -
1 0 wild_type PR ?  | ctdna_reading_matters     | ctdna_reading_matters
0 0 altered   PR CR | mutated_not_escalated     | mutated_not_escalated
0 0 altered   PR SD | mutated_not_escalated     | agent_open
? 1 wild_type ?  CR | without_pertuzumab        | without_pertuzumab
? 1 ?         ?  CR | without_pertuzumab        | without_pertuzumab
? 1 altered   ?  CR | without_pertuzumab        | without_pertuzumab
0 0 ?         PD PR | progression_offprotocol   | progression_offprotocol
0 0 ?         PR PD | -                         | agent_open;progression_offprotocol
"""


@pytest.mark.parametrize("decision", ["c2", "c4"])
def test_flags(tmp_path, decision):
    lines = [line.split("|") for line in FLAGS.strip().splitlines()]
    patients = [
        dict(zip(COLUMN_OF, (cell.strip("?") for cell in cells.split()), strict=True))
        for cells, *_ in lines
    ]
    _, out = assigned(tmp_path, together(*patients), Arm(decision=decision))
    expected = [line[1 + (decision == "c4")].strip().strip("-") for line in lines]
    assert out["flags"].tolist() == expected


def test_a_response_that_was_not_evaluable_is_not_known(tmp_path):
    named = {"CR": "nab-PHP", "PR": "nab-PHP", "SD": "TCbHP", "PD": "TCbHP", "NE": ""}
    known = {"ctdna_baseline": "0", "ctdna_c1": "0"}
    _, out = assigned(tmp_path, together(*({**known, "response_c2": name} for name in named)))
    assert out["regimen"].tolist() == list(named.values())
    assert out["needs"].tolist() == [*[""] * 4, "recist_response_c2"]


@pytest.mark.parametrize(
    ("source", "baseline", "later", "regimen"),
    [
        ("tissue", "0", "1", "PyroHT"),
        ("plasma_baseline", "1", "1", "PyroHT"),
        ("plasma_baseline", "0", "1", ""),
        ("plasma_baseline", "", "1", ""),
        ("plasma_c1", "0", "1", "PyroHT"),
        ("plasma_c1", "1", "", ""),
    ],
)
def test_plasma_without_ctdna_proves_no_wild_type(tmp_path, source, baseline, later, regimen):
    arm = Arm(decision="c2", pam_source=source)
    table = one(ctdna_baseline=baseline, ctdna_c1=later, pam="wild_type")
    _, out = assigned(tmp_path, table, arm)
    unproven = regimen == "" and "plasma_wild_type_unproven" in out.loc[0, "flags"].split(";")
    assert (out.loc[0, "regimen"], unproven) == (regimen, regimen == "")
    assert ("pam_status" in out.loc[0, "needs"].split(";")) == unproven


@pytest.mark.parametrize("source", ["plasma_baseline", "plasma_c1"])
def test_a_mutation_seen_in_plasma_stands(tmp_path, source):
    table = one(ctdna_baseline="0", ctdna_c1="1", pam="altered")
    _, out = assigned(tmp_path, table, Arm(decision="c2", pam_source=source))
    assert (out.loc[0, "regimen"], "plasma" in out.loc[0, "flags"]) == ("EveroHT", False)


def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path):
    table = pd.concat([every_state().head(6)] * 2, ignore_index=True)
    table["patient_id"] = [f"p{number}" for number in range(12)]
    table["ctdna_mtm_per_ml_baseline"] = ["0.31", "0.29", "0.3", *[""] * 9]
    table["ctdna_mtm_per_ml_c1"] = ["", "", "", "4", *[""] * 8]
    table["ctdna_assay"] = ""
    table.loc[5, "patient_id"] = "p6"
    table.loc[8, "pam_status"] = "perhaps"
    result, out = assigned(tmp_path, table)
    assert out["row"].tolist() == ["2", "5", "8", "10", "11", "12"]
    rejects = pd.read_csv(tmp_path / "out.csv.rejects.csv").to_numpy().tolist()
    assert rejects == [
        [1, "ctdna_detected_baseline", "ctdna_contradiction"],
        [3, "ctdna_detected_baseline", "ctdna_contradiction"],
        [4, "ctdna_detected_c1", "ctdna_contradiction"],
        [6, "patient_id", "duplicated_patient"],
        [7, "patient_id", "duplicated_patient"],
        [9, "pam_status", "unknown_category"],
    ]
    manifest = json.loads((tmp_path / "out.csv.manifest.json").read_text())
    assert (manifest["rows"], manifest["answered"], manifest["rejected"]) == (12, 6, 6)
    assert sum(manifest["counts"]["status"].values()) == 6
    assert manifest["notice"] == NOTICE
    assert result.lines[0].endswith("6 rejected")


def test_the_page_holds_counts_and_the_gaps_of_the_text(tmp_path):
    _, out = assigned(tmp_path, every_state())
    page = (tmp_path / "out.csv.html").read_text()
    assert "patient-" not in page
    assert "243 patients at c2" in page
    for gap in AMBIGUITIES:
        assert gap.id in page
    conflicts = out["rules"][out["status"] == "conflict"].value_counts()
    for rules in conflicts.index:
        assert f">{rules.replace(';', ', ')}</th>" in page
    assert "A model beside the text" not in page


def test_a_cohort_of_rejects_alone_has_its_page(tmp_path):
    twice = pd.concat([one(), one()])
    result, out = assigned(tmp_path, twice)
    assert (len(out), result.data["rejected"]) == (0, 2)
    assert "0 patients at c2, 2 rows rejected" in (tmp_path / "out.csv.html").read_text()


def test_what_the_cohort_lacks_is_told_once(tmp_path):
    result, out = assigned(tmp_path, one().drop(columns=["pam_status", "recist_response_c2"]))
    told = [line for line in result.lines if "not known of anybody" in line]
    assert [line.partition(": ")[2] for line in told] == ["pam_status, recist_response_c2"]
    assert out.loc[0, "status"] == "open"
    lines = assigned(tmp_path, one())[0].lines
    assert not [line for line in lines if "not known of anybody" in line]


def test_the_path_of_a_patient(tmp_path):
    table = one(ctdna_baseline="1", ctdna_c1="0", pam="altered", response_c2="PR")
    path = written(tmp_path, table)
    lines = assign(path, None, C2, patient="patient-0").lines
    assert [path.name for path in tmp_path.iterdir()] == ["cohort.csv"]
    assert lines[1:5] == (
        "  ctdna_detected_baseline: detected",
        "  ctdna_detected_c1: not detected",
        "  pam_status: mutated",
        "  recist_response_c2: CR or PR",
    )
    assert [line.split(":")[0] for line in lines[5:9]] == [
        "  a. applies", "  b. does not apply", "  c. does not apply", "  d. applies",
    ]  # fmt: skip
    assert lines[9] == "  = CONFLICT between sentences of the protocol: nab-PHP or EveroHT"
    assert lines[10].count(" | ") == 1
    assert lines[11].startswith("  A1 (ctdna_reading_matters)")
    assert lines[-1] == NOTICE
    assert not [line for line in lines if "patient-0" in line]


def test_the_path_says_what_is_missing(tmp_path):
    path = written(tmp_path, one(ctdna_c1="1", ctdna_baseline="0", pam="wild_type"))
    arm = Arm(decision="c4", pam_source="plasma_baseline")
    lines = assign(path, None, arm, patient="patient-0").lines
    assert "  pam_status: not known (wild type in plasma without ctDNA)" in lines
    assert "  recist_response_c4: not known" in lines
    assert (
        len([line for line in lines if line[2:].startswith(tuple("abcdef")) and line[3] == "."])
        == 6
    )
    assert "  = open: PyroHT or EveroHT or ADC or AC+H" in lines
    assert "    settled by pam_status, recist_response_c4" in lines


def test_a_patient_who_is_not_there_or_rejected_has_no_path(tmp_path):
    path = written(tmp_path, pd.concat([one(), one()]))
    for name in ("patient-0", "patient-1"):
        with pytest.raises(TableError, match="not among the rows that can be used") as refused:
            assign(path, None, C2, patient=name)
        assert name not in str(refused.value)


def test_nothing_asked_for_is_a_usage_error(tmp_path):
    with pytest.raises(UserError, match="-o"):
        assign(written(tmp_path, one()), None, C2)


def bundle_at(landmark, uncertainty=None):
    offered = ("age_years", "grade", *(["ctdna_detected_c1"] if landmark else []))
    space = feature_space(["clinical", "ctdna"], offered, landmark)
    coefficients = {"age_years": -0.03, "grade": 0.9, "ctdna_detected_c1": -1.5}
    member = LinearMember(
        intercept=0.5,
        offset=np.zeros(len(space.names)),
        coefficient=np.array([coefficients.get(name, 0.0) for name in space.names]),
        missing=np.zeros(len(space.names)),
    )
    return Bundle(
        name="made", version=1, landmark=landmark, space=space,
        model=Model(
            n_features=len(space.names), members=(member,), weights=(1.0,), intercept=0.0, slope=1.0
        ),
        estimand="p_pcr under the treatment policy of a made-up cohort",
        definition="ypT0/Tis ypN0", training={"n": 100, "events": 40}, metrics=[], reference={},
        provenance={"config": "made", "commit": "none"}, uncertainty=uncertainty,
    )  # fmt: skip


def saved(folder, bundle):
    return str(save_bundle(bundle, folder / "models" / f"made-{bundle.landmark.name}" / "1"))


def with_clinic():
    """Every state, with an age and a grade; of the last patient the model knows nothing."""
    table = every_state()
    rng = np.random.default_rng(4)
    table["age_years"] = [*(str(age) for age in rng.integers(25, 80, len(table) - 1)), ""]
    table["grade"] = [*(str(grade) for grade in rng.integers(1, 4, len(table) - 1)), ""]
    return table


def test_the_model_stands_beside_the_rule(tmp_path):
    folder = saved(tmp_path, bundle_at(Landmark.c1))
    result, out = assigned(tmp_path, with_clinic(), bundle=folder)
    score_file(tmp_path / "models" / "made-c1" / "1", tmp_path / "cohort.csv", tmp_path / "s.csv")
    scores = pd.read_csv(tmp_path / "s.csv", dtype=str, keep_default_na=False)
    assert out["p_pcr"].tolist() == scores["p_pcr"].tolist()
    assert out["p_pcr"].iloc[-1] == ""
    assert set(out["p_lower"]) == {""}
    assert result.data["p_pcr_holds_for"] == "p_pcr under the treatment policy of a made-up cohort"
    manifest = json.loads((tmp_path / "out.csv.manifest.json").read_text())
    assert manifest["agreement"] == result.data["agreement"]
    assert result.data["p_pcr_holds_for"] in (tmp_path / "out.csv.html").read_text()


def test_the_agreement_counts_everybody_once(tmp_path):
    folder = saved(tmp_path, bundle_at(Landmark.c1))
    result, out = assigned(tmp_path, with_clinic(), bundle=folder)
    p = pd.to_numeric(out["p_pcr"])
    band = pd.cut(p, [0, 0.25, 0.5, 0.75, 1], right=False, labels=BAND_NAMES[:4])
    branch = out["regimen"].where(out["regimen"] != "", out["status"])
    for row in result.data["agreement"]:
        own = branch == row["branch"]
        assert row["n"] == own.sum()
        for name in BAND_NAMES[:4]:
            assert row[name] == (own & (band == name)).sum(), (row["branch"], name)
        assert row["not scored"] == (own & p.isna()).sum()
        assert row["mean_p_pcr"] == pytest.approx(p[own].mean(), abs=1e-6)
    assert sum(row["n"] for row in result.data["agreement"]) == len(out)


def test_a_branch_that_nobody_could_score_has_no_mean(tmp_path):
    folder = saved(tmp_path, bundle_at(Landmark.c1))
    result, _ = assigned(tmp_path, one(), bundle=folder)
    (row,) = result.data["agreement"]
    assert (row["not scored"], row["mean_p_pcr"]) == (1, None)
    assert ">not scored</td>" in (tmp_path / "out.csv.html").read_text()
    lines = assign(tmp_path / "cohort.csv", None, C2, bundle=folder, patient="patient-0").lines
    assert "  p_pcr: not scored, every column of the model is missing" in lines


def doubtful(width):
    """Far from the training patients is who is older than 80; torn is who is near even odds."""
    names = bundle_at(Landmark.c1).space.names
    n = len(names)
    scale = np.where([name == "age_years" for name in names], 10.0, 0.0)
    reach = Reach(np.zeros(n), scale, np.zeros(n), np.full(n, 80.0), 6.5, 1.0)
    return Uncertainty(reach, width, LabelSets(0.9, -1, (0.0, 0.0, 0.0), (5.0, 5.0, 1.0)))


@pytest.mark.parametrize("width", [None, Width(-0.7, 0.0, 0.0, 0.0, 0.0, 0.0, (), (), 1.0)])
def test_intervals_and_flags_are_those_of_a_score(tmp_path, width):
    folder = saved(tmp_path, bundle_at(Landmark.c1, doubtful(width)))
    _, out = assigned(tmp_path, with_clinic(), bundle=folder)
    score_file(tmp_path / "models" / "made-c1" / "1", tmp_path / "cohort.csv", tmp_path / "s.csv")
    scores = pd.read_csv(tmp_path / "s.csv", dtype=str, keep_default_na=False)
    for name in ("p_pcr", "p_lower", "p_upper"):
        assert out[name].tolist() == scores[name].tolist()
    assert (out["p_lower"].iloc[0] == "") == (width is None)
    raised = {"out_of_applicability", "undecided"}
    kept = [";".join(sorted(raised & set(flags.split(";")))) for flags in scores["flags"]]
    assert out["p_flags"].tolist() == kept
    assert {"out_of_applicability", "undecided"} <= {
        one for each in kept for one in each.split(";")
    }
    lines = assign(tmp_path / "cohort.csv", None, C2, bundle=folder, patient="patient-3").lines
    (said,) = (line for line in lines if line.startswith("  p_pcr"))
    assert ("(" in said) == (width is not None)


@pytest.mark.parametrize("landmark", [Landmark.baseline, Landmark.c4, Landmark.presurgery])
def test_a_model_of_another_landmark_is_refused(tmp_path, landmark):
    path = written(tmp_path, one())
    folder = saved(tmp_path, bundle_at(landmark))
    with pytest.raises(BundleError, match="c1 or c2"):
        assign(path, tmp_path / "out.csv", C2, bundle=folder)


@pytest.mark.parametrize(("decision", "landmark"), [("c2", "c2"), ("c4", "c4"), ("c4", "c1")])
def test_a_model_up_to_the_decision_may_stand_beside_it(tmp_path, decision, landmark):
    folder = saved(tmp_path, bundle_at(Landmark[landmark]))
    _, out = assigned(tmp_path, with_clinic(), Arm(decision=decision), bundle=folder)
    assert (out["p_pcr"] != "").sum() == 242


def test_the_command(tmp_path):
    path = written(tmp_path, every_state())
    done = run(f"assign {path} --at c2 -o {tmp_path}/out.parquet --json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["counts"]["status"]["conflict"] == 9
    done = run(f"assign {path} --at c4 --ctdna-policy c1_only --explain patient-7")
    assert done.exit_code == 0, done.output
    assert "c1_only" in done.stdout
    assert run(f"assign {path} --at c1 -o {tmp_path}/x.csv").exit_code == 2
    assert run(f"assign {path} --at c2").exit_code == 2
