"""Nested sets from parent links, and the judge of them, over trees nobody would think of."""

from hypothesis import given
from hypothesis import strategies as st

from comments import trees
from comments.checking import Discussions


@st.composite
def forests(draw):
    """(pk, parent) of whole threads: each row hangs on an earlier one or is a root; pks are in no order."""
    size = draw(st.integers(1, 30))
    pks = draw(st.permutations(range(1, size + 1)))
    parents = [draw(st.none() | st.sampled_from(pks[:index])) if index else None for index in range(size)]
    return list(zip(pks, parents, strict=True))


class Row:
    def __init__(self, parent, columns):
        self.parent = parent
        self.pk, self.tree_id, self.lft, self.rght, self.level = columns


def threads_of(forest):
    parents = dict(forest)
    threads = {}
    for columns in trees.columns(forest):
        threads.setdefault(columns.tree_id, []).append(Row(parents[columns.pk], columns))
    return threads


@given(forests())
def test_columns_from_parent_links_are_sound(forest):
    threads = threads_of(forest)
    assert sum(len(thread) for thread in threads.values()) == len(forest)
    assert all(trees.is_sound(root, thread) for root, thread in threads.items())


@given(forests())
def test_columns_and_threads_agree_on_who_belongs_where(forest):
    found, adrift = trees.threads(forest)
    assert adrift == set()
    assert {root: set(pks) for root, pks in found.items()} == {
        root: {row.pk for row in thread} for root, thread in threads_of(forest).items()
    }


@given(forests(), st.data())
def test_one_wrong_column_is_never_sound(forest, data):
    threads = threads_of(forest)
    root = data.draw(st.sampled_from(sorted(threads)))
    row = data.draw(st.sampled_from(threads[root]))
    column = data.draw(st.sampled_from(["tree_id", "lft", "rght", "level"]))
    right = getattr(row, column)
    setattr(row, column, data.draw(st.integers(-2, 70).filter(lambda value: value != right)))
    assert not trees.is_sound(root, threads[root])


@given(forests(), st.data())
def test_a_wrong_parent_is_never_sound(forest, data):
    threads = threads_of(forest)
    root = data.draw(st.sampled_from(sorted(threads)))
    row = data.draw(st.sampled_from(threads[root]))
    right = row.parent
    row.parent = data.draw(st.integers(0, 99).filter(lambda value: value != right))
    assert not trees.is_sound(root, threads[root])


@given(st.lists(st.integers(0, 20), min_size=1, max_size=20))
def test_whatever_the_parents_say_every_row_ends_up_in_one_thread(parents):
    rows = [_row(pk, parent) for pk, parent in enumerate(parents, 1)]
    threads = Discussions.of(rows, {1: None}).threads
    assert sorted(row.pk for thread in threads.values() for row in thread) == [row.pk for row in rows]


def test_a_thread_deeper_than_the_stack():
    chain = [(pk, pk - 1 or None) for pk in range(1, 5_001)]
    columns = {row.pk: row for row in trees.columns(chain)}
    assert columns[5_000] == (5_000, 1, 5_000, 5_001, 4_999)


def test_rows_that_hang_on_no_root_are_told_apart():
    assert trees.threads([(1, None), (2, 3), (3, 2), (4, 3)]) == ({1: [1]}, {2, 3, 4})


def _row(pk, parent):
    """A row of a table without constraints: parents may be missing (0 is one), and lead in circles."""
    from comments.checking import Row as Stored

    return Stored(pk, parent or 99, 0, 0, 0, 0, 1, "pending", None, pk, None, 0, None, None)
