"""The list of mutants that no test should notice is about mutants that there are."""

from __future__ import annotations

from pathlib import Path

from tests.mutants import survivors
from tests.mutation import code_of, mutants

ROOT = Path(__file__).parent.parent


def test_each_change_that_is_explained_can_still_be_made() -> None:
    explained = survivors()
    assert explained
    for path in {path for path, _words in explained}:
        said = [mutant.words for mutant in mutants(ROOT, Path(path))]
        assert len(said) == len(set(said)), "no two of them are told in the same words"
        assert {words for of, words in explained if of == path} <= set(said), path


def test_a_mutant_is_not_the_module_that_it_was_made_of() -> None:
    path = Path("db/amounts.py")
    as_it_is = code_of(ROOT / path, None)
    made = list(mutants(ROOT, path))
    assert len(made) > 50
    assert all(code_of(ROOT / path, mutant) != as_it_is for mutant in made)
