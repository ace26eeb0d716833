"""One use case a file: the only place that joins rooms, reads configs and logs runs."""
