"""What is checked of the emitted files, a file each."""
