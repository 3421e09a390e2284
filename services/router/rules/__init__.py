"""The rules of a case, as pure functions. Folds of facts are total; folds of commands may raise Refused."""
