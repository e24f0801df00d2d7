"""``derive report --html``: one page that holds the derivation, the verdicts, the kernels' bounds and the pictures.

:mod:`derive.document.mathml` turns the LaTeX that :mod:`derive.emit.latex` prints into MathML, which browsers set
without a library; :mod:`derive.document.theorems` and :mod:`derive.document.kernels` write the parts from the records
of the run, and :mod:`derive.document.page` puts them into a page that loads nothing and runs nothing.
"""
