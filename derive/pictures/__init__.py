"""``derive report --pictures DIR``: what is proved and measured, drawn from the formulas of the registry.

Every picture is legible in grey and to the colour-blind, and has two widths: the column of a paper, and its text. Their
text stays text: TrueType in PDF, which venues that refuse Type 3 take, and text elements in SVG.
"""
