"""The parts of a programme folder, each read and checked against the others."""
