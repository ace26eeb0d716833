"""What the field knows, as pure functions over arrays; it knows nothing of files or models.

Booleans are three-valued: 1 true, 0 false, NaN not known. Categories are codes into the tuple that
stands beside the rule, -1 not known. Nothing missing ever becomes negative.
"""
