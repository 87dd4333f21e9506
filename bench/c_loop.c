/* The reduced corridor as one would write it by hand: one loop over the days, a bucket of parties
 * for each day to come, and counts. bench/reduced.py says what it is; the fields of World are those
 * of bench/c_loop.py, in the same order. */

#include <stdint.h>
#include <stdlib.h>

enum { RESTS, GOES_ON, GIVES_UP, SETTLES, ARRIVES, EVENTS };
enum { LEG, STAY, START };
enum { ORIGIN = 1, GUIDED = 2, SIZE = 3, CHOOSE = 5, OUTCOME = 9, DURATION = 10 };
enum { TICKS = 96, MORNING = 32, RING = 1024, PER_HOP = 16, HOPS = 4, SIZES = 16 };

typedef struct {
    uint64_t key;
    uint16_t where; /* leg or place */
    uint16_t cohort;
    uint8_t size, tick, guided, status;
} Party;

typedef struct {
    Party *rows;
    int64_t n, room;
} Bucket;

typedef struct {
    uint64_t key;
    int64_t generator, days, cohorts, places, legs, regions, origins, cells;
    const int64_t *day_ptr;
    const uint64_t *born;
    const int32_t *cohort;
    const int64_t *origin_cum;
    const int32_t *origin_place;
    const int64_t *size_cum;
    const uint32_t *guided;
    const int32_t *out_ptr, *leg_to, *leg_cell, *leg_ticks;
    const uint32_t *choice;
    const int32_t *region, *rest_cell, *end_cell;
    const uint32_t *outcome;
    const uint16_t *wait;
    int64_t *events, *events_daily, *flows, *departed;
    int32_t *people, *parties;
    int64_t records;
} World;

typedef struct {
    World *w;
    Bucket *ring;
    int64_t day;
    uint64_t keys[HOPS * PER_HOP];
    int64_t *daily;
    int32_t *people, *parties;
    int failed;
} Day;

static inline uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint64_t philox(uint64_t key, uint64_t day, uint64_t slot, uint64_t party) {
    uint64_t c0 = (uint32_t)party, c1 = party >> 32, c2 = (uint32_t)day, c3 = slot;
    uint64_t k0 = (uint32_t)key, k1 = key >> 32;
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = 0xD2511F53u * c0, p1 = 0xCD9E8D57u * c2;
        c0 = (p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 = (uint32_t)(k0 + 0x9E3779B9u);
        k1 = (uint32_t)(k1 + 0xBB67AE85u);
    }
    return (c0 << 32) | c1;
}

/* 31 bits of a party for a decision of the day. */
static inline int64_t draw(const Day *d, int philoxed, int slot, uint64_t party) {
    if (philoxed) return (int64_t)(philox(d->w->key, (uint64_t)d->day, (uint64_t)slot, party) >> 33);
    uint64_t key = d->keys[slot];
    return (int64_t)(mix(mix(key + party * 0x9E3779B97F4A7C15u) ^ key) >> 33);
}

static inline void count(Day *d, const Party *p, int event, int place) {
    World *w = d->w;
    int64_t *cell = w->events + (((int64_t)p->cohort * EVENTS + event) * w->places + place) * 2;
    cell[0] += p->size;
    cell[1] += 1;
    d->daily[event] += p->size;
}

static inline void enter(Day *d, const Party *p, int32_t cell) {
    d->people[cell] += p->size;
    d->parties[cell] += 1;
}

static inline void sleep_until(Day *d, Party *p, int64_t wake, int status, int where, int32_t cell) {
    Bucket *b = d->ring + wake % RING;
    enter(d, p, cell);
    p->status = (uint8_t)status;
    p->where = (uint16_t)where;
    if (b->n == b->room) {
        int64_t room = b->room ? 2 * b->room : 64;
        Party *rows = realloc(b->rows, (size_t)room * sizeof *rows);
        if (!rows) {
            d->failed = 1;
            return;
        }
        b->rows = rows;
        b->room = room;
    }
    b->rows[b->n++] = *p;
}

static inline void end(Day *d, const Party *p, int event, int place) {
    int which = event == GIVES_UP ? 0 : event == SETTLES ? 1 : 2;
    count(d, p, event, place);
    enter(d, p, d->w->end_cell[which * d->w->places + place]);
}

