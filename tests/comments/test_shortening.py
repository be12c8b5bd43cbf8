import pytest

from comments.templatetags.shortening import first_words


@pytest.mark.parametrize(("text", "shown"), [("One two three", "One two…"), ("One two", "One two"), ("", "")])
def test_what_is_left_out_follows_the_last_word_at_once(text: str, shown: str) -> None:
    assert first_words(text, 2) == shown
