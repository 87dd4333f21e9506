"""Scenarios: folders of tables and settings that say what is simulated, read and checked."""
