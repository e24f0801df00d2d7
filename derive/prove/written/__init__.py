"""What a proof is written in: records and expressions, names and letters, and the formulas in its words."""
