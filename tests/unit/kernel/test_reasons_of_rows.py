import numpy as np
import pytest

from neopcr.kernel import roll_up, top_reasons
from neopcr.kernel.spread import ROWS_A_THREAD, spread


def test_largest_come_first_and_the_first_of_equals_wins():
    phi = np.array([[0.1, -0.4, 0.4, 0.0, 0.2], [0.0, 0.0, 0.0, 0.0, -0.1]])
    index, value = top_reasons(phi, 3)
    np.testing.assert_array_equal(index, [[1, 2, 4], [4, 0, 1]])
    np.testing.assert_array_equal(value, [[-0.4, 0.4, 0.2], [-0.1, 0.0, 0.0]])


def test_order_is_that_of_a_stable_sort():
    rng = np.random.default_rng(0)
    phi = rng.integers(-4, 5, (500, 12)) / 4
    for k in (1, 5, 12):
        index, value = top_reasons(phi, k)
        wanted = np.argsort(-np.abs(phi), axis=1, kind="stable")[:, :k]
        np.testing.assert_array_equal(index, wanted)
        np.testing.assert_array_equal(value, np.take_along_axis(phi, wanted, axis=1))


def test_past_the_last_column_there_is_no_reason():
    index, value = top_reasons(np.array([[0.5, -1.0]]), 4)
    np.testing.assert_array_equal(index, [[1, 0, -1, -1]])
    np.testing.assert_array_equal(value, [[-1.0, 0.5, np.nan, np.nan]])


def test_transposed_contributions_are_read_by_row():
    phi = np.array([[1.0, 3.0], [2.0, 0.5]])
    np.testing.assert_array_equal(top_reasons(phi.T, 1)[0], [[1], [0]])
    np.testing.assert_array_equal(roll_up(phi.T, ((1,), (0,)), 2), [[2.0, 1.0], [0.5, 3.0]])


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        (((0,),), "need as many groups"),
        (((0,), ()), "none of them empty"),
        (((0,), (2,)), "must lie in 0 to 1"),
        (((0,), (-1,)), "must lie in 0 to 1"),
    ],
)
def test_a_feature_without_a_group_is_refused(groups, reason):
    with pytest.raises(ValueError, match=reason):
        roll_up(np.ones((1, 2)), groups, 2)


def test_no_feature_rolls_up_to_nothing():
    np.testing.assert_array_equal(roll_up(np.empty((2, 0)), (), 1), [[0.0], [0.0]])


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("n_rows", [0, 1, ROWS_A_THREAD, 3 * ROWS_A_THREAD + 1])
def test_every_row_is_dealt_once(n_rows, threads):
    dealt = np.zeros(n_rows, int)

    def work(rows):
        dealt[rows] += 1

    spread(work, n_rows, threads)
    assert (dealt == 1).all()


def test_an_error_in_a_thread_is_raised():
    def work(rows):
        if rows.start:
            raise KeyError(rows.start)

    with pytest.raises(KeyError):
        spread(work, 2 * ROWS_A_THREAD, 2)
