"""Signatures: whose they are, and what they cover."""

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from key_pair import key_pair
from neopcr.bundle import save_bundle
from neopcr.bundle import signature as signatures
from neopcr.bundle.signature import sign_bundle, signature_of, verify_signature
from neopcr.errors import BundleError, ConfigError, TargetError


@pytest.fixture
def signed(bundle, tmp_path):
    folder = save_bundle(bundle, tmp_path / "demo" / "3")
    secret, public = key_pair(tmp_path, "ours")
    sign_bundle(folder, secret)
    return folder, public


def test_a_signature_stands_beside_the_folder_for_its_owner_alone(signed):
    folder, public = signed
    assert signature_of(folder) == folder.parent / "3.sig"
    assert signature_of(folder).stat().st_mode & 0o777 == 0o600
    assert verify_signature(folder, public) is None


def test_another_key_is_refused(signed, tmp_path):
    _, other = key_pair(tmp_path, "theirs")
    with pytest.raises(BundleError, match="not of this key"):
        verify_signature(signed[0], other)


@pytest.mark.parametrize("name", ["bundle.json", "trees.json", "SHA256SUMS"])
def test_an_altered_file_is_refused(signed, name):
    folder, public = signed
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(BundleError, match="was altered"):
        verify_signature(folder, public)


def test_an_added_file_is_refused(signed):
    folder, public = signed
    (folder / "more.json").write_text("{}")
    with pytest.raises(BundleError, match="was altered"):
        verify_signature(folder, public)


def test_another_bundles_signature_is_refused(signed, changed, tmp_path):
    folder, public = signed
    other = save_bundle(changed(version=4), tmp_path / "demo" / "4")
    signature_of(other).write_bytes(signature_of(folder).read_bytes())
    with pytest.raises(BundleError, match="was altered"):
        verify_signature(other, public)


def test_no_signature_and_an_endless_one_are_refused(signed):
    folder, public = signed
    signature_of(folder).write_bytes(b" " * (signatures.LARGEST + 1))
    with pytest.raises(BundleError, match="refused"):
        verify_signature(folder, public)
    signature_of(folder).unlink()
    with pytest.raises(BundleError, match="not signed"):
        verify_signature(folder, public)


def test_keys_that_cannot_be_used_are_named(signed, tmp_path):
    folder, _ = signed
    wrong = tmp_path / "text.pem"
    wrong.write_text("no key")
    with pytest.raises(ConfigError, match="private key"):
        sign_bundle(folder, wrong)
    with pytest.raises(ConfigError, match="public key"):
        verify_signature(folder, wrong)
    secret, _ = key_pair(tmp_path, "koblitz", ec.SECP256K1)
    with pytest.raises(ConfigError, match="P-256"):
        sign_bundle(folder, secret)


def test_a_signature_that_cannot_be_written_says_so(bundle, tmp_path):
    folder = save_bundle(bundle, tmp_path / "3")
    secret, _ = key_pair(tmp_path, "ours")
    signature_of(folder).mkdir()
    with pytest.raises(TargetError):
        sign_bundle(folder, secret)


def test_a_damaged_bundle_is_not_signed(bundle, tmp_path):
    folder = save_bundle(bundle, tmp_path / "3")
    (folder / "trees.json").write_bytes(b"{}")
    secret, _ = key_pair(tmp_path, "ours")
    with pytest.raises(BundleError, match="SHA-256"):
        sign_bundle(folder, secret)


def test_without_the_library_the_message_names_the_extra(signed, monkeypatch):
    monkeypatch.setitem(sys.modules, "model_signing", None)
    with pytest.raises(ConfigError, match="neopcr\\[signing\\]"):
        verify_signature(*signed)


def test_keys_of_openssl_serve(bundle, tmp_path):
    folder = save_bundle(bundle, tmp_path / "3")
    secret, public = tmp_path / "private.pem", tmp_path / "public.pem"
    make = ["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", str(secret)]
    try:
        subprocess.run(make, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no openssl here")
    derive = ["openssl", "ec", "-in", str(secret), "-pubout", "-out", str(public)]
    subprocess.run(derive, check=True, capture_output=True)
    sign_bundle(folder, secret)
    assert verify_signature(folder, public) is None
