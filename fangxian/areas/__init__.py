"""The administrative tree: any country's levels, valid in time; subtrees are half-open ranges of stable paths."""
