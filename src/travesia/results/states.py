"""What counts as waiting in Mexico. Written once, here, for headline, ensembles and pages."""

from __future__ import annotations

MEXICO = "MEX"

WAITING_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("stranded", ("stranded", "resting", "sheltered", "working", "recovering")),
    ("papers", ("asylum_wait", "asylum_decision", "visa_wait", "visa_issue")),
    ("border", ("border_wait", "border_shelter", "border_camp", "port_wait", "port_processing",
                "expelled", "remain_in_mexico")),
    ("held", ("mx_custody", "mx_removal", "dif_custody", "stopped")),
    ("captive", ("captive",)),
)  # fmt: skip
"""States of stays in which people wait, are stranded or are held in Mexico, by kind."""

WAITING_STATES: tuple[str, ...] = tuple(s for _, states in WAITING_KINDS for s in states)
"""All states of :data:`WAITING_KINDS`: who is in one of them, at a place in Mexico, waits."""
