import hashlib
import os
import stat
import subprocess

import numpy as np
import pytest

from neopcr.bundle import bundle_hash, load_bundle, save_bundle
from neopcr.bundle.folder import LIMITS
from neopcr.errors import BundleError, TargetError
from neopcr.kernel import (
    LinearMember,
    Model,
    compile_model,
    contributions,
    judge,
    logit,
    member_logits,
)


@pytest.fixture
def saved(bundle, tmp_path):
    return save_bundle(bundle, tmp_path / "demo-c1" / "3")


def mend_sums(folder):
    """List the files as they are now: the change then stands for a bundle made elsewhere."""
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("bundle.json", "trees.json")
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def test_what_comes_back_gives_the_same_bits(bundle, saved):
    again = load_bundle(saved)
    n = bundle.model.n_features
    rng = np.random.default_rng(0)
    X = np.where(rng.random((200, n)) < 0.2, np.nan, rng.normal(size=(200, n)))
    before, after = compile_model(bundle.model), compile_model(again.model)
    np.testing.assert_array_equal(logit(after, X), logit(before, X))
    np.testing.assert_array_equal(contributions(after, X)[0], contributions(before, X)[0])
    np.testing.assert_array_equal(member_logits(after, X), member_logits(before, X))
    said = [judge(each.uncertainty, X, logit(after, X)) for each in (bundle, again)]
    for one, other in zip(*said, strict=True):
        np.testing.assert_array_equal(one, other)
    assert again.space == bundle.space
    for name in ("name", "version", "landmark", "estimand", "definition", "training", "metrics",
                 "reference", "provenance"):  # fmt: skip
        assert getattr(again, name) == getattr(bundle, name)


def test_a_model_without_trees_comes_back(changed, bundle, tmp_path):
    n = bundle.model.n_features
    member = LinearMember(0.5, np.zeros(n), np.arange(n, dtype=float), np.ones(n))
    model = Model(n, (member,), (1.0,), 0.0, 1.0)
    again = load_bundle(save_bundle(changed(model=model), tmp_path / "1"))
    np.testing.assert_array_equal(again.model.members[0].coefficient, member.coefficient)


def test_the_same_bundle_gives_the_same_bytes(saved, tmp_path):
    again = save_bundle(load_bundle(saved), tmp_path / "again")
    for name in LIMITS:
        assert (again / name).read_bytes() == (saved / name).read_bytes()
    assert bundle_hash(again) == bundle_hash(saved)


def test_the_folder_holds_three_private_files_and_nothing_else(saved):
    assert sorted(path.name for path in saved.iterdir()) == sorted(LIMITS)
    assert {stat.S_IMODE(path.stat().st_mode) for path in saved.iterdir()} == {0o600}
    assert [path.name for path in saved.parent.iterdir()] == ["3"]


def test_the_sums_are_those_that_sha256sum_reads(saved):
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=saved, capture_output=True, text=True, check=True
    )
    assert checked.stdout.split() == ["bundle.json:", "OK", "trees.json:", "OK"]


def test_the_hash_changes_with_any_file(changed, saved, tmp_path):
    other = save_bundle(changed(estimand="another"), tmp_path / "other")
    assert bundle_hash(other) != bundle_hash(saved)
    assert bundle_hash(saved) == hashlib.sha256((saved / "SHA256SUMS").read_bytes()).hexdigest()


def test_a_bundle_is_never_overwritten(bundle, saved):
    before = bundle_hash(saved)
    with pytest.raises(TargetError, match="never overwritten"):
        save_bundle(bundle, saved)
    assert bundle_hash(saved) == before


def test_a_dangling_link_is_not_written_through(bundle, tmp_path):
    (tmp_path / "1").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TargetError, match="never overwritten"):
        save_bundle(bundle, tmp_path / "1")


