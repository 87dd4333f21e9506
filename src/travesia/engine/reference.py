"""The same model in slow plain Python: the oracle that the kernels must match to the bit.

One object per party, one loop over all parties every day, dictionaries for counts, Python's own
integers for random numbers. Only the host (today's tables) is shared. Nothing here is fast and
nothing is clever; when kernel and oracle disagree, read this one first.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from travesia import rng
from travesia.engine.beliefs import Published
from travesia.engine.crowd import Asked, Crowd, beds_of
from travesia.engine.host import CASE_UNITS, Host
from travesia.engine.places import kept
from travesia.engine.tables import Today
from travesia.model.compiled import N_RISK_CLASSES, CompiledModel, risk_class
from travesia.model.layout import HOME, MAX_ATTEMPTS, OUT_OF_REACH, Flag, Goal
from travesia.rng import MAX_HOPS

MORNING_TICK = 32


@dataclass(slots=True)
class Party:
    """Somebody on the way."""

    key: int
    cohort: int
    size: int = 1
    tick: int = MORNING_TICK
    status: str = "start"
    """``leg`` (arrives), ``stay`` (its stay ends), ``start`` (goes on), ``enter`` (asks again)."""
    place: int = 0
    leg: int = -1
    stay: int = -1
    due: int = -1
    began: int = 0
    ends: int = 0
    """Days on which its stay began and will end."""
    harm: bool = False
    """On the day when it is due something may strike; its stay need not end."""
    cell: tuple[int, int] | None = None
    """State and place in which it is counted while it sleeps."""
    guided: int = 0
    poor: int = 0
    surrender: int = 0
    enrolled: int = 0
    paper: int = 0
    expiry: int = 0
    attempts: int = 0
    encounter: int = 0
    home: int = 0
    waits_at: int = -1
    """Facility in whose queue it waits."""
    group: int = -1
    """Caravan with which it walks."""
    bed: int = -1
    """Facility of which it holds a place."""
    order: int = -1
    """Transition to which a recall sends it instead of a branch of its stay."""
    fate: str = "due"
    struck: int = -1
    """What strikes those who stay today, or -1."""


@dataclass(slots=True)
class OracleResult:
    """Counts of the oracle, keyed by codes."""

    events: Counter[tuple[int, int, int, int]] = field(default_factory=Counter)
    """(month, transition, place, cohort) -> people."""
    event_parties: Counter[tuple[int, int, int, int]] = field(default_factory=Counter)
    flows: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    """(month, leg, cohort) -> people."""
    repeats: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    boarding_failed: Counter[tuple[int, int]] = field(default_factory=Counter)
    departures: Counter[tuple[int, int]] = field(default_factory=Counter)
    stay_hits: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    """(month, harm of a stay, place) -> people."""
    accidents: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    """Day, number of the accident, leg or stock cell, dead drawn, people there."""
    stocks: list[Counter[tuple[int, int]]] = field(default_factory=list)
    """For every day (state, place) -> people."""
    stocks_monthly: Counter[tuple[int, int, int, int, int]] = field(default_factory=Counter)
    """(month, state, stay or -1, place, cohort) -> people, at the end of the month."""
    occupied: list[list[int]] = field(default_factory=list)
    waiting: list[list[int]] = field(default_factory=list)


class Oracle:
    """Simulates a compiled model party by party. See :func:`run_reference`."""

    def __init__(self, model: CompiledModel, seed: int, replicate: int, generator: int) -> None:
        self.model = model
        self.host = Host(model, seed, replicate)
        self.generator = generator
        self.out = OracleResult()
        self.parties: list[Party] = []
        n = model.names
        self.flows = np.zeros((len(n.legs), len(n.cohorts)), np.int64)
        self.exposed = np.zeros((N_RISK_CLASSES, len(n.legs)), np.int64)
        self.hits = np.zeros((len(n.legs), len(n.causes), len(n.groups)), np.int64)
        self.custody = np.zeros((2, len(n.cohorts), len(n.sectors)), np.int64)
        n_f = max(1, len(n.facilities))
        self.occupied = [0] * n_f
        self.debt = [0] * n_f
        self.queues: dict[int, list[Party]] = {}
        self.queue_debt: dict[int, list[int]] = {}
        self.rest: dict[int, int] = {}
        self.crowd = Crowd(model, self.host.key) if model.sample < 1.0 else None
        self.ended: Counter[tuple[int, int]] = Counter()
        self.entered = np.zeros(len(n.legs), np.int64)
        self.leg_accident: dict[int, tuple[int, int]] = {}
        """Chance of each person and cause, on legs with an accident today."""
        self.day = 0
        self.month = 0
        self.daily = np.zeros(len(n.transitions), np.int64)
        self.stock = np.zeros(model.n_cells, np.int64)
        self.today: Today = self.host.update(0, self.published())

    def published(self) -> Published:
        """Running totals up to now."""
        return Published(
            self.flows.copy(), self.exposed.copy(), self.hits.copy(), self.custody.copy()
        )

    # -- random numbers ------------------------------------------------------------------------

    def draw(self, party: int, hop: int, decision: int) -> int:
        """31 random bits of a party for a decision at a hop of today."""
        if self.generator:
            slot = hop * rng.N_DECISIONS + decision
            return rng.philox_draw(self.host.key, self.day, slot, party) >> 33
        return rng.draw(rng.decision_key(self.host.key, self.day, hop, decision), party) >> 33

    @staticmethod
    def pick(thresholds: list[int], u: int) -> int:
        """First position whose cumulative threshold lies above ``u``, else the last one."""
        for i, limit in enumerate(thresholds):
            if u < limit:
                return i
        return len(thresholds) - 1

    # -- the day -------------------------------------------------------------------------------

    def run_day(self, day: int) -> None:
        """Simulate one day."""
        model = self.model
        self.day, self.month = day, int(model.month_of_day[day])
        turned = bool(model.controls) and day > 0 and self.host.heed(day, self.daily, self.stock)
        self.daily = np.zeros(len(model.names.transitions), np.int64)
        if day > 0 and (turned or self.host.is_table_day(day)):
            self.today = self.host.update(day, self.published())
        self.host.open(day)
        for p in self.parties:  # caravans walk on with everybody in them
            if p.status == "stay" and p.group >= 0:
                p.place = int(model.caravans[p.group, day])
        for recall in model.recalls:
            if recall.day == day:
                if self.crowd:
                    self.crowd.leave(beds_of(model, recall), recall.share)
                for p in self.parties:
                    here = p.status == "stay" and p.stay == recall.stay
                    here = here and (p.due > day or (p.due == day and p.harm))
                    if here and recall.places[p.place] and recall.cohorts[p.cohort]:
                        limit = int(recall.share * (1 << 31))
                        if self.draw(p.key, 0, rng.Decision.RECALL) < limit:
                            p.due, p.harm = day, False
                            p.order = recall.order
        if model.accidents and day > 0:
            self.accidents()
        acting = [p for p in self.parties if p.due == day]
        born = self.departures()
        self.parties += born
        claims: list[Party] = []
        for party in acting:
            party.fate = "due"
            self.wake(party)
        for party in acting + born:
            if self.act(party, 0):
                claims.append(party)
        for party in self.allocate(claims):
            self.act(party, rng.MAX_HOPS)
        self.parties = [p for p in self.parties if p.size > 0]
        stock: Counter[tuple[int, int]] = Counter(self.ended)
        for p in self.parties:
            assert p.cell is not None
            state, place = (p.cell[0], p.place) if p.group >= 0 else p.cell
            stock[state, place] += p.size
            if day + 1 == model.n_days or self.month != model.month_of_day[day + 1]:
                stay = p.stay if p.status == "stay" else -1
                who = (self.month, state, stay, place, p.cohort)
                self.out.stocks_monthly[who] += p.size
        self.out.stocks.append(stock)
        self.stock[:] = 0
        for (state, place), people in stock.items():
            self.stock[state * model.n_places + place] = people
        self.out.occupied.append(list(self.occupied))
        self.out.waiting.append(
            [sum(p.size for p in self.queues.get(f, [])) for f in range(len(self.occupied))]
        )

    def accidents(self) -> None:
        """Rare events strike some of those who stay, and set today's chances on legs."""
        model, entered = self.model, self.flows.sum(1)
        moved, self.entered = entered - self.entered, entered
        self.leg_accident = {}
        for number, a in enumerate(model.accidents):
            if not a.start <= self.day < a.end:
                continue
            for i, target in enumerate(a.targets.tolist()):
                people = float((moved if a.cause >= 0 else self.stock)[target]) / model.sample
                lots = []
                for decision in (rng.Decision.ACCIDENT_HAPPENS, rng.Decision.ACCIDENT_TOLL):
                    key = rng.decision_key(self.host.key, self.day, 0, decision)
                    lots.append(rng.unit(rng.draw(key, int(a.key[i]))))
                if lots[0] >= 1.0 - math.exp(-a.rate * people / 1000.0):
                    continue
                tail = a.least**-a.exponent
                tail -= lots[1] * (tail - (a.most + 1) ** -a.exponent)
                dead = max(1, min(int(tail ** (-1.0 / a.exponent)), a.most, int(people)))
                self.out.accidents.append((self.day, number, target, dead, int(people)))
                chance = int(min(1.0, dead / people) * (1 << 31))
                if a.cause >= 0:
                    self.leg_accident[target] = (chance, a.cause)
                    continue
                for stay, places in a.stays[i]:
                    for p in self.parties:
                        there = p.status == "stay" and p.stay == stay and places[p.place]
                        if not there or p.order >= 0 or p.due < self.day:
                            continue
                        if self.draw(p.key, 0, rng.Decision.ACCIDENT) < chance * p.size:
                            if p.due == self.day and not p.harm:
                                p.ends = self.day
                            p.due, p.harm, p.order = self.day, True, a.transition

    def departures(self) -> list[Party]:
        """Parties that set out today."""
        c = self.model.cohorts
        born = []
        count_key = rng.decision_key(self.host.key, self.day, 0, rng.Decision.COUNT)
        for cohort, cohort_key in enumerate(int(k) for k in c.key):
            rate = float(self.host.parties_per_day[cohort])
            number = int(rate + rng.unit(rng.draw(count_key, cohort_key)))
            for ordinal in range(number):
                party = Party(rng.party_key(cohort_key, self.day, ordinal), cohort)
                u = self.draw(party.key, 0, rng.Decision.ORIGIN)
                origin = self.pick(c.origin_cum[cohort].tolist(), u)
                party.home = party.place = int(c.origin_place[cohort, origin])
                u = self.draw(party.key, 0, rng.Decision.GUIDED)
                party.guided = int(u < self.today.guided[cohort])
                u = self.draw(party.key, 0, rng.Decision.SIZE)
                party.size = 1 + self.pick(c.size_cum[cohort].tolist(), u)
                self.out.departures[(self.month, cohort)] += party.size
                born.append(party)
        return born

    def wake(self, party: Party) -> None:
        """A party whose day has come leaves its bed, its queue or its caravan.

        Unless something strikes, or nothing does, and its stay goes on.
        """
        party.struck = -1
        if party.harm and self.stays_on(party):
            return
        party.group = -1
        if party.status == "stay":
            if party.waits_at >= 0:
                self.queues[party.waits_at].remove(party)
                party.waits_at = -1
            elif party.bed >= 0:
                self.occupied[party.bed] -= party.size
                party.bed = -1

    def stays_on(self, party: Party) -> bool:
        """Whether a party goes on staying after what strikes it today, if anything does."""
        m, harms = self.model.machine, self.model.stay_harms
        if party.order >= 0:  # an accident
            party.struck, party.order = party.order, -1
            some = party.ends > self.day and party.size > 1
            if some and party.bed >= 0:
                self.occupied[party.bed] -= 1
            return some
        since = self.day - party.began
        bound = int(harms.bound[harms.kind[party.stay, party.place], since])
        u = self.draw(party.key, 0, rng.Decision.HARM) * bound >> 31
        goes_on = party.ends > self.day
        for h in range(int(harms.ptr[party.stay]), int(harms.ptr[party.stay + 1])):
            first = int(self.today.harm_first[party.cohort, party.place, h])
            rate = int(self.today.harm_rate[party.cohort, party.place, h])
            rate += first * int(harms.shape[h, since]) >> 31
            transition = int(harms.transition[h])
            one = bool(m.event_people[transition])
            rate *= party.size if one else 1
            if u < rate:
                party.struck = transition
                where = int(m.stay_cell[party.stay, party.place]) % self.model.n_places
                self.out.stay_hits[(self.month, h, where)] += 1 if one else party.size
                if one and party.size > 1:
                    if goes_on and party.bed >= 0:
                        self.occupied[party.bed] -= 1
                    return goes_on
                return goes_on and int(m.goal[transition]) == Goal.REMAIN
            u -= rate
        return goes_on

    def legal(self, party: Party) -> int:
        """1 if the party holds papers that are valid today where it is."""
        valid = party.paper > 0 and party.expiry > self.day
        return int(valid and self.today.paper_valid[party.paper, party.place] == 1)

    def sleep(self, party: Party, due: int) -> None:
        """Sleep until ``due``, counted where the party is."""
        m = self.model.machine
        party.due = due
        if party.status == "leg":
            cell = int(self.model.graph.leg_cell[party.leg])
            party.cell = (cell // self.model.n_places, cell % self.model.n_places)
        elif party.status == "stay":
            cell = int(m.stay_cell[party.stay, party.place])
            party.cell = (cell // self.model.n_places, cell % self.model.n_places)
        else:
            party.cell = (m.rest_state, party.place)

    def act(self, party: Party, first_hop: int) -> bool:
        """Let a party act. Returns True if it asks for a limited place."""
        m = self.model.machine
        hop = first_hop
        pending = -1
        actions_open = False
        if party.fate == "admitted":
            self.begin_stay(party, hop)
            return False
        if party.fate == "due" and party.harm:
            hop += 1
            pending = party.struck
            if pending < 0:
                party.harm = False
                if party.ends > self.day:
                    self.go_on_staying(party, hop)
                    return False
        if party.fate == "refused":
            pending = int(m.stay_overflow[party.stay])
        elif party.fate == "served":
            party.stay = int(m.stay_served[party.stay])
            party.status = "enter"
            if party.bed >= 0:
                self.begin_stay(party, hop)
                return False
        elif party.order >= 0:
            pending, party.order = party.order, -1
        while True:
            if pending < 0:
                if hop >= first_hop + MAX_HOPS:
                    self.sleep(party, self.day + 1)
                    return False
                if party.status == "leg":
                    pending = self.end_leg(party, hop)
                    hop += 1
                    if pending < 0:
                        pending = int(self.model.graph.place_arrival[party.place])
                        party.status = "start"
                        actions_open = True
                        if pending < 0:
                            continue
                elif party.status == "stay":
                    pending = self.outcome(party, hop)
                    hop += 1
                elif party.status == "enter":
                    if m.stay_zero[party.stay]:
                        party.status = "stay"
                        continue
                    if party.stay == m.caravan_stay:
                        party.group = self.caravan_here(party.place)
                        if party.group < 0:
                            pending = int(m.stay_overflow[party.stay])
                            continue
                    if m.stay_facility[party.stay, party.place] == OUT_OF_REACH:
                        pending = int(m.stay_overflow[party.stay])
                        continue
                    if m.stay_facility[party.stay, party.place] >= 0:
                        if first_hop > 0:
                            self.sleep(party, self.day + 1)
                            return False
                        return True
                    self.begin_stay(party, hop)
                    return False
                else:
                    if actions_open:
                        actions_open = False
                        pending = self.action(party, hop)
                        if pending >= 0:
                            hop += 1
                    if pending < 0:
                        leg = self.choose(party, hop)
                        if leg == "wait":
                            self.sleep(party, self.day + 1)
                            return False
                        hop += 1
                        if leg == "go":
                            if party.due > self.day:
                                return False
                            continue
                        at_end = int(self.model.graph.place_arrival[party.place])
                        pending = at_end if leg == "arrived" else m.stuck
            remains = self.execute(party, pending)
            pending = -1
            actions_open = False
            if party.size == 0:
                return False
            if remains and party.ends > self.day:
                self.go_on_staying(party, hop)
                return False

    def caravan_here(self, place: int) -> int:
        """The latest caravan at a place today, or -1."""
        tomorrow = min(self.day + 1, self.model.n_days - 1)
        return max(
            (
                g
                for g, walk in enumerate(self.model.caravans.tolist())
                if walk[self.day] == place and walk[tomorrow] >= 0
            ),
            default=-1,
        )

    def begin_stay(self, party: Party, hop: int) -> None:
        """Start the clock of a stay."""
        u = self.draw(party.key, hop, rng.Decision.DURATION) >> 23
        party.status = "stay"
        party.began, party.ends = self.day, self.day + self.days(party, u)
        self.go_on_staying(party, hop)

    def go_on_staying(self, party: Party, hop: int) -> None:
        """Sleep until the stay ends, or until a day before on which something may strike."""
        harms = self.model.stay_harms
        kind = int(harms.kind[party.stay, party.place])
        due = party.ends
        party.harm = False
        if kind >= 0:
            hazard = harms.hazard[kind].tolist()
            u = rng.exponential(self.draw(party.key, hop, rng.Decision.NEXT_HARM))
            u += hazard[self.day - party.began]
            for day in range(self.day + 1, party.ends + 1):
                if u <= hazard[day - party.began]:
                    due, party.harm = day, True
                    break
        self.sleep(party, due)

    def days(self, party: Party, u: int) -> int:
        """Length of a stay at a quantile of its clock."""
        region = int(self.model.graph.place_region[party.place])
        return int(self.today.duration[self.today.clock[party.stay, region], u])

    def end_leg(self, party: Party, hop: int) -> int:
        """Arrive at the end of a leg. Returns the transition of what struck, or -1."""
        model, m = self.model, self.model.machine
        leg = party.leg
        party.place = int(model.graph.leg_to[leg])
        row = risk_class(
            int(model.cohorts.profile[party.cohort]),
            party.guided,
            self.legal(party),
            party.surrender,
            party.poor,
        )
        self.exposed[row, leg] += party.size
        u = self.draw(party.key, hop, rng.Decision.RISK)
        chance, accident = self.leg_accident.get(leg, (0, -1))
        if chance and self.draw(party.key, hop, rng.Decision.ACCIDENT) < chance * party.size:
            cause = accident
        elif u >= self.today.risk_total[row, leg]:
            return -1
        else:
            cause = self.pick(self.today.risk_cause[row, leg].tolist(), u)
        shield = int(self.today.paper_shield[party.paper]) if self.legal(party) else 0
        if (
            shield
            and model.risk.is_stop[cause]
            and self.draw(party.key, hop, rng.Decision.PAPERS) < shield
        ):
            return -1
        transition = int(m.cause_transition[cause])
        struck = 1 if m.event_people[transition] else party.size
        self.hits[leg, cause, model.cohorts.group[party.cohort]] += struck
        return transition

    def outcome(self, party: Party, hop: int) -> int:
        """Draw how a stay ends."""
        m = self.model.machine
        lo, hi = int(m.branch_ptr[party.stay]), int(m.branch_ptr[party.stay + 1])
        region = int(self.model.graph.place_region[party.place])
        match = int(self.today.match[party.cohort, party.stay, region])
        if (
            party.enrolled
            and match
            and not self.legal(party)
            and self.draw(party.key, hop, rng.Decision.MATCH) < match
        ):
            return int(m.stay_match[party.stay])
        u = self.draw(party.key, hop, rng.Decision.OUTCOME)
        row = self.today.outcome[party.cohort, region, lo:hi].tolist()
        return int(m.branch_transition[lo + self.pick(row, u)])

    def action(self, party: Party, hop: int) -> int:
        """Draw what a party does on arrival. Returns a transition, or -1 to go on."""
        m = self.model.machine
        row = self.today.action[party.cohort * 2 + self.legal(party), party.place].tolist()
        u = self.draw(party.key, hop, rng.Decision.ACTION)
        for action, limit in enumerate(row):
            if u < limit:
                return int(m.action_transition[action])
        return -1

    def choose(self, party: Party, hop: int) -> str:
        """Choose and enter a leg: ``go``, ``wait`` (could not board), ``arrived`` or ``stuck``."""
        g, m = self.model.graph, self.model.machine
        lo, hi = int(g.out_ptr[party.place]), int(g.out_ptr[party.place + 1])
        row = ((party.cohort * 2 + party.guided) * 2 + self.legal(party)) * 2 + party.poor
        limits = self.today.choice[row, lo:hi].tolist()
        if not limits and g.place_arrival[party.place] >= 0:
            return "arrived"
        if not limits or limits[-1] == 0:
            return "stuck"
        leg = lo + self.pick(limits, self.draw(party.key, hop, rng.Decision.LEG))
        fails = int(self.today.boarding[leg])
        if fails and self.draw(party.key, hop, rng.Decision.BOARDING) < fails:
            self.out.boarding_failed[(self.month, leg)] += party.size
            party.status = "start"
            return "wait"
        if g.leg_crossing[leg]:
            stay = m.crossing_stay
            b_lo, b_hi = int(m.branch_ptr[stay]), int(m.branch_ptr[stay + 1])
            u = self.draw(party.key, hop, rng.Decision.CROSSING)
            limits = self.today.outcome[party.cohort, int(g.leg_region[leg]), b_lo:b_hi].tolist()
            how = int(m.branch_transition[b_lo + self.pick(limits, u)])
            party.surrender = int(bool(int(m.flags[how]) & Flag.SURRENDER))
            self.count(how, party.place, party.cohort, party.size)
        self.out.flows[(self.month, leg, party.cohort)] += party.size
        self.flows[leg, party.cohort] += party.size
        ticks = party.tick + int(self.today.leg_ticks[leg])
        party.status, party.leg, party.tick = "leg", leg, ticks % 96
        party.due = self.day
        if ticks >= 96:
            self.sleep(party, self.day + ticks // 96)
        return "go"

    def count(self, transition: int, place: int, cohort: int, people: int) -> None:
        """Tally a transition."""
        self.out.events[(self.month, transition, place, cohort)] += people
        self.out.event_parties[(self.month, transition, place, cohort)] += 1
        self.daily[transition] += people
        m, sector = self.model.machine, int(self.model.graph.place_sector[place])
        lo, hi = m.branch_ptr[m.custody_stay], m.branch_ptr[m.custody_stay + 1]
        if sector >= 0 and transition in m.branch_transition[lo:hi]:
            self.custody[0, cohort, sector] += people
            if m.release[transition]:
                self.custody[1, cohort, sector] += people

    def execute(self, party: Party, transition: int) -> bool:
        """A transition happens to a party where it is. Returns whether its stay goes on."""
        m = self.model.machine
        flags = int(m.flags[transition])
        one = bool(m.event_people[transition])
        self.count(transition, party.place, party.cohort, 1 if one else party.size)
        if flags & Flag.POOR:
            party.poor = 1
        if flags & Flag.NOT_POOR:
            party.poor = 0
        if flags & Flag.GUIDED:
            party.guided = 1
        if flags & Flag.NOT_GUIDED:
            party.guided = 0
        if flags & Flag.ENROLLED:
            party.enrolled = 1
        if flags & Flag.ATTEMPT:
            party.attempts = min(party.attempts + 1, MAX_ATTEMPTS)
        if flags & Flag.NO_PAPERS:
            party.paper = party.expiry = 0
        if flags & Flag.ENCOUNTER:
            window = int(self.model.parameters["repeat_window_days"])
            if party.encounter and self.day + 1 - party.encounter <= window:
                self.out.repeats[(self.month, party.place, party.cohort)] += party.size
            party.encounter = self.day + 1
        if m.grant[transition] >= 0:
            party.paper = int(m.grant[transition])
            party.expiry = min(self.day + int(self.today.paper_days[transition]), 0xFFFF)
        if flags & Flag.PARTED:
            self.part(party)
        goal = int(m.goal[transition])
        state = int(m.target[transition])
        if one:
            if goal == Goal.END:
                self.ended[(state, party.place)] += 1
            party.size -= 1
            if party.size == 0:
                return False
            goal = Goal.REMAIN if party.harm else Goal.CONTINUE
        party.harm = False
        if goal == Goal.REMAIN:
            return True
        whither = int(m.where[transition, party.place])
        if whither == HOME:
            party.place = party.home
        elif whither >= 0:
            party.place = whither
        if goal == Goal.END:
            self.ended[(state, party.place)] += party.size
            party.size = 0
        elif goal == Goal.STAY:
            party.stay, party.status = state, "enter"
        else:
            party.status = "start"
        return False

    def part(self, family: Party) -> None:
        """The children of a family stay behind, as a party of their own."""
        adult, child = (int(c) for c in self.model.cohorts.parted[family.cohort])
        if family.size == 1 or adult < 0:
            return
        left = replace(
            family,
            key=rng.mix64(family.key ^ rng.PARTED_KEY),
            cohort=child,
            size=family.size - 1,
            status="stay",
            stay=self.model.machine.alone_stay,
            guided=0,
            surrender=0,
            group=-1,
            harm=False,
            began=self.day,
        )
        u = self.draw(left.key, 0, rng.Decision.DURATION) >> 23
        left.ends = self.day + max(1, self.days(left, u))
        self.sleep(left, left.ends)
        self.parties.append(left)
        family.size, family.cohort = 1, adult

    # -- limited places ------------------------------------------------------------------------

    def allocate(self, claims: list[Party]) -> list[Party]:
        """Give places to those who ask; returns the parties that act again today."""
        m, model = self.model.machine, self.model
        capacity = [int(c) for c in self.host.capacity]
        service = [bool(s) for s in model.facilities.service]
        for f, is_service in enumerate(service):
            if is_service:
                self.occupied[f] = 0
        by_facility: dict[int, list[Party]] = {}
        for p in claims:
            by_facility.setdefault(int(m.stay_facility[p.stay, p.place]), []).append(p)
        priority = rng.decision_key(self.host.key, self.day, 0, rng.Decision.PRIORITY)
        share, line = self.shares(by_facility)
        acting: list[Party] = []
        for f, is_service in enumerate(service):
            asked = sorted(by_facility.get(f, []), key=lambda p: (rng.draw(priority, p.key), p.key))
            direct = [p for p in asked if not m.stay_queue[p.stay]]
            budget = capacity[f] - (self.debt[f] if is_service else self.occupied[f] * CASE_UNITS)
            total = given = 0
            for p in direct:
                total += p.size * CASE_UNITS
                if self.crowd:
                    fits = rng.unit(rng.draw(priority, p.key)) < share[f]
                elif is_service:
                    fits = total - p.size * CASE_UNITS < budget
                else:
                    fits = total <= budget
                p.fate = "admitted" if fits else "refused"
                if fits:
                    given += p.size
                    p.bed = -1 if is_service else f
            if is_service:
                self.debt[f] = max(0, self.debt[f] + given * CASE_UNITS - capacity[f])
            self.occupied[f] += given
            acting += direct
            for p in asked:
                if m.stay_queue[p.stay]:
                    p.fate, p.waits_at = "admitted", f
                    self.queues.setdefault(f, []).append(p)
                    self.queue_debt.setdefault(f, [0, 0])
                    acting.append(p)
        for p in acting:  # those who join a queue start the clock of their patience
            if p.waits_at >= 0:
                self.act(p, rng.MAX_HOPS)
        acting = [p for p in acting if p.waits_at < 0]
        for f in sorted(self.queues):
            acting += self.serve(f, capacity[f], line[f] if self.crowd else None)
        return acting

    def shares(self, claims: dict[int, list[Party]]) -> tuple[list[float], list[float]]:
        """In a sample: the share given a place at each facility, and the crowd that waits."""
        if self.crowd is None:
            return [], []
        n = len(self.model.names.facilities)
        counts = np.zeros((4, 2 * n))
        for f, asked in claims.items():
            for p in asked:
                region = int(self.model.graph.place_region[p.place])
                nights = float(self.host.nights[p.stay, region])
                door = f + n * int(self.model.machine.stay_queue[p.stay])
                counts[:, door] += (1, p.size, p.size**2, p.size * nights)
        share, line = self.crowd.serve(self.day, Asked(*counts), self.host.whole)
        return share.tolist(), line.tolist()

    def to_beds(self, f: int, capacity: int) -> list[Party]:
        """Give the free beds to those who wait for one, by turn."""
        served: list[Party] = []
        while self.queues[f] and capacity > self.occupied[f] * CASE_UNITS:
            party = self.queues[f].pop(0)
            party.fate, party.waits_at, party.bed = "served", -1, f
            self.occupied[f] += party.size
            served.append(party)
        return served

    def serve(self, f: int, capacity: int, crowd: float | None) -> list[Party]:
        """Serve a queue with today's cases, by turn and by lot."""
        if not self.model.facilities.service[f]:
            return self.to_beds(f, capacity)
        lottery = round(float(self.model.facilities.lottery[f]) * CASE_UNITS)
        by_lot = capacity * lottery + self.rest.get(f, 0)
        if self.crowd:
            self.rest[f] = by_lot % CASE_UNITS
        by_lot //= CASE_UNITS
        most = (0, 0)
        if crowd is not None:
            if self.host.whole[f] <= 0.0:
                self.queue_debt[f] = [max(0, d) for d in self.queue_debt[f]]
            elif crowd <= 0.0:
                people = sum(p.size for p in self.queues[f])
                self.queue_debt[f] = [-CASE_UNITS * people, 0]
            most = kept(self.model.sample * crowd, lottery)
        lot = rng.decision_key(self.host.key, self.day, 0, rng.Decision.LOTTERY)
        served: list[Party] = []
        for kind, cases in enumerate((capacity - by_lot, by_lot)):
            budget = cases - self.queue_debt[f][kind]
            line = list(self.queues[f])
            if kind == 1:
                line.sort(key=lambda p: (rng.draw(lot, p.key), p.key))
            used = 0
            for p in line:
                if used >= budget:
                    break
                used += p.size * CASE_UNITS
                p.fate, p.waits_at = "served", -1
                self.queues[f].remove(p)
                served.append(p)
            self.queue_debt[f][kind] = max(-most[kind], used - budget)
        return served


def run_reference(
    model: CompiledModel,
    seed: int = 0,
    *,
    replicate: int = 0,
    generator: int = 0,
    days: int | None = None,
) -> OracleResult:
    """Simulate a compiled model in plain Python, for ``days`` days (default: all)."""
    oracle = Oracle(model, seed, replicate, generator)
    for day in range(model.n_days if days is None else days):
        oracle.run_day(day)
    return oracle.out
