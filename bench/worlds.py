"""Random small compiled models: every table filled, every kind of stay and transition present."""

from __future__ import annotations

import numpy as np

from travesia.model import compiled as cm
from travesia.model.layout import HERE, HOME, MAX_SIZE, OUT_OF_REACH, Flag, Goal
from travesia.model.parts import thresholds
from travesia.model.waiting import Slots, bounded
from travesia.rng import name_key

ENDS = ("in_us", "returned", "settled_mx", "dead")
MODES = ("walk", "train", "car")
SLOWER = (1.0, 1.5, 0.7)
"""Clocks differ by region."""

STAYS = (
    "rest", "shelter", "office", "decision", "removal", "home_again", "crossing", "us_custody",
    "caravan",
)  # fmt: skip
Q, PLACE = "queue", "place"


def random_world(
    seed: int,
    *,
    n_days: int = 60,
    rate: float = 4.0,
    places: int = 7,
    learning: bool = True,
    sample: float = 1.0,
    limited: bool = True,
) -> cm.CompiledModel:
    """A model on a random forward graph of ``places`` places, the last one a US sector."""
    r = np.random.default_rng(seed)
    n_p, n_m, n_c, n_r = places, len(MODES), 3, 3
    legs = []
    for a in range(n_p - 1):
        heads = {a + 1, *(int(b) for b in r.integers(a + 1, n_p, 2))}
        for b in sorted(heads):
            legs += [(a, b, int(m)) for m in np.unique(r.integers(0, n_m, 2))]
    n_l = len(legs)
    tails, heads_, modes = (np.array(c) for c in zip(*legs, strict=True))
    names = cm.Names(
        places=tuple(f"p{i}" for i in range(n_p)),
        legs=tuple(f"l{i}" for i in range(n_l)),
        cohorts=tuple(f"c{i}" for i in range(n_c)),
        stays=STAYS,
        transitions=TRANSITION_IDS,
        states=(*(f"travel_{m}" for m in MODES), *STAYS, *ENDS),
        causes=("stop", "robbery", "death"),
        regions=("r0", "r1", "r2"),
        facilities=("shelter0", "office0", "removal0"),
        groups=("natives", "others"),
        natives=("natives",),
        modes=MODES,
        sectors=(f"p{n_p - 1}",),
        papers=("none", "visa"),
        agencies=("INM",),
    )
    region = r.integers(0, n_r, n_p)
    leg_region = region[heads_]
    crossing = heads_ == n_p - 1
    graph = cm.Graph(
        out_ptr=np.searchsorted(tails, np.arange(n_p + 1)).astype(np.int32),
        leg_to=heads_.astype(np.int32),
        leg_mode=modes.astype(np.int32),
        leg_region=leg_region.astype(np.int32),
        leg_requires=np.where(modes == 2, r.integers(0, 3, n_l), 0).astype(np.int32),
        leg_crossing=crossing.astype(np.uint8),
        leg_train=(modes == 1).astype(np.uint8),
        order=np.arange(n_p, dtype=np.int32),
        place_region=region.astype(np.int32),
        place_sector=np.where(np.arange(n_p) == n_p - 1, 0, -1).astype(np.int32),
        place_arrival=np.where(
            np.arange(n_p) == n_p - 1, TRANSITION_IDS.index("evaded"), -1
        ).astype(np.int32),
        leg_cell=(modes * n_p + tails).astype(np.int32),
        leg_km=r.uniform(5, 500, n_l),
        cost_low=r.uniform(0, 100, n_l),
        cost_high=r.uniform(100, 500, n_l),
    )
    sizes = np.zeros((n_c, MAX_SIZE + 1))
    sizes[0, 0] = sizes[2, 0] = 1.0
    sizes[1, 1:4] = (0.5, 0.3, 0.2)
    origin = np.zeros((n_c, 2), np.int32)
    origin[:, 1] = 1
    cohorts = cm.Cohorts(
        key=np.array([name_key(c) for c in names.cohorts], np.uint64),
        group=np.array([0, 1, 1], np.int32),
        profile=np.array([3, 1, 2], np.int32),
        means=r.uniform(0.5, 2, n_c),
        release_weight=np.array([2.0, 4.5, 2.0]),
        train_constant=np.array([0.0, -1.0, 0.0]),
        size_cum=thresholds(sizes),
        mean_size=(sizes * np.arange(1, MAX_SIZE + 2)).sum(1),
        origin_place=origin,
        origin_cum=thresholds(np.tile([0.7, 0.3], (n_c, 1))),
        people_per_day=r.uniform(0.5, 1.5, (n_days // 30 + 1, n_c)) * rate,
        parted=np.array([(-1, -1), (0, 2), (-1, -1)], np.int32),
    )
    machine = _machine(n_p, limited)
    n_b, n_s = len(machine.branch_transition), len(STAYS)
    n_a = len(machine.action_transition)
    base = {
        "leg_open": np.ones(n_l),
        "leg_utility": np.zeros((n_c, n_l)),
        "leg_cost": np.ones(n_l),
        "leg_cost_add": np.zeros(n_l),
        "leg_days": r.uniform(0.02, 3.0, n_l),
        "hazard": r.uniform(0, 0.2, (3, n_l)),
        "effort": np.ones((1, n_r)),
        "boarding_guard": np.full(n_l, 0.2),
        "train_speed": np.full(n_l, 15.0),
        "outcome": r.dirichlet(np.ones(4), (n_c, n_r, n_b))[..., 0] * 0.9,
        "action": r.uniform(0, 0.2, (n_c, n_p, n_a)),
        "clock": r.uniform(1, 20, n_s)[:, None] * SLOWER,
        "capacity": np.array([3.0, 0.7, 1.5]) * sample,
        "paper_days": np.full(N_T, 20.0),
        "demand": np.ones(n_c),
        "guided": np.full(n_c, 0.4),
        "release_signal": np.zeros((n_c, 1)),
        "capture_signal": np.zeros((2, n_r)),
        "match": np.zeros((n_c, n_s, n_r)),
        "paper_stops": np.array([1.0, 0.4]),
        "paper_valid": np.stack([np.zeros(n_p), np.ones(n_p)]),
        "stay_hazard": r.uniform(0, 0.03, (n_c, n_p, len(SLOTS.pairs))),
        "stay_hazard_first": r.uniform(0, 0.04, (n_c, n_p, len(SLOTS.pairs))),
    }
    hazard_cells = np.arange(n_l)
    asked = np.arange(n_c * n_s * n_r).reshape(n_c, n_s, n_r)[:, 0].ravel()
    edits = (
        cm.Edit("hazard", "factor", hazard_cells, 2.0, 20, 40, 14, (0,), "policy"),
        cm.Edit("leg_open", "set", np.array([0]), 0.0, 10, 30, 0, (0, 1), "closure"),
        cm.Edit("capacity", "add", np.array([1]), 1.0, 25, 50, 0, (0,), "tap"),
        cm.Edit("hazard", "factor", hazard_cells, 3.0, 0, cm.NEVER, 0, (0,), "rule", 0),
        cm.Edit("leg_days", "factor", hazard_cells, 1.6, 0, cm.NEVER, 0, (0,), "crowd", 1),
        cm.Edit("match", "set", asked, 0.6, 8, cm.NEVER, 0, (0,), "register"),
        cm.Edit("paper_valid", "set", n_p + np.arange(n_p // 2), 0.0, 15, 40, 0, (0,), "zone"),
        cm.Edit("clock", "factor", np.arange(n_s * n_r)[::n_r], 1.5, 22, 44, 0, (0,), "slow"),
        cm.Edit("stay_hazard", "factor", np.arange(n_c * n_p), 2.0, 16, 38, 10, (0,), "feast"),
        cm.Edit("stay_hazard", "add", np.arange(n_p), 0.05, 0, cm.NEVER, 0, (0,), "rule", 0),
    )
    rule = cm.Control(
        np.array([t == "rested" for t in TRANSITION_IDS]), 3, 1.5 * rate, 2, 5, n_days - 5, "rule"
    )
    crowd = cm.Control(
        np.zeros(N_T, bool),
        7,
        0.5 * rate,
        0,
        10,
        cm.NEVER,
        "crowd",
        4.0 * rate,
        np.repeat([s == "rest" for s in names.states], n_p),
    )
    recall = cm.Recall(
        30, STAYS.index("rest"), np.ones(n_p, bool), np.array([True, False, True]), "clear"
    )
    raid = cm.Recall(
        28, STAYS.index("caravan"), np.ones(n_p, bool), np.ones(n_c, bool), "raid", 0.4
    )
    ends = cm.Recall(48, STAYS.index("caravan"), np.ones(n_p, bool), np.ones(n_c, bool), "end")
    walk = np.full((2, n_days), -1, np.int32)
    for number, first in enumerate((12, 20)):
        last = min(n_days, 49)
        steps = np.arange(last - first) // (6 + number)
        walk[number, first:last] = np.minimum(1 + steps, n_p - 2)
    office = cm.Recall(35, STAYS.index("office"), np.ones(n_p, bool), np.ones(n_c, bool), "shut")
    return cm.CompiledModel(
        names=names,
        n_days=n_days,
        first_day=0,
        month_of_day=(np.arange(n_days) // 30).astype(np.int32),
        graph=graph,
        cohorts=cohorts,
        machine=machine,
        risk=cm.Risk(
            agency=np.array([0, -1, -1], np.int32),
            is_stop=np.array([1, 0, 0], np.uint8),
            is_harm=np.array([0, 1, 1], np.uint8),
            who_factor=r.uniform(0.2, 1.5, (cm.N_RISK_CLASSES, 3)),
            capacity=np.full((1, n_r), 5.0),
            paper_most=0.8,
        ),
        facilities=cm.Facilities(
            place=np.array([1, 2, 3], np.int32),
            service=np.array([0, 1, 1], np.uint8),
            lottery=np.array([0.0, 0.5, 0.0]),
        ),
        stay_harms=bounded(SLOTS, machine, base, edits, cohorts.largest, STAYS, names.places),
        parameters=PARAMETERS,
        base=base,
        edits=edits,
        recalls=(recall, raid, office, ends),
        attraction=np.zeros((n_days // 30 + 1, n_c, 2, 1)),
        learning=learning,
        demand_response=True,
        sample=sample,
        controls=(rule, crowd),
        caravans=walk,
    )


_T: tuple[tuple[str, str, str, str, int, int, bool], ...] = (
    # id, goal, target, where, flags, grant, one person
    ("evaded", "end", "in_us", "here", 0, -1, False),
    ("stuck", "stay", "rest", "here", 0, -1, False),
    ("rest_here", "stay", "rest", "here", Flag.ENROLLED, -1, False),
    ("ask_bed", "stay", "shelter", "here", 0, -1, False),
    ("file", "stay", "office", "here", 0, 1, False),
    ("no_bed", "stay", "rest", "here", 0, -1, False),
    ("rested", "continue", "", "here", Flag.NOT_POOR, -1, False),
    ("settles", "end", "settled_mx", "here", 0, -1, False),
    ("left_bed", "continue", "", "here", 0, -1, False),
    ("bored", "continue", "", "here", Flag.NO_PAPERS, -1, False),
    ("granted", "continue", "", "here", 0, 1, False),
    ("refused", "stay", "removal", "here", 0, -1, False),
    ("no_seat", "continue", "", "here", Flag.NOT_GUIDED, -1, False),
    ("flown_home", "stay", "home_again", "home", 0, -1, False),
    ("again", "continue", "", "here", Flag.ATTEMPT, -1, False),
    ("gives_up", "end", "returned", "here", 0, -1, False),
    ("hides", "continue", "", "here", Flag.COVERT, -1, False),
    ("surrenders", "continue", "", "here", Flag.SURRENDER, -1, False),
    ("released", "end", "in_us", "here", 0, -1, False),
    ("sent_back", "stay", "home_again", "home", Flag.POOR | Flag.ENROLLED, -1, False),
    ("stopped", "stay", "removal", "here", 0, -1, False),
    ("caught", "stay", "us_custody", "here", Flag.ENCOUNTER, -1, False),
    ("robbed", "continue", "", "here", Flag.POOR, -1, False),
    ("died", "end", "dead", "here", Flag.LOSE_ONE, -1, True),
    ("joins", "stay", "caravan", "here", 0, -1, False),
    ("none_here", "continue", "", "here", 0, -1, False),
    ("leaves", "continue", "", "here", 0, -1, False),
    ("seized", "stay", "removal", "here", Flag.NOT_GUIDED, -1, False),
    ("robbed_waiting", "remain", "", "here", Flag.POOR, -1, False),
    ("papers_taken", "remain", "", "here", Flag.NO_PAPERS | Flag.NOT_GUIDED, -1, False),
    ("taken", "stay", "home_again", "home", Flag.POOR, -1, False),
    ("flees", "continue", "", "here", 0, -1, False),
    ("dies_waiting", "end", "dead", "here", Flag.LOSE_ONE, -1, True),
)
TRANSITION_IDS = tuple(t[0] for t in _T)
N_T = len(_T)
_BRANCHES = {
    "rest": ("settles", "rested"), "shelter": ("settles", "left_bed"),
    "office": ("gives_up", "bored"), "decision": ("refused", "granted"),
    "removal": ("flown_home",), "home_again": ("again", "gives_up"),
    "crossing": ("surrenders", "hides"), "us_custody": ("released", "sent_back"),
    "caravan": ("seized", "leaves"),
}  # fmt: skip
_HARMS = {
    "rest": ("robbed_waiting", "taken", "dies_waiting"),
    "shelter": ("robbed_waiting", "flees", "dies_waiting"),
    "office": ("robbed_waiting", "papers_taken", "taken", "dies_waiting"),
    "removal": ("dies_waiting",),
    "home_again": (),
    "caravan": ("papers_taken", "flees", "dies_waiting"),
}
SLOTS = Slots(
    tuple(
        (STAYS.index(stay), [t[0] for t in _T].index(harm))
        for stay, harms in _HARMS.items()
        for harm in harms
    ),
    tuple(3.0 + i % 2 for i in range(sum(map(len, _HARMS.values())))),
)
"""What strikes those who stay, in the order of the stays."""
PARAMETERS = {
    "repeat_window_days": 365.0, "alpha_cost": 0.8, "beta_time": 0.12, "gamma_capture": 2.8,
    "delta_harm": 1.0, "poor_cost_factor": 2.0, "smuggler_price_slope": 1.0,
    "belief_prior_capture": 0.05, "belief_prior_harm": 0.02, "belief_cap": 0.9,
    "belief_half_life_weeks": 6.0, "belief_delay_weeks": 1.0, "border_half_life_weeks": 6.0,
    "release_reference_weeks": 26.0, "mu_place": 1.0, "nest_scale": 0.65,
    "turn_back_slope": 1.0, "demand_release_elasticity": 0.2,
    "boarding_speed_half_kmh": 20.0, "boarding_speed_scale_kmh": 4.0,
    **{f"constant_{m}": 0.0 for m in MODES},
}  # fmt: skip


def _machine(n_places: int, limited: bool) -> cm.Machine:
    code = {t: i for i, t in enumerate(TRANSITION_IDS)}
    states = (*(f"travel_{m}" for m in MODES), *STAYS, *ENDS)
    goals = {
        "continue": Goal.CONTINUE, "stay": Goal.STAY, "end": Goal.END, "remain": Goal.REMAIN,
    }  # fmt: skip
    target = [
        STAYS.index(t[2]) if t[1] == "stay" else states.index(t[2]) if t[1] == "end" else -1
        for t in _T
    ]
    where = np.full((N_T, n_places), HERE, np.int32)
    for i, t in enumerate(_T):
        if t[3] == "home":
            where[i] = HOME
    flat: list[int] = []
    ptr = [0]
    for stay in STAYS:
        flat += [code[b] for b in _BRANCHES[stay]]
        ptr.append(len(flat))
    facility = np.full((len(STAYS), n_places), -1, np.int32)
    if limited:
        facility[STAYS.index("shelter")] = 0
        facility[STAYS.index("shelter"), 2:3] = OUT_OF_REACH
        facility[STAYS.index("removal")] = 2
    facility[STAYS.index("office")] = 1
    stays = np.arange(len(MODES), len(MODES) + len(STAYS))
    cell = stays[:, None] * n_places + np.where(facility == 0, 1, np.arange(n_places))
    overflow = np.full(len(STAYS), -1, np.int32)
    overflow[STAYS.index("shelter")] = code["no_bed"]
    overflow[STAYS.index("removal")] = code["no_seat"]
    overflow[STAYS.index("caravan")] = code["none_here"]
    served = np.full(len(STAYS), -1, np.int32)
    served[STAYS.index("office")] = STAYS.index("decision")
    zero = np.array([s in ("decision", "crossing") for s in STAYS], np.uint8)
    release = np.zeros(N_T, np.uint8)
    release[code["released"]] = 1
    match = np.full(len(STAYS), -1, np.int32)
    match[STAYS.index("rest")] = code["stopped"]
    return cm.Machine(
        stay_state=np.arange(len(MODES), len(MODES) + len(STAYS), dtype=np.int32),
        stay_zero=zero,
        stay_queue=np.array([s == "office" for s in STAYS], np.uint8),
        stay_served=served,
        stay_overflow=overflow,
        stay_facility=facility,
        stay_match=match,
        stay_cell=cell.astype(np.int32),
        stay_distribution=np.array([3, 3, 2, 0, 1, 3, 0, 1, 3], np.int32),
        stay_spread=np.full(len(STAYS), 2.5),
        branch_ptr=np.array(ptr, np.int32),
        branch_transition=np.array(flat, np.int32),
        rest_branch=np.tile(np.array(ptr[1:], np.int32) - 1, (3, 1)),
        goal=np.array([goals[t[1]] for t in _T], np.int32),
        target=np.array(target, np.int32),
        where=where,
        flags=np.array([int(t[4]) for t in _T], np.int32),
        grant=np.array([t[5] for t in _T], np.int32),
        event_people=np.array([t[6] for t in _T], np.uint8),
        action_transition=np.array(
            [code["rest_here"], code["ask_bed"], code["file"], code["joins"]], np.int32
        ),
        action_needs_no_papers=np.array([0, 0, 1, 0], np.uint8),
        turn_back=0,
        stuck=code["stuck"],
        cause_transition=np.array([code["stopped"], code["robbed"], code["died"]], np.int32),
        crossing_stay=STAYS.index("crossing"),
        rest_state=len(MODES) + STAYS.index("rest"),
        dead_state=states.index("dead"),
        n_states=len(states),
        release=release,
        custody_stay=STAYS.index("us_custody"),
        caravan_stay=STAYS.index("caravan"),
    )