@pytest.mark.parametrize("fails", ["fsync", "rename"])
def test_a_write_that_fails_leaves_nothing(bundle, tmp_path, monkeypatch, fails):
    def full(*_args):
        raise OSError(28, "No space left on device")

    target = "os.fsync" if fails == "fsync" else "pathlib.Path.rename"
    monkeypatch.setattr(target, full)
    with pytest.raises(TargetError, match="the disk is full"):
        save_bundle(bundle, tmp_path / "model" / "1")
    assert list((tmp_path / "model").iterdir()) == []


def test_a_file_where_a_folder_should_be_is_a_target_error(bundle, tmp_path):
    (tmp_path / "model").write_text("")
    with pytest.raises(TargetError, match="nothing was written"):
        save_bundle(bundle, tmp_path / "model" / "1")


@pytest.mark.parametrize("name", LIMITS)
def test_a_missing_file_is_named(saved, name):
    (saved / name).unlink()
    with pytest.raises(BundleError, match=f"{name} is missing"):
        load_bundle(saved)


def test_an_absent_folder_is_refused(tmp_path):
    with pytest.raises(BundleError, match="cannot be listed"):
        load_bundle(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["model.pkl", ".hidden", "__init__.py"])
def test_an_extra_file_is_refused(saved, name):
    (saved / name).write_text("")
    for use in (load_bundle, bundle_hash):
        with pytest.raises(BundleError, match=r"1 file\(s\) or folder\(s\) that no bundle has"):
            use(saved)


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_only_plain_files_are_read(saved, tmp_path, name, kind):
    path = saved / name
    path.rename(tmp_path / "real")
    if kind == "link":
        path.symlink_to(tmp_path / "real")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(BundleError, match=f"{name} is a link or no plain file"):
        load_bundle(saved)


def test_a_file_swapped_for_a_link_after_the_look_is_refused(saved, tmp_path, monkeypatch):
    path = saved / "trees.json"
    looked_at = path.lstat()
    path.rename(tmp_path / "real")
    path.symlink_to(tmp_path / "real")
    monkeypatch.setattr("pathlib.Path.lstat", lambda _path: looked_at)
    with pytest.raises(BundleError, match=r"trees\.json cannot be read"):
        load_bundle(saved)


@pytest.mark.parametrize("name", LIMITS)
def test_a_file_beyond_its_size_is_not_read_to_the_end(saved, name):
    with (saved / name).open("ab") as file:
        file.truncate(LIMITS[name] + 1)
    with pytest.raises(BundleError, match=f"{name} is larger than {LIMITS[name]} bytes"):
        load_bundle(saved)


@pytest.mark.parametrize("name", ["bundle.json", "trees.json"])
def test_one_changed_byte_is_noticed(saved, name):
    data = bytearray((saved / name).read_bytes())
    place = data.index(b"1")
    data[place : place + 1] = b"2"
    (saved / name).write_bytes(data)
    with pytest.raises(BundleError, match=f"SHA-256 of {name} is not as listed"):
        load_bundle(saved)


@pytest.mark.parametrize(
    "line",
    ["0" * 64 + "  ../../etc/passwd\n", "0" * 64 + "  /etc/passwd\n", "\n", "x"],
)
def test_sums_that_name_anything_else_are_refused(saved, line):
    with (saved / "SHA256SUMS").open("a") as file:
        file.write(line)
    with pytest.raises(BundleError, match="SHA256SUMS is malformed"):
        load_bundle(saved)


def test_the_message_says_where_and_what_to_do(saved):
    (saved / "trees.json").write_text("{}")
    with pytest.raises(BundleError) as refused:
        load_bundle(saved)
    assert str(refused.value) == (
        f"{saved}: refused: SHA-256 of trees.json is not as listed. "
        "Use the bundle as `neopcr train` wrote it."
    )
    mend_sums(saved)
    with pytest.raises(BundleError, match=r"trees\.json: refused: it does not say"):
        load_bundle(saved)
