"""check_trees where there is nothing: apart from the tests that share what there is."""

import pytest

from tests.comments.test_checking import check_trees_says

pytestmark = pytest.mark.django_db


def test_an_empty_site_has_no_damage():
    assert check_trees_says("--repair") == (["0 threads, 0 damaged"], 0)
