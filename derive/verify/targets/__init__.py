"""How the emitted files of each target are loaded and built."""
