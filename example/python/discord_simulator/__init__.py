"""A simulated Discord: the part of gateway and REST API (v10) that a bot of ours meets, and controls for tests."""
