"""`neopcr simulate-trial`: assumptions in, rates and power out."""

from __future__ import annotations

import csv
import json
import time

import pytest

from command_line import listing, run
from neopcr.errors import TargetError, UserError
from neopcr.simulation.assumptions import Assumptions
from neopcr.workflows.simulate_trial import NOTICE, assumptions, simulate_trial

SMALL = Assumptions(everoht=0.5, n_patients=200)


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trials") / "out"
    return simulate_trial(folder, SMALL, n_trials=30, seed=2), folder


def test_a_folder_holds_the_result_the_trials_and_a_page(done):
    result, folder = done
    names = {path.name for path in folder.iterdir()}
    assert names == {"result.json", "scenarios.csv", "trials.csv", "report.html"}
    told = json.loads((folder / "result.json").read_text())
    assert told["notice"] == NOTICE == result.lines[-1]
    assert {one["name"]: one["value"] for one in told["assumptions"]}["everoht"] == 0.5
    assert str(folder) not in (folder / "result.json").read_text()


def test_the_figures_are_those_of_the_trials(done):
    _, folder = done
    told = json.loads((folder / "result.json").read_text())
    trials = read_csv(folder / "trials.csv")
    assert len(trials) == 30
    mean = sum(int(one["pcr_experimental"]) for one in trials) / 30 / 150
    assert told["arms"]["experimental"]["value"] == pytest.approx(mean)
    won = [float(one["p"]) < 0.05 and float(one["difference"]) > 0 for one in trials]
    assert told["power"]["in_favour"]["value"] == pytest.approx(sum(won) / 30)
    lost = [float(one["p"]) < 0.05 and float(one["difference"]) < 0 for one in trials]
    assert told["power"]["against"]["value"] == pytest.approx(sum(lost) / 30)
    names = ("nab-PHP", "TCbHP", "PyroHT", "EveroHT")
    for name in names:
        patients = sum(int(one[f"patients_{name}"]) for one in trials)
        reached = sum(int(one[f"pcr_{name}"]) for one in trials)
        branch = told["branches"][name]
        assert branch["share_of_arm"]["value"] == pytest.approx(patients / 30 / 150)
        assert branch["pcr"]["value"] == pytest.approx(reached / patients)
    shares = told["shares"]
    assert shares["de_escalated"] + shares["as_control"] + shares["escalated"] == pytest.approx(1)


def test_the_first_scenario_is_the_assumed_one(done):
    _, folder = done
    rows = read_csv(folder / "scenarios.csv")
    told = json.loads((folder / "result.json").read_text())
    assert (float(rows[0]["assay_sensitivity"]), float(rows[0]["dropout"])) == (1.0, 0.05)
    assert float(rows[0]["power"]) == told["power"]["in_favour"]["value"]
    assert len(rows) == 24
    for row in rows:
        assert float(row["power_lower"]) <= float(row["power"]) <= float(row["power_upper"])


def test_the_page_says_what_is_assumed_and_what_cannot_be_known(done):
    _, folder = done
    page = (folder / "report.html").read_text()
    assert "EveroHT cannot be calibrated from published data" in page
    assert "RADHER" in page
    assert "type I error" in page
    assert "Nothing here is a treatment recommendation" in page


def test_the_same_seed_gives_the_same_bytes(done, tmp_path):
    _, folder = done
    simulate_trial(tmp_path / "again", SMALL, n_trials=30, seed=2)
    assert listing(tmp_path / "again") == listing(folder)
    simulate_trial(tmp_path / "other", SMALL, n_trials=30, seed=3)
    assert listing(tmp_path / "other") != listing(folder)


def test_a_branch_that_nobody_takes_is_no_bar(tmp_path):
    assumed = Assumptions(everoht=0.0, assay_sensitivity=0.0, n_patients=40)
    result = simulate_trial(tmp_path / "out", assumed, n_trials=2)
    assert result.data["branches"]["EveroHT"]["pcr"] == {"value": None, "monte_carlo_error": None}
    assert "EveroHT</th>" not in (tmp_path / "out" / "report.html").read_text()


def test_the_effect_of_everoht_has_to_be_given(tmp_path):
    with pytest.raises(UserError, match="No published figure can calibrate"):
        assumptions(None)
    done = run(f"simulate-trial -o {tmp_path}/out")
    assert done.exit_code == 2
    assert "--everoht-log-odds" in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_is_not_said_keeps_its_default():
    assert assumptions(0.4, tcbhp=None, pyroht=0.1) == Assumptions(everoht=0.4, pyroht=0.1)


def test_no_trial_and_a_folder_that_is_there_are_refused(tmp_path):
    with pytest.raises(UserError, match="--trials"):
        simulate_trial(tmp_path / "out", SMALL, n_trials=0)
    (tmp_path / "out").mkdir()
    with pytest.raises(TargetError, match="never overwritten"):
        simulate_trial(tmp_path / "out", SMALL, n_trials=1)


def test_the_command(tmp_path):
    words = "--everoht-log-odds -0.2 --tcbhp-log-odds 0 --trials 3 -n 60 --ctdna-policy literal"
    done = run(f"simulate-trial {words} -o {tmp_path}/out --json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["n_trials"] == 3
    values = {one["name"]: one["value"] for one in told["assumptions"]}
    assert (values["everoht"], values["tcbhp"], values["policy"]) == (-0.2, 0.0, "literal")


@pytest.mark.slow
def test_a_thousand_trials_take_a_minute_at_most(tmp_path):
    started = time.monotonic()
    result = simulate_trial(tmp_path / "out", Assumptions(everoht=0.4))
    assert time.monotonic() - started <= 60
    assert result.data["n_trials"] == 1000
    null = result.data["type_1_error"]
    assert null["interval"][0] <= 0.05 <= null["interval"][1]