static inline void act(Day *d, int philoxed, Party p) {
    World *w = d->w;
    int hop = 0, place = p.where, leg = p.where;
    if (p.status == STAY) {
        const uint32_t *shares = w->outcome + ((int64_t)p.cohort * w->regions + w->region[place]) * 2;
        int64_t u = draw(d, philoxed, OUTCOME, p.key);
        if (u < shares[1]) {
            end(d, &p, u < shares[0] ? GIVES_UP : SETTLES, place);
            return;
        }
        count(d, &p, GOES_ON, place);
        hop = 1;
    }
    if (p.status != LEG) {
        const uint32_t *limits = w->choice + ((int64_t)p.cohort * 2 + p.guided) * w->legs;
        int last = w->out_ptr[place + 1];
        leg = w->out_ptr[place];
        if (leg == last || limits[last - 1] == 0) {
            end(d, &p, GIVES_UP, place);
            return;
        }
        int64_t u = draw(d, philoxed, hop * PER_HOP + CHOOSE, p.key);
        while (u >= limits[leg]) leg++;
        int64_t *flow = w->flows + ((int64_t)p.cohort * w->legs + leg) * 2;
        flow[0] += p.size;
        flow[1] += 1;
        hop++;
        int64_t arrival = p.tick + w->leg_ticks[leg];
        p.tick = (uint8_t)(arrival % TICKS);
        if (arrival >= TICKS) {
            sleep_until(d, &p, d->day + arrival / TICKS, LEG, leg, w->leg_cell[leg]);
            return;
        }
    }
    place = w->leg_to[leg];
    if (w->out_ptr[place] == w->out_ptr[place + 1]) {
        end(d, &p, ARRIVES, place);
        return;
    }
    count(d, &p, RESTS, place);
    int64_t u = draw(d, philoxed, (hop + 1) * PER_HOP + DURATION, p.key) >> 23;
    sleep_until(d, &p, d->day + w->wait[w->region[place] * 256 + u], STAY, place, w->rest_cell[place]);
}

static inline void set_out(Day *d, int philoxed, int64_t i) {
    World *w = d->w;
    int cohort = w->cohort[i], origin = 0, size = 1;
    Party p = {.key = w->born[i], .cohort = (uint16_t)cohort, .tick = MORNING, .status = START};
    int64_t u = draw(d, philoxed, ORIGIN, p.key);
    while (u >= w->origin_cum[cohort * w->origins + origin]) origin++;
    p.where = (uint16_t)w->origin_place[cohort * w->origins + origin];
    p.guided = draw(d, philoxed, GUIDED, p.key) < w->guided[cohort];
    u = draw(d, philoxed, SIZE, p.key);
    while (u >= w->size_cum[cohort * SIZES + size - 1]) size++;
    p.size = (uint8_t)size;
    w->departed[cohort * 2] += size;
    w->departed[cohort * 2 + 1] += 1;
    act(d, philoxed, p);
}

static inline void run_days(Day *d, int philoxed) {
    World *w = d->w;
    for (d->day = 0; d->day < w->days && !d->failed; d->day++) {
        uint64_t today = mix(w->key ^ ((uint64_t)d->day * 0xD1342543DE82EF95u));
        for (uint64_t slot = 0; slot < HOPS * PER_HOP; slot++)
            d->keys[slot] = mix(today + slot * 0xDA942042E4DD58B5u);
        d->daily = w->events_daily + d->day * EVENTS;
        d->people = w->people + d->day * w->cells;
        d->parties = w->parties + d->day * w->cells;
        Bucket *b = d->ring + d->day % RING;
        for (int64_t i = 0; i < b->n; i++) {
            const Party *p = b->rows + i;
            int32_t cell = p->status == LEG ? w->leg_cell[p->where] : w->rest_cell[p->where];
            d->people[cell] -= p->size;
            d->parties[cell] -= 1;
            act(d, philoxed, *p);
        }
        w->records += b->n + w->day_ptr[d->day + 1] - w->day_ptr[d->day];
        b->n = 0;
        for (int64_t i = w->day_ptr[d->day]; i < w->day_ptr[d->day + 1]; i++)
            set_out(d, philoxed, i);
    }
}

/* Simulates every day; 0, or 1 if memory ran out. */
int simulate(World *w) {
    Day d = {.w = w, .ring = calloc(RING, sizeof(Bucket))};
    if (!d.ring) return 1;
    if (w->generator)
        run_days(&d, 1);
    else
        run_days(&d, 0);
    for (int i = 0; i < RING; i++) free(d.ring[i].rows);
    free(d.ring);
    return d.failed;
}
