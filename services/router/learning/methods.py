"""The methods that training tries. Each gives a linear classifier; the validation slice says which is best."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from services.router.learning.features import Matrix

SEED: Final = 14


class Linear(NamedTuple):
    """A classifier: a column of weights and a constant for each class."""

    weights: Matrix
    constants: Matrix

    def scores(self, features: Matrix) -> Matrix:
        """Return the score of each class for each row."""
        return np.asarray(features @ self.weights) + self.constants

    def warmed(self, factor: float) -> Linear:
        """Return the classifier with all scores multiplied by a factor."""
        return Linear(self.weights * factor, self.constants * factor)


Method = Callable[[Matrix, Any], Linear]


def _regression(strength: float) -> Method:
    def fit(features: Matrix, labels: Any) -> Linear:
        model = LogisticRegression(C=strength, max_iter=60, tol=1e-3)
        with warnings.catch_warnings():
            # Sixty rounds are enough: the validation slice judges what comes out.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(features, labels)
        return _of_model(model)

    return fit


def _machine(strength: float) -> Method:
    def fit(features: Matrix, labels: Any) -> Linear:
        model = LinearSVC(C=strength, random_state=SEED, max_iter=300, tol=1e-3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(features, labels)
        return _of_model(model)

    return fit


def _bayes(features: Matrix, labels: Any) -> Linear:
    model = ComplementNB(alpha=0.3).fit(features, labels)
    return Linear(model.feature_log_prob_.T.copy(), np.zeros(len(model.classes_)))


def _of_model(model: Any) -> Linear:
    weights, constants = model.coef_.T, np.asarray(model.intercept_, dtype=float)
    if weights.shape[1] == 1:
        # Of two classes scikit-learn keeps the second one's weights only.
        weights, constants = np.hstack([-weights, weights]) / 2, np.array([-constants[0], constants[0]]) / 2
    return Linear(np.asarray(weights, dtype=float), constants)


METHODS: Final[dict[str, Method]] = {
    "complement naive Bayes": _bayes,
    "logistic regression, C = 1": _regression(1.0),
    "logistic regression, C = 5": _regression(5.0),
    "linear support vector machine, C = 0.3": _machine(0.3),
}


def temperature(scores: Matrix, labels: Any) -> float:
    """Return the factor for scores with which their probabilities fit the labels best: the least mean log loss."""
    if not len(labels):
        return 1.0

    def loss(logarithm: float) -> float:
        warmed = scores * np.exp(logarithm)
        own = warmed[np.arange(len(labels)), labels]
        return float(np.mean(logsumexp(warmed, axis=1) - own))

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 4), method="bounded").x))


def numbered(labels: Sequence[str], classes: Sequence[str]) -> Any:
    """Return the number of each label's class."""
    number_of = {name: number for number, name in enumerate(classes)}
    return np.array([number_of[label] for label in labels])
