"""The regimen that was given, where it is on record, is the one that goes on after cycle 4."""

from __future__ import annotations

import pandas as pd
import pytest

from neopcr.trials._adaptive_nct07239271 import outcomes
from neopcr.workflows._assigned import Arm
from neopcr.workflows._going_on import OF_CYCLE_3, going_on
from neopcr.workflows.assign import assign

COLUMNS = (
    "ctdna_detected_baseline", "ctdna_detected_c1", "pam_status", "recist_response_c2",
    "recist_response_c4", "regimen_given_to_c2", "regimen_given_to_c4",
)  # fmt: skip

# Inputs in the order of `COLUMNS`, ? not known | status | regimens still possible | needs | against the text
AFTER_C4 = """
?  ?  ?         ?  PR nab-PHP nab-PHP | decided | nab-PHP            |                    | no
?  ?  ?         ?  CR nab-PHP TCbHP   | decided | TCbHP              |                    | no
?  1  altered   ?  PR nab-PHP EveroHT | decided | EveroHT            |                    | no
?  1  wild_type ?  PR ?       PyroHT  | decided | PyroHT             |                    | no
?  ?  ?         ?  ?  nab-PHP PyroHT  | open    | PyroHT ADC AC+H    | recist_response_c4 | no
?  ?  ?         ?  PD nab-PHP nab-PHP | choice  | ADC AC+H           |                    | no
1  0  altered   PR PR nab-PHP EveroHT | decided | EveroHT            |                    | no
1  0  altered   PR PR nab-PHP ?       | conflict | nab-PHP EveroHT   |                    | no
0  0  wild_type PR PR nab-PHP PyroHT  | decided | PyroHT             |                    | yes
0  0  wild_type PR PR TCbHP   nab-PHP | decided | nab-PHP            |                    | yes
0  0  wild_type PR PR nab-PHP THP     | decided | nab-PHP            |                    | yes
0  1  wild_type ?  ?  ?       ?       | open    | PyroHT ADC AC+H    | recist_response_c4 | no
"""


def assigned(folder, lines, arm):
    rows = [dict(zip(COLUMNS, line.replace("?", "").split(" "), strict=True)) for line in lines]
    pd.DataFrame([{"patient_id": f"p{i}", **row} for i, row in enumerate(rows)]).to_csv(
        folder / "c.csv", index=False
    )
    assign(folder / "c.csv", folder / "out.csv", arm)
    return pd.read_csv(folder / "out.csv", dtype=str, keep_default_na=False)


def cells(text):
    return " ".join(text.split())


def test_the_record_goes_on_and_is_held_against_the_text(tmp_path):
    lines = [line.split("|") for line in AFTER_C4.strip().splitlines()]
    out = assigned(tmp_path, [cells(line[0]) for line in lines], Arm(decision="c4"))
    assert out["status"].tolist() == [line[1].strip() for line in lines]
    assert out["possible"].tolist() == [";".join(line[2].split()) for line in lines]
    assert out["needs"].tolist() == [line[3].strip() for line in lines]
    against = out["flags"].str.contains("given_against_text")
    assert against.tolist() == [line[4].strip() == "yes" for line in lines]
    assert "none that the text could have led to" in (tmp_path / "out.csv.html").read_text()


@pytest.mark.parametrize(("given", "against"), [("nab-PHP", False), ("", False), ("TCbHP", True)])
def test_after_cycle_2_another_start_is_flagged_and_changes_nothing(tmp_path, given, against):
    line = f"0 0 wild_type PR  {given} PyroHT"
    out = assigned(tmp_path, [line], Arm(decision="c2"))
    assert out.loc[0, ["regimen", "flags"]].tolist() == [
        "nab-PHP", "given_against_text" if against else "",
    ]  # fmt: skip


def test_a_record_says_what_some_state_after_cycle_4_says():
    """Brute force: whatever the inputs, a record narrows the answer to one that it had held."""
    for policy in ("literal", "c1_only", "baseline_or_c1"):
        after_c2 = outcomes("c2", policy)
        for state, said in outcomes("c4", policy).items():
            for place, given in enumerate(OF_CYCLE_3):
                if given in after_c2[state[:4]].regimens:
                    _, by_record = going_on()[3 * place + state[4]]
                    assert set(by_record.regimens) <= set(said.regimens)


def test_the_path_tells_what_was_given(tmp_path):
    assigned(tmp_path, ["0 0 wild_type PR PR nab-PHP PyroHT"], Arm(decision="c4"))
    lines = assign(tmp_path / "c.csv", None, Arm(decision="c4"), patient="p0").lines
    assert "  regimen_given_to_c4: PyroHT" in lines
    assert "  the regimen on record is none that the text could have led to" in lines
    assert "  = decided: PyroHT" in lines
    assert [line for line in lines if line.startswith("  e. applies")]
