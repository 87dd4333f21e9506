"""The day kernel: what happens to the parties whose day has come. Integers only.

``take`` empties today's bucket of the calendar, with those who set out, into a work list;
``process`` lets every party on a work list act until it sleeps, asks for a limited place, or ends.
The same kernel runs twice a day: on those who are due or set out, and on those who were given or
refused a place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from travesia import rng
from travesia.calendar import TICKS_PER_DAY
from travesia.engine.draws import draw31, exponential, mix64, sample31
from travesia.engine.tables import BLOCK, Calendar, Outbox, Static, Tally, Today
from travesia.model import layout as lay
from travesia.model.jit import compiled

U64 = np.uint64
I64 = np.int64
RING = lay.RING_DAYS
MAX_HOPS = rng.MAX_HOPS
ND = rng.N_DECISIONS
D_ORIGIN, D_GUIDED, D_SIZE = (
    int(rng.Decision.ORIGIN), int(rng.Decision.GUIDED), int(rng.Decision.SIZE),
)  # fmt: skip
D_ACTION, D_LEG, D_BOARDING = (
    int(rng.Decision.ACTION), int(rng.Decision.LEG), int(rng.Decision.BOARDING),
)  # fmt: skip
D_CROSSING, D_RISK, D_OUTCOME, D_DURATION = (
    int(rng.Decision.CROSSING), int(rng.Decision.RISK), int(rng.Decision.OUTCOME),
    int(rng.Decision.DURATION),
)  # fmt: skip
D_RECALL, D_MATCH, D_PAPERS = (
    int(rng.Decision.RECALL), int(rng.Decision.MATCH), int(rng.Decision.PAPERS),
)  # fmt: skip
D_NEXT_HARM, D_HARM, D_ACCIDENT = (
    int(rng.Decision.NEXT_HARM), int(rng.Decision.HARM), int(rng.Decision.ACCIDENT),
)  # fmt: skip
LEG, STAY, START, ENTER = (int(s) for s in lay.Status)
DUE, BORN, ADMITTED, REFUSED, SERVED = (int(e) for e in lay.Entry)
CONTINUE, TO_STAY, END, REMAIN = (int(g) for g in lay.Goal)
WAITS, W_POOR, W_UNGUIDED, W_NO_PAPERS = (int(w) for w in lay.Waits)
LOST_ONE = 1 << lay.LOST_AT
(F_POOR, F_NOT_POOR, F_GUIDED, F_NOT_GUIDED, F_ENROLLED, F_ATTEMPT, F_ENCOUNTER, F_LOSE_ONE,
 F_NO_PAPERS, F_SURRENDER, F_COVERT, F_PARTED) = (int(f) for f in lay.Flag)  # fmt: skip
HOME, OUT_OF_REACH = lay.HOME, lay.OUT_OF_REACH
LAST = TICKS_PER_DAY - 1
STATUS_AT, STAY_AT, COHORT_AT, SIZE_AT = (
    U64(lay.STATUS_AT), U64(lay.STAY_AT), U64(lay.COHORT_AT), U64(lay.SIZE_AT),
)  # fmt: skip
TICK_AT, ATTEMPT_AT, GUIDED_AT, POOR_AT = (
    U64(lay.TICK_AT), U64(lay.ATTEMPT_AT), U64(lay.GUIDED_AT), U64(lay.POOR_AT),
)  # fmt: skip
SURRENDER_AT, ENROLLED_AT, PAPER_AT = (
    U64(lay.SURRENDER_AT), U64(lay.ENROLLED_AT), U64(lay.PAPER_AT),
)  # fmt: skip
PARTED_KEY = U64(rng.PARTED_KEY)
M1, M2, M3, M4, M7, M8, M10, M11, M12, M16, M20 = (
    U64((1 << b) - 1) for b in (1, 2, 3, 4, 7, 8, 10, 11, 12, 16, 20)
)
GROUP_AT, HARM_AT, BEGAN_AT, ENDS_AT = (
    U64(lay.GROUP_AT), U64(lay.HARM_AT), U64(lay.BEGAN_AT), U64(lay.ENDS_AT),
)  # fmt: skip
S16, S32, S48 = U64(16), U64(32), U64(48)


@compiled
def due_count(calendar: Calendar, slot: int) -> int:
    """How many records lie in a day bucket."""
    n = 0
    block = calendar.head[slot]
    while block >= 0:
        n += calendar.fill[slot] if calendar.chain[block] < 0 else BLOCK
        block = calendar.chain[block]
    return n


@compiled
def take(
    calendar: Calendar,
    slot: int,
    work: Any,
    entry: Any,
    born: Any,
    cohorts: Any,
    first: Any,
    counts: Any,
) -> int:
    """Fill ``work`` [n, words] with a day bucket and with those who set out; frees the bucket.

    Ordered by cohort and by what the party is about to do, so that a cohort's rows of the tables
    stay in the cache (no result depends on the order). ``born`` are keys of parties of
    ``cohorts``, ``first`` the second word of a new party, ``counts`` scratch for the sorting.
    Returns n.
    """
    counts[:] = 0
    block = calendar.head[slot]
    while block >= 0:
        after = calendar.chain[block]
        size = calendar.fill[slot] if after < 0 else BLOCK
        for i in range(size):
            counts[_kind(calendar.pool[block, i, 1])] += 1
        block = after
    for i in range(len(born)):
        counts[_kind(first | (U64(cohorts[i]) << COHORT_AT))] += 1
    n = 0
    for kind in range(len(counts)):
        size = counts[kind]
        counts[kind] = n
        n += size
    block = calendar.head[slot]
    while block >= 0:
        after = calendar.chain[block]
        size = calendar.fill[slot] if after < 0 else BLOCK
        for i in range(size):
            kind = _kind(calendar.pool[block, i, 1])
            at = counts[kind]
            counts[kind] = at + 1
            for w in range(lay.WORDS):
                work[at, w] = calendar.pool[block, i, w]
            entry[at] = DUE
        calendar.chain[block] = calendar.free[0]
        calendar.free[0] = block
        calendar.free[1] += 1
        block = after
    calendar.head[slot] = -1
    calendar.tail[slot] = -1
    calendar.fill[slot] = 0
    for i in range(len(born)):
        w1 = first | (U64(cohorts[i]) << COHORT_AT)
        kind = _kind(w1)
        at = counts[kind]
        counts[kind] = at + 1
        work[at, 0] = born[i]
        work[at, 1] = w1
        work[at, 2] = U64(0)
        work[at, 3] = U64(0)
        entry[at] = BORN
    return n


@njit(inline="always")
def _kind(w1: Any) -> Any:
    """Cohort and status of a record, as a number to sort by."""
    return I64(((w1 >> COHORT_AT) & M12) * U64(4) + ((w1 >> STATUS_AT) & M2))


@njit
def push(calendar: Calendar, slot: int, w0: Any, w1: Any, w2: Any, w3: Any) -> None:
    """Append a record to a day bucket. The caller has made sure that a block is free."""
    block = calendar.tail[slot]
    if block < 0 or calendar.fill[slot] == BLOCK:
        fresh = I64(calendar.free[0])
        calendar.free[0] = calendar.chain[fresh]
        calendar.free[1] -= 1
        calendar.chain[fresh] = -1
        if block < 0:
            calendar.head[slot] = fresh
        else:
            calendar.chain[block] = fresh
        calendar.tail[slot] = fresh
        calendar.fill[slot] = 0
        block = fresh
    i = calendar.fill[slot]
    calendar.pool[block, i, 0] = w0
    calendar.pool[block, i, 1] = w1
    calendar.pool[block, i, 2] = w2
    calendar.pool[block, i, 3] = w3
    calendar.fill[slot] = i + 1


@compiled
def process(
    work: Any,
    entry: Any,
    n_work: int,
    day: int,
    keys: Any,
    first_hop: int,
    sample: int,
    alive: Any,
    s: Static,
    t: Today,
    c: Calendar,
    y: Tally,
    out: Outbox,
) -> None:
    """Let ``n_work`` records act.

    ``entry`` says why each is here (:class:`travesia.model.layout.Entry`); ``keys`` are the
    decision keys of the day; ``alive`` says which queue tickets still wait; parties whose sample
    bits lie below ``sample`` are logged.
    """
    n_places = I64(len(s.place_region))
    n_legs = I64(len(s.leg_to))
    stuck, crossing_stay, rest_state = s.scalars[0], s.scalars[1], s.scalars[2]
    window, generator, caravan_stay = s.scalars[3], s.scalars[4], s.scalars[5]
    alone_stay = s.scalars[6]
    n_actions = I64(len(s.action_transition))
    n_claims, n_log, n_moves = y.counters[0], y.counters[1], I64(0)
    n_parted = I64(0)
    for item in range(n_work):
        key, w1, w2, w3 = work[item, 0], work[item, 1], work[item, 2], work[item, 3]
        index = I64(w1 & M20)
        status = I64((w1 >> STATUS_AT) & M2)
        stay = I64((w1 >> STAY_AT) & M8)
        cohort = I64((w1 >> COHORT_AT) & M12)
        size = I64((w1 >> SIZE_AT) & M4)
        tick = I64((w1 >> TICK_AT) & M7)
        attempts = I64((w1 >> ATTEMPT_AT) & M4)
        guided = I64((w1 >> GUIDED_AT) & M1)
        poor = I64((w1 >> POOR_AT) & M1)
        surrender = I64((w1 >> SURRENDER_AT) & M1)
        enrolled = I64((w1 >> ENROLLED_AT) & M1)
        paper = I64((w1 >> PAPER_AT) & M3)
        expiry = I64(w2 & M16)
        encounter = I64((w2 >> S16) & M16)
        departed = I64((w2 >> S32) & M16)
        home = I64((w2 >> S48) & M16)
        ticket = I64(w3 & U64(0xFFFFFFFF))
        group = I64((w3 >> GROUP_AT) & M11)
        harm = I64((w3 >> HARM_AT) & M1)
        began = I64((w3 >> BEGAN_AT) & M10)
        ends = I64((w3 >> ENDS_AT) & M10)
        why = I64(entry[item])
        logged = sample31(key) < sample
        hop = I64(first_hop)
        actions_open = False
        place = index
        transition = I64(-1)
        wake = I64(-1)
        left = I64(0)
        # 1. Where the party wakes up.
        if why == DUE:
            if size == 0:
                continue  # emptied by a recall
            if status == LEG:
                cell = s.leg_cell[index]
            elif status == STAY:
                if stay == caravan_stay:
                    place = I64(t.caravan_place[group])
                    y.caravan[group, 0] -= size
                    y.caravan[group, 1] -= 1
                cell = I64(s.stay_cell[stay, place])
                if s.stay_queue[stay] == 1 and alive[ticket] == 0:
                    continue  # served before: this is only the shadow of its patience
                gone = size
                if harm == 1:  # a day on which something may strike, by today's rates
                    since = (day - began) % RING
                    left = (ends - day) % RING
                    u, h = I64(0), I64(s.harm_ptr[stay + 1])
                    if s.stay_queue[stay] == 0 and ticket > 0:  # an accident strikes one of them
                        transition = ticket - 1
                        if left > 0 and size > 1:
                            gone = I64(1)
                    else:
                        u = draw31(keys, D_HARM, key, generator)
                        u = u * s.harm_bound[s.harm_kind[stay, place], since] >> 31
                        h = I64(s.harm_ptr[stay])
                    while h < s.harm_ptr[stay + 1] and transition < 0:
                        tr = s.harm_transition[h]
                        rate = I64(t.harm_first[cohort, place, h]) * s.harm_shape[h, since] >> 31
                        rate += I64(t.harm_rate[cohort, place, h])
                        if s.event_people[tr] == 1:
                            rate *= size
                        if u < rate:
                            transition = I64(tr)
                            one = s.event_people[tr] == 1
                            y.stay_hits[h, cell % n_places] += 1 if one else size
                            if left > 0 and one and size > 1:
                                gone = I64(1)
                            elif left > 0 and s.goal[tr] == REMAIN:
                                gone = I64(0)
                        u -= rate
                        h += 1
                    hop += 1
                    if transition < 0:
                        harm = I64(0)
                        if left > 0:
                            gone = I64(0)
                            wake = I64(day + left)
                f = s.stay_facility[stay, place]
                if s.stay_queue[stay] == 1:
                    if gone == size:
                        alive[ticket] = 0
                        ticket = I64(0)
                    y.left_queue[f] += gone
                else:
                    if transition < 0:
                        transition = ticket - 1  # of those whom a recall orders away
                    ticket = I64(0)
                    if f >= 0 and s.bed[f] == 1:
                        y.freed[f] += gone
            else:
                cell = rest_state * n_places + place
            y.stock[cell, 0] -= size
            y.stock[cell, 1] -= 1
        elif why == SERVED:
            cell = I64(s.stay_cell[stay, place])
            y.stock[cell, 0] -= size
            y.stock[cell, 1] -= 1
            if s.bed[s.stay_facility[stay, place]] == 1:
                why = I64(ADMITTED)  # what it waited for is a bed, and the bed is its own
            stay = I64(s.stay_served[stay])
            status = I64(ENTER)
            ticket = I64(0)
        elif why == BORN:
            u = draw31(keys, D_ORIGIN, key, generator)
            o = 0
            while u >= s.origin_cum[cohort, o]:
                o += 1
            home = I64(s.origin_place[cohort, o])
            place = home
            guided = I64(1 if draw31(keys, D_GUIDED, key, generator) < t.guided[cohort] else 0)
            u = draw31(keys, D_SIZE, key, generator)
            size = I64(1)
            while u >= s.size_cum[cohort, size - 1]:
                size += 1
            status = I64(START)
            departed = I64(day)
            y.departed[cohort, 0] += size
            y.departed[cohort, 1] += 1
        elif why == ADMITTED:
            status = I64(-1)
        else:
            transition = I64(s.stay_overflow[stay])
        # 2. It acts until it sleeps, asks for a place, or its journey ends.
        if why == ADMITTED:
            u = draw31(keys, hop * ND + D_DURATION, key, generator) >> 23
            wake = I64(day + t.duration[t.clock[stay, s.place_region[place]], u])
            status = I64(STAY)
            began = I64(day)
        while wake < 0:
            if transition < 0:
                if hop >= first_hop + MAX_HOPS:
                    wake = I64(day + 1)
                    break
                base = hop * ND
                if status == LEG:
                    leg = index
                    place = I64(s.leg_to[leg])
                    legal = I64(
                        1 if paper > 0 and expiry > day and t.paper_valid[paper, place] == 1 else 0
                    )
                    rc = s.profile[cohort] * 2 + guided
                    rc = ((rc * 2 + legal) * 2 + surrender) * 2 + poor
                    y.exposed[rc, leg] += size
                    u = draw31(keys, base + D_RISK, key, generator)
                    hop += 1
                    k = I64(-1)
                    if (
                        t.leg_accident[leg] > 0
                        and draw31(keys, base + D_ACCIDENT, key, generator)
                        < I64(t.leg_accident[leg]) * size
                    ):
                        k = I64(t.leg_cause[leg])
                    elif u < t.risk_total[rc, leg]:
                        k = I64(0)
                        while u >= t.risk_cause[rc, leg, k]:
                            k += 1
                        if (
                            legal == 1
                            and s.cause_stop[k] == 1
                            and t.paper_shield[paper] > 0
                            and draw31(keys, base + D_PAPERS, key, generator)
                            < t.paper_shield[paper]
                        ):
                            k = I64(-1)
                    if k >= 0:
                        transition = I64(s.cause_transition[k])
                        struck = I64(1) if s.event_people[transition] == 1 else size
                        y.hits[leg, k, s.group[cohort]] += struck
                    else:
                        transition = I64(s.place_arrival[place])
                        actions_open = True
                        status = I64(START)
                        if transition < 0:
                            continue
                elif status == STAY:
                    b = s.branch_ptr[stay]
                    last = s.branch_ptr[stay + 1] - 1
                    region = s.place_region[place]
                    if (
                        enrolled == 1
                        and t.match[cohort, stay, region] > 0
                        and (paper == 0 or expiry <= day or t.paper_valid[paper, place] == 0)
                        and draw31(keys, base + D_MATCH, key, generator)
                        < t.match[cohort, stay, region]
                    ):
                        transition = I64(s.stay_match[stay])
                        hop += 1
                        continue
                    u = I64(0)
                    if b < last:
                        u = draw31(keys, base + D_OUTCOME, key, generator)
                    hop += 1
                    while b < last and u >= t.outcome[cohort, region, b]:
                        b += 1
                    transition = I64(s.branch_transition[b])
                elif status == ENTER:
                    if s.stay_zero[stay] == 1:
                        status = I64(STAY)
                        continue
                    if stay == caravan_stay:
                        group = I64(t.caravan_here[place])
                        if group < 0:  # none is here
                            group = I64(0)
                            transition = I64(s.stay_overflow[stay])
                            continue
                    f = I64(s.stay_facility[stay, place])
                    if f == OUT_OF_REACH:
                        transition = I64(s.stay_overflow[stay])
                        continue
                    if f >= 0:
                        if first_hop > 0:  # places are given once a day: ask tomorrow
                            wake = I64(day + 1)
                        break
                    u = draw31(keys, base + D_DURATION, key, generator) >> 23
                    wake = I64(day + t.duration[t.clock[stay, s.place_region[place]], u])
                    status = I64(STAY)
                    began = I64(day)
                    break
                else:  # START: an action at the place, or the next leg
                    legal = I64(
                        1 if paper > 0 and expiry > day and t.paper_valid[paper, place] == 1 else 0
                    )
                    if actions_open:
                        actions_open = False
                        u = draw31(keys, base + D_ACTION, key, generator)
                        row = cohort * 2 + legal
                        if n_actions > 0 and u < t.action[row, place, n_actions - 1]:
                            a = 0
                            while u >= t.action[row, place, a]:
                                a += 1
                            transition = I64(s.action_transition[a])
                            hop += 1
                    if transition < 0:
                        lo, hi = s.out_ptr[place], s.out_ptr[place + 1]
                        row = ((cohort * 2 + guided) * 2 + legal) * 2 + poor
                        if hi == lo and s.place_arrival[place] >= 0:
                            # Harmed on the last leg, but beyond the line: the way ends here.
                            transition = I64(s.place_arrival[place])
                            hop += 1
                        elif hi == lo or t.choice[row, hi - 1] == 0:
                            transition = I64(stuck)
                            hop += 1
                        else:
                            u = draw31(keys, base + D_LEG, key, generator)
                            leg = I64(lo)
                            while u >= t.choice[row, leg]:
                                leg += 1
                            if t.boarding[leg] > 0 and (
                                draw31(keys, base + D_BOARDING, key, generator) < t.boarding[leg]
                            ):
                                y.boarding_failed[leg] += size
                                wake = I64(day + 1)
                                break
                            if s.leg_crossing[leg] == 1:
                                u = draw31(keys, base + D_CROSSING, key, generator)
                                b = s.branch_ptr[crossing_stay]
                                last = s.branch_ptr[crossing_stay + 1] - 1
                                region = s.leg_region[leg]
                                while b < last and u >= t.outcome[cohort, region, b]:
                                    b += 1
                                how = s.branch_transition[b]
                                surrender = I64(1 if (s.flags[how] & F_SURRENDER) != 0 else 0)
                                y.events[cohort, how, place, 0] += size
                                y.events[cohort, how, place, 1] += 1
                                y.event_days[how] += size
                            y.flows[cohort, leg, 0] += size
                            y.flows[cohort, leg, 1] += 1
                            n_moves += 1
                            if logged and n_log == len(out.log_key):
                                y.counters[3] += 1
                            elif logged:
                                out.log_key[n_log] = key
                                out.log[n_log, 0] = day * TICKS_PER_DAY + tick
                                out.log[n_log, 1] = hop
                                out.log[n_log, 2] = leg
                                out.log[n_log, 3] = place
                                out.log[n_log, 4] = size * 4096 + cohort
                                n_log += 1
                            arrival = tick + t.leg_ticks[leg]
                            index = leg
                            status = I64(LEG)
                            tick = arrival % TICKS_PER_DAY
                            if arrival >= TICKS_PER_DAY:
                                wake = I64(day + arrival // TICKS_PER_DAY)
                            hop += 1
                            continue
            # 3. A transition happens at ``place``.
            tr = transition
            transition = I64(-1)
            flags = s.flags[tr]
            one = s.event_people[tr] == 1
            counted = I64(1) if one else size
            y.events[cohort, tr, place, 0] += counted
            y.events[cohort, tr, place, 1] += 1
            y.event_days[tr] += counted
            n_moves += 1
            if logged and n_log == len(out.log_key):
                y.counters[3] += 1
            elif logged:
                out.log_key[n_log] = key
                out.log[n_log, 0] = day * TICKS_PER_DAY + tick
                out.log[n_log, 1] = hop
                out.log[n_log, 2] = n_legs + tr
                out.log[n_log, 3] = place
                out.log[n_log, 4] = counted * 4096 + cohort
                n_log += 1
            if flags != 0:
                if flags & F_POOR:
                    poor = I64(1)
                if flags & F_NOT_POOR:
                    poor = I64(0)
                if flags & F_GUIDED:
                    guided = I64(1)
                if flags & F_NOT_GUIDED:
                    guided = I64(0)
                if flags & F_ENROLLED:
                    enrolled = I64(1)
                if flags & F_ATTEMPT:
                    attempts = min(attempts + 1, I64(lay.MAX_ATTEMPTS))
                if flags & F_NO_PAPERS:
                    paper = I64(0)
                    expiry = I64(0)
                if flags & F_ENCOUNTER:
                    if encounter > 0 and day + 1 - encounter <= window:
                        y.repeats[place, cohort] += size
                    encounter = I64(day + 1)
            if s.grant[tr] >= 0:
                paper = I64(s.grant[tr])
                expiry = min(I64(day + t.paper_days[tr]), I64(0xFFFF))
            if flags & F_PARTED and size > 1 and s.parted[cohort, 0] >= 0:
                # The children stay behind for at least a day; the adult goes on alone.
                child = mix64(key ^ PARTED_KEY)
                u = draw31(keys, D_DURATION, child, generator) >> 23
                days = t.duration[t.clock[alone_stay, s.place_region[place]], u]
                out.parted[n_parted, 0] = child
                out.parted[n_parted, 1] = (
                    U64(place)
                    | (U64(STAY) << STATUS_AT)
                    | (U64(alone_stay) << STAY_AT)
                    | (U64(s.parted[cohort, 1]) << COHORT_AT)
                    | (U64(size - 1) << SIZE_AT)
                    | (U64(tick) << TICK_AT)
                    | (U64(attempts) << ATTEMPT_AT)
                    | (U64(poor) << POOR_AT)
                    | (U64(enrolled) << ENROLLED_AT)
                    | (U64(paper) << PAPER_AT)
                )
                out.parted[n_parted, 2] = (
                    U64(expiry) | (U64(encounter) << S16) | (U64(departed) << S32)
                    | (U64(home) << S48)
                )  # fmt: skip
                out.parted_wake[n_parted] = day + max(I64(1), I64(days))
                out.parted[n_parted, 3] = U64(day % RING) << BEGAN_AT
                out.parted[n_parted, 3] |= U64(out.parted_wake[n_parted] % RING) << ENDS_AT
                n_parted += 1
                cell = I64(s.stay_cell[alone_stay, place])
                y.stock[cell, 0] += size - 1
                y.stock[cell, 1] += 1
                size = I64(1)
                cohort = I64(s.parted[cohort, 0])
            goal = s.goal[tr]
            if one or flags & F_LOSE_ONE:
                cell = s.target[tr] * n_places + place
                if goal == END:
                    y.stock[cell, 0] += 1
                size -= 1
                if size == 0:
                    if goal == END:
                        y.stock[cell, 1] += 1
                    break
                # The rest of the family goes on, or on waiting.
                goal = I64(REMAIN if harm == 1 else CONTINUE)
            if goal == REMAIN:
                harm = I64(0)
                if left == 0:
                    continue  # its stay ends today all the same
                wake = I64(day + left)
                if s.stay_queue[stay] == 1:  # the queue's copy must hear of it
                    told = WAITS + W_POOR * poor + W_UNGUIDED * (1 - guided)
                    told += W_NO_PAPERS if paper == 0 else 0
                    told += I64(alive[ticket]) // LOST_ONE * LOST_ONE
                    alive[ticket] = told + (LOST_ONE if one else 0)
                break
            harm = I64(0)
            whither = s.where[tr, place]
            if whither >= 0:
                place = I64(whither)
            elif whither == HOME:
                place = home
            if goal == END:
                cell = s.target[tr] * n_places + place
                y.stock[cell, 0] += size
                y.stock[cell, 1] += 1
                size = I64(0)
                break
            if goal == TO_STAY:
                stay = I64(s.target[tr])
                status = I64(ENTER)
            else:
                status = I64(START)
            actions_open = False
        if size == 0:
            continue
        # 4. It sleeps, or asks for a place. Something may strike before its stay ends.
        if status == STAY and wake >= 0:
            ends = wake
            kind = I64(s.harm_kind[stay, place])
            if kind >= 0:
                since = (day - began) % RING
                u = draw31(keys, hop * ND + D_NEXT_HARM, key, generator)
                u = exponential(u, s.logarithms) + s.harm_hazard[kind, since]
                last = since + wake - day
                if u <= s.harm_hazard[kind, last]:
                    harm = I64(1)
                    lo = since + 1
                    while lo < last:
                        middle = (lo + last) // 2
                        if s.harm_hazard[kind, middle] >= u:
                            last = middle
                        else:
                            lo = middle + 1
                    wake = day + lo - since
        where = index if status == LEG else place
        w1 = (
            U64(where)
            | (U64(status) << STATUS_AT)
            | (U64(stay) << STAY_AT)
            | (U64(cohort) << COHORT_AT)
            | (U64(size) << SIZE_AT)
            | (U64(tick) << TICK_AT)
            | (U64(attempts) << ATTEMPT_AT)
            | (U64(guided) << GUIDED_AT)
            | (U64(poor) << POOR_AT)
            | (U64(surrender) << SURRENDER_AT)
            | (U64(enrolled) << ENROLLED_AT)
            | (U64(paper) << PAPER_AT)
        )
        w3 = (
            U64(ticket)
            | (U64(group) << GROUP_AT)
            | (U64(harm) << HARM_AT)
            | (U64(began % RING) << BEGAN_AT)
            | (U64(ends % RING) << ENDS_AT)
        )
        w2 = U64(expiry) | (U64(encounter) << S16) | (U64(departed) << S32) | (U64(home) << S48)
        if wake < 0:
            out.claims[n_claims, 0] = key
            out.claims[n_claims, 1] = w1
            out.claims[n_claims, 2] = w2
            out.claims[n_claims, 3] = w3
            out.claim_facility[n_claims] = s.stay_facility[stay, place]
            out.claim_stay[n_claims] = stay
            n_claims += 1
            continue
        if status == LEG:
            cell = s.leg_cell[index]
        elif status == STAY:
            cell = I64(s.stay_cell[stay, place])
            if stay == caravan_stay:
                y.caravan[group, 0] += size
                y.caravan[group, 1] += 1
        else:
            cell = rest_state * n_places + place
        y.stock[cell, 0] += size
        y.stock[cell, 1] += 1
        # As ``push`` does; written here because a call with the calendar's arrays costs two atomic
        # reference counts for each of them, a third of the kernel's time.
        slot = wake % RING
        block = I64(c.tail[slot])
        fill = I64(c.fill[slot])
        if block < 0 or fill == BLOCK:
            fresh = I64(c.free[0])
            c.free[0] = c.chain[fresh]
            c.free[1] -= 1
            # Without a branch between two arrays, which would count references again.
            c.chain[block if block >= 0 else fresh] = fresh
            c.chain[fresh] = -1
            c.head[slot] = fresh if block < 0 else I64(c.head[slot])
            c.tail[slot] = fresh
            fill = I64(0)
            block = fresh
        c.pool[block, fill, 0] = key
        c.pool[block, fill, 1] = w1
        c.pool[block, fill, 2] = w2
        c.pool[block, fill, 3] = w3
        c.fill[slot] = fill + 1
    y.counters[0] = n_claims
    y.counters[1] = n_log
    y.counters[2] += n_moves
    y.counters[4] = n_parted


@compiled
def push_parted(calendar: Calendar, parted: Any, wake: Any, n: int) -> None:
    """Put those who were parted from their families into the calendar."""
    for i in range(n):
        push(calendar, wake[i] % RING, parted[i, 0], parted[i, 1], parted[i, 2], parted[i, 3])


@compiled
def recall(
    c: Calendar,
    slot: int,
    stay: int,
    places: Any,
    cohorts: Any,
    caravan_place: Any,
    is_caravan: bool,
    keys: Any,
    limit: int,
    generator: int,
    order: int,
    work: Any,
) -> int:
    """Pull the records of a stay at some places, of some cohorts, out of all other buckets.

    Moves those whose draw lies below ``limit`` to the bucket ``slot``, to end their stay, with the
    transition that is to befall them in place of the ticket of a queue (``order``, -1 for a branch
    of the stay); ``work`` is scratch of at least as many rows, or of no rows to only count them.
    Returns how many they are. Rare (a programme ends, a camp is cleared), hence a plain sweep.
    """
    n = 0
    count_only = len(work) == 0
    for other in range(RING):
        block = c.head[other]
        while block >= 0:
            after = c.chain[block]
            size = c.fill[other] if after < 0 else BLOCK
            for i in range(size):
                w1 = c.pool[block, i, 1]
                if I64((w1 >> STATUS_AT) & M2) != STAY or I64((w1 >> STAY_AT) & M8) != stay:
                    continue
                place = I64(w1 & M20)
                if is_caravan:
                    place = I64(caravan_place[I64((c.pool[block, i, 3] >> GROUP_AT) & M11)])
                if (
                    place >= 0
                    and places[place]
                    and cohorts[I64((w1 >> COHORT_AT) & M12)]
                    and I64((w1 >> SIZE_AT) & M4) > 0
                    and draw31(keys, D_RECALL, c.pool[block, i, 0], generator) < limit
                ):
                    if other == slot:  # due today; no harm comes before the stay ends
                        w3 = c.pool[block, i, 3]
                        if order >= 0 and (w3 >> HARM_AT) & M1 == 1:
                            w3 = (w3 >> S32 << S32) | U64(order + 1)
                        c.pool[block, i, 3] = w3 & ~(M1 << HARM_AT)
                        continue
                    n += 1
                    if count_only:
                        continue
                    for w in range(lay.WORDS):
                        work[n - 1, w] = c.pool[block, i, w]
                    work[n - 1, 3] &= ~(M1 << HARM_AT)
                    if order >= 0:
                        work[n - 1, 3] = (work[n - 1, 3] >> S32 << S32) | U64(order + 1)
                    # An emptied record becomes a family of nobody, dropped when its day comes.
                    c.pool[block, i, 1] = w1 & ~(M4 << SIZE_AT)
            block = after
    for i in range(0 if count_only else n):
        push(c, slot, work[i, 0], work[i, 1], work[i, 2], work[i, 3])
    return n


@compiled
def strike(
    c: Calendar,
    day: int,
    stay: int,
    places: Any,
    caravan_place: Any,
    is_caravan: bool,
    keys: Any,
    chance: int,
    generator: int,
    order: int,
    work: Any,
) -> int:
    """Let an accident kill one person of some parties of a stay at some places; they wake today.

    Every person draws below ``chance`` at most once a party; ``order`` is the transition. Whom a
    policy orders away today is spared. ``work`` as in :func:`recall`. Returns how many are pulled
    out of other days.
    """
    n = 0
    slot = day % RING
    count_only = len(work) == 0
    for other in range(RING):
        block = c.head[other]
        while block >= 0:
            after = c.chain[block]
            size = c.fill[other] if after < 0 else BLOCK
            for i in range(size):
                w1, w3 = c.pool[block, i, 1], c.pool[block, i, 3]
                if I64((w1 >> STATUS_AT) & M2) != STAY or I64((w1 >> STAY_AT) & M8) != stay:
                    continue
                place = I64(w1 & M20)
                if is_caravan:
                    place = I64(caravan_place[I64((w3 >> GROUP_AT) & M11)])
                people = I64((w1 >> SIZE_AT) & M4)
                if (
                    place < 0
                    or not places[place]
                    or I64(w3 & U64(0xFFFFFFFF)) > 0
                    or draw31(keys, D_ACCIDENT, c.pool[block, i, 0], generator) >= chance * people
                ):
                    continue
                struck = (w3 >> S32 << S32) | U64(order + 1) | (M1 << HARM_AT)
                if other == slot:
                    if (w3 >> HARM_AT) & M1 == 0:  # its stay ends today in any case
                        struck = (struck & ~(M10 << ENDS_AT)) | (U64(slot) << ENDS_AT)
                    c.pool[block, i, 3] = struck
                    continue
                n += 1
                if count_only:
                    continue
                work[n - 1] = c.pool[block, i]
                work[n - 1, 3] = struck
                c.pool[block, i, 1] = w1 & ~(M4 << SIZE_AT)
            block = after
    for i in range(0 if count_only else n):
        push(c, slot, work[i, 0], work[i, 1], work[i, 2], work[i, 3])
    return n
