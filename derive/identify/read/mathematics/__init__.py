"""Mathematics as papers write it: LaTeX, Unicode, plain text."""
