"""The nouns of the project: formulas, steps, theorems, kernels. Frozen records that everything iterates over."""
