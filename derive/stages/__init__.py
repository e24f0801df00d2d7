"""What the stages need that none of them is: a user's folder, processes with limits, the text read back, Coq's turn."""
