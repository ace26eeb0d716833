"""The one thing that is shipped: a folder of data that can run no code.

``bundle.json`` says what the model is and where it comes from, ``trees.json`` holds its trees, and
``SHA256SUMS`` the SHA-256 of both, as `sha256sum -c` reads it. A reader parses data and checks it;
a hostile folder can at worst be refused.
"""

from __future__ import annotations

from neopcr.bundle.folder import bundle_hash, load_bundle, save_bundle
from neopcr.bundle.record import Bundle
from neopcr.bundle.reference import reference_distributions

__all__ = ["Bundle", "bundle_hash", "load_bundle", "reference_distributions", "save_bundle"]
