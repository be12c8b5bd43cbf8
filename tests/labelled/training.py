"""Learns from the labelled texts of `tuning` what words weigh, and writes it down for `comments.weighing`.

    make weights

Needs scikit-learn, which nothing else does. A text sounds like danger from the score on that, of writers whose texts
were left out of the learning, WRONG of the ordinary texts have.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parents[2]
TUNING = Path(__file__).with_name("tuning")
WRONG = 0.2  # half of the ordinary texts use the hard words of heartbreak
SEEN = 3  # texts that a term must stand in to be learnt
CLOSENESS = 4.0  # of the weights to the texts: scikit-learn's C, chosen by leaving writers out
EVERYDAY = "everyday"
LISTS_LEARNT_FROM = "first"  # whose texts the phrases were written by: they find too much there


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advice.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from comments import phrases, weighing
    from comments.screening_models import CARE

    lists = phrases.Lists.of(phrases.shipped())
    rows = [*_rows("care"), *_everyday(lists)]
    hands = np.array([row.get("hand", LISTS_LEARNT_FROM) for row in rows])
    is_care = np.array([bool(row["care"]) for row in rows])
    heard = [lists.hear(row["text"]) for row in rows]
    vectors = TfidfVectorizer(
        analyzer=lambda text: list(weighing.terms_of(text).elements()), min_df=SEEN, sublinear_tf=True
    )
    words = vectors.fit_transform(text.words for text in heard)
    counts = [weighing.of_phrases(sum(match.topic in CARE for match in text.matches)) for text in heard]
    features = hstack([words, csr_matrix([[count[weighing.ANY], count[weighing.EACH]] for count in counts])])
    features = _narrow(features)
    least = _least(features, is_care, hands)

    models = [_fit(features, is_care)]
    topics = [[topic in row["care"] for row in rows if row["care"]] for topic in CARE]
    models += [_fit(features[is_care], np.array(topic)) for topic in topics]
    base = [model.intercept_[0] - (least if number == 0 else 0) for number, model in enumerate(models)]
    lines = [_line(weighing.ALWAYS, 1, base)]
    names = [*vectors.get_feature_names_out(), weighing.ANY, weighing.EACH]
    for column, (name, idf) in enumerate(zip(names, [*vectors.idf_, 1, 1], strict=True)):
        lines.append(_line(name, idf, [model.coef_[0][column] for model in models]))
    file = weighing.FILES / "en.tsv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _say(f"{len(lines)} terms, {file.stat().st_size // 1000} kB, from {len(rows)} texts")


def _rows(name: str) -> Iterator[dict[str, Any]]:
    for line in (TUNING / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _everyday(lists: Any) -> Iterator[dict[str, Any]]:
    """Comments of all kinds, written to tell spam and names by. Of danger speak a few, which phrases find."""
    texts = [row["body"] for row in _rows("spam")]
    texts += [row["text"] for row in _rows("identity") if not lists.find(row["text"])]
    for text in texts:
        yield {"text": text, "care": [], "hand": EVERYDAY}


def _least(features: Any, is_care: Any, hands: Any) -> float:
    """The score that WRONG of the ordinary texts have, each weighed by what the texts of all other writers taught."""
    scores = np.zeros(len(is_care))
    for hand in sorted(set(hands)):
        mine = hands == hand
        scores[mine] = _fit(features[~mine], is_care[~mine]).decision_function(features[mine])
    measured = ~np.isin(hands, [LISTS_LEARNT_FROM, EVERYDAY])
    least = float(np.quantile(scores[measured & ~is_care], 1 - WRONG))
    for hand in sorted(set(hands[measured])):
        found, wrong = ((scores[(hands == hand) & which] >= least).mean() for which in (is_care, ~is_care))
        _say(f"{hand}: {(hands == hand).sum()} texts; without them learnt {found:.0%} are found, {wrong:.0%} wrongly")
    return least


def _fit(features: Any, labels: Any) -> Any:
    return LogisticRegression(C=CLOSENESS, solver="liblinear", random_state=0).fit(_narrow(features), labels)


def _narrow(features: Any) -> Any:
    """With the short numbers that liblinear takes."""
    features = csr_matrix(features)
    features.indices, features.indptr = features.indices.astype("int32"), features.indptr.astype("int32")
    return features


def _line(term: str, idf: float, weights: list[float]) -> str:
    hundredths = (round(100 * number) for number in (idf, *weights))
    return "\t".join([term, *(str(number or "") for number in hundredths)])


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
