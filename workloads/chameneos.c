// chameneos.c - creatures that meet in pairs at one place.
//
// Each of `creatures` goroutines goes to the meeting place again and again: the
// first to come waits for the second, and both go on with each other's colour
// changed. After `meetings` meetings the place is closed. Everybody wants one lock,
// and every second visitor wakes the one before. (Chameneos, Kaiser and Pradat-
// Peyre, 2003.)
//
// `fairness` compares how often the creatures met others.
//
// Each meeting counts for two creatures, and none meets itself.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "fairness.h"
#include "report.h"

enum { CREATURES, MEETINGS };

static const struct wl_param params[] = {
	{"creatures", "1", "goroutines that meet", 2, 10000, {4, 10, 10}},
	{"meetings", "1", "in a round", 1, 100000000, {2000, 200000, 2000000}},
	{.name = NULL},
};

enum { COLOURS = 3 };

struct creature {
	struct place *place;
	struct dy_sema met; // a permit when its partner has come
	int colour;
	// Written by its goroutine, or under the lock by its partner.
	struct creature *partner;
	int partner_colour;
	// In this round; by its goroutine alone.
	uint64_t meetings, with_itself;
};

struct place {
	struct dy_mutex lock;
	struct creature *waiting; // NULL: nobody
	uint64_t left;            // meetings

	uint64_t meetings;
	size_t n;
	struct fairness fairness;
	struct creature creature[];
};

// complement is the colour that is neither, or the same if they are alike.
static int complement(int a, int b)
{
	return a == b ? a : COLOURS - a - b;
}

static void introduce(struct creature *a, struct creature *b)
{
	a->partner = b;
	a->partner_colour = b->colour;
	b->partner = a;
	b->partner_colour = a->colour;
}

// meet returns when the creature has met another; false when the place is closed.
static bool meet(struct creature *me)
{
	struct place *p = me->place;
	struct creature *other;

	dy_mutex_lock(&p->lock);
	other = p->waiting;
	if (p->left == 0) {
		dy_mutex_unlock(&p->lock);
		return false;
	}
	if (!other) {
		p->waiting = me;
		dy_mutex_unlock(&p->lock);
		dy_sema_acquire(&me->met);
		return me->partner != NULL;
	}
	introduce(me, other);
	p->waiting = NULL;
	p->left--;
	dy_mutex_unlock(&p->lock);
	dy_sema_release(&other->met);
	return true;
}

static void run_creature(void *arg)
{
	struct creature *me = arg;

	me->meetings = me->with_itself = 0;
	while (meet(me)) {
		me->meetings++;
		me->with_itself += me->partner == me;
		me->colour = complement(me->colour, me->partner_colour);
	}
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[CREATURES];
	struct place *p = calloc(1, sizeof(*p) + n * sizeof(p->creature[0]));

	if (!p)
		return report_error(r, -ENOMEM, "no memory for %zu creatures", n);
	p->n = n;
	p->meetings = (uint64_t)r->param[MEETINGS];
	for (size_t i = 0; i < n; i++)
		p->creature[i].place = p;
	r->state = p;
	return 0;
}

// The last meeting leaves nobody waiting, so that no creature stays behind: who
// waits is met, and left only falls when somebody is.
static void play(struct wl_run *r)
{
	struct place *p = r->state;

	p->left = p->meetings;
	for (size_t i = 0; i < p->n; i++)
		p->creature[i].colour = (int)(i % COLOURS);
	crew_run(run_creature, p->creature, p->n, sizeof(p->creature[0]));
	r->ops = p->meetings;
	for (size_t i = 0; i < p->n && !r->warm_up; i++)
		fairness_add(&p->fairness, (double)p->creature[i].meetings);
	fairness_end(&p->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct place *p = r->state;
	uint64_t meetings = 0, with_itself = 0;

	for (size_t i = 0; i < p->n; i++) {
		meetings += p->creature[i].meetings;
		with_itself += p->creature[i].with_itself;
	}
	if (meetings == 2 * p->meetings && with_itself == 0)
		return true;
	return report_wrong(r,
	                    "the creatures met %" PRIu64
	                    " times, of that themselves %" PRIu64
	                    "; right is %" PRIu64 " and 0",
	                    meetings, with_itself, 2 * p->meetings);
}

static void finish(struct wl_run *r)
{
	const struct place *p = r->state;

	fairness_report(&p->fairness, r);
	report_free(r);
}

const struct workload wl_chameneos = {
	.name = "chameneos",
	.summary = "creatures that meet in pairs at one place",
	.shows = "one contended meeting point where every other visitor wakes one",
	.op = "meeting",
	.fairness = "how often the creatures met",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
