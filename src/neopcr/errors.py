"""Every error a user can meet, and the exit code it ends with.

The tree::

    NeopcrError
    ├── UserError            the user can mend it; printed without a traceback
    │   ├── ConfigError      10  a config that cannot be read or contradicts itself
    │   ├── TableError       11  a table that breaks the data contract (leakage and too few events too)
    │   ├── BundleError      12  a bundle that is damaged, foreign or from the future
    │   └── TargetError      13  an output that is busy, read-only or full, or an input that changed
    └── InternalError        70  our bug

A message says where, which rule, how many rows, the first row, and what to do. It carries row
numbers and column names, never a patient's identifier or a cell's value.
"""


class NeopcrError(Exception):
    """Base of every error raised on purpose."""

    exit_code = 70


class UserError(NeopcrError):
    """An error that the user can mend."""

    exit_code = 2


class ConfigError(UserError):
    """A config that cannot be read or contradicts itself."""

    exit_code = 10


class TableError(UserError, ValueError):
    """A table that breaks the data contract."""

    exit_code = 11


class BundleError(UserError):
    """A bundle that is refused."""

    exit_code = 12


class TargetError(UserError):
    """An output that cannot be written, or an input that changed meanwhile."""

    exit_code = 13


class InternalError(NeopcrError):
    """A state that only a bug of ours can reach."""
