// fidelity_judge.c - the rules by which Dyno agrees with Go, or differs.
//
// Each measure has a tolerance: what a difference must exceed to matter. Every
// word comes from an interval at 95 % (bootstrap.h; the range, of fewer than 6
// values), and never from a median alone:
//
//	agrees     the whole interval lies within the tolerance
//	differs    the whole interval lies beyond it
//	undecided  neither, or fewer than 3 values on a side
//	unknown    one side does not tell it
//
// A measure differs if it does at one GOMAXPROCS, and agrees if it does at each;
// a workload likewise over its measures, of which unknown ones do not count.
//
//	shape         how the throughput changes from one GOMAXPROCS to another is
//	              the same within a factor of 1.25, for each two; it differs, too,
//	              when one curve is shown to rise by a tenth and the other to fall
//	              by as much. The level does not matter.
//	best P        where Dyno says that throughput is best, Go has at least 1/1.1
//	              of its own best
//	throughput    the level: within a factor of 1.5
//	p50, p99      within a factor of 2
//	threads       within 1, or a factor of 1.5
//	spinning, idle Ps        within 0.5, or a factor of 1.5
//	global and local queues  within 1, or a factor of 2
//
// A change between two GOMAXPROCS is compared by the ratios Dyno/Go there, which
// are independent: the interval of their quotient comes from the two intervals, on
// the logarithmic scale (Zou and Donner's MOVER), not from another bootstrap.
// The rank correlation, Kendall's tau-b, is shown and decides nothing: of 4 points
// it takes few values. Two points are tied in it unless they are shown to be a
// tenth apart, so that noise on a flat curve is no order.
#include "fidelity.h"

#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
#define SEED UINT64_C(0x44796e6f)
#define FLAT 1.1
#define SHAPE 1.25
#define REGRET 1.1

enum { LEAST = 3 };

enum kind { DERIVED, RATIO, COUNT, TOLD };

static const struct {
	enum kind kind;
	double factor, slack;
} rule[FIDELITY_MEASURES] = {
	[FIDELITY_SHAPE] = {DERIVED, SHAPE, 0},
	[FIDELITY_BEST_P] = {DERIVED, REGRET, 0},
	[FIDELITY_THROUGHPUT] = {RATIO, 1.5, 0},
	[FIDELITY_P50] = {RATIO, 2, 0},
	[FIDELITY_P99] = {RATIO, 2, 0},
	[FIDELITY_THREADS] = {COUNT, 1.5, 1},
	[FIDELITY_SPINNING] = {COUNT, 1.5, 0.5},
	[FIDELITY_IDLE_PS] = {COUNT, 1.5, 0.5},
	[FIDELITY_GLOBAL_QUEUE] = {COUNT, 2, 1},
	[FIDELITY_LOCAL_QUEUES] = {COUNT, 2, 1},
	[FIDELITY_STEALS] = {TOLD, 0, 0},
	[FIDELITY_HANDOFFS] = {TOLD, 0, 0},
};

// within says what an interval of a ratio comes to with a tolerance.
static enum fidelity_word within(struct bootstrap_interval i, double factor)
{
	if (i.low >= 1 / factor && i.high <= factor)
		return FIDELITY_AGREES;
	if (i.high < 1 / factor || i.low > factor)
		return FIDELITY_DIFFERS;
	return FIDELITY_UNDECIDED;
}

// both is the word of two things that are both asked for.
static enum fidelity_word both(enum fidelity_word a, enum fidelity_word b)
{
	static const enum fidelity_word order[] = {FIDELITY_DIFFERS,
	                                           FIDELITY_UNDECIDED,
	                                           FIDELITY_AGREES,
	                                           FIDELITY_UNKNOWN};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		if (a == order[i] || b == order[i])
			return order[i];
	}
	return FIDELITY_ABSENT;
}

static bool enough(const struct fidelity_sample *s)
{
	return s->n >= LEAST;
}

// has_ratio says whether a sample may stand in a ratio.
static bool has_ratio(const struct fidelity_sample *s)
{
	return enough(s) && s->value[0] > 0;
}

static struct bootstrap_interval ratio_of(const struct fidelity_sample *under,
                                          const struct fidelity_sample *over)
{
	return bootstrap_ratio(under->value, under->n, over->value, over->n,
	                       CONFIDENCE, SEED);
}

//---------------------------------------------------------------------------
// One measure at one GOMAXPROCS
//---------------------------------------------------------------------------

static enum fidelity_word judge_ratio(struct fidelity_cell *c, double factor)
{
	const struct fidelity_sample *dyno = &c->side[FIDELITY_DYNO];
	const struct fidelity_sample *go = &c->side[FIDELITY_GO];
	if (!has_ratio(dyno) || !has_ratio(go))
		return FIDELITY_UNDECIDED;
	c->ratio = dyno->median / go->median;
	c->ratio_interval = ratio_of(go, dyno);
	return within(c->ratio_interval, factor);
}

static bool near(double low, double high, double factor, double slack)
{
	return high - low <= slack || high <= factor * low;
}

// judge_count compares two intervals: they agree when the two values in them that
// are furthest apart, either way round, are near, and differ when not even the
// nearest are.
static enum fidelity_word judge_count(struct fidelity_cell *c, double factor,
                                      double slack)
{
	struct bootstrap_interval of[FIDELITY_SIDES];
	for (int s = 0; s < FIDELITY_SIDES; s++) {
		struct fidelity_sample *side = &c->side[s];
		if (!enough(side))
			return FIDELITY_UNDECIDED;
		side->interval = bootstrap_median(side->value, side->n,
		                                  CONFIDENCE, SEED);
		of[s] = side->interval;
	}
	if (near(of[0].low, of[1].high, factor, slack) &&
	    near(of[1].low, of[0].high, factor, slack))
		return FIDELITY_AGREES;
	if ((of[1].low > of[0].high &&
	     !near(of[0].high, of[1].low, factor, slack)) ||
	    (of[0].low > of[1].high &&
	     !near(of[1].high, of[0].low, factor, slack)))
		return FIDELITY_DIFFERS;
	return FIDELITY_UNDECIDED;
}

static void judge_cell(struct fidelity_cell *c, enum fidelity_measure m)
{
	c->ratio = NAN;
	for (int s = 0; s < FIDELITY_SIDES; s++) {
		struct fidelity_sample *side = &c->side[s];
		stats_sort(side->value, side->n);
		side->median = side->n ? stats_median(side->value, side->n) : NAN;
	}
	if (!c->side[0].n && !c->side[1].n)
		c->word = FIDELITY_ABSENT;
	else if (rule[m].kind == TOLD)
		c->word = FIDELITY_UNKNOWN;
	else if (rule[m].kind == RATIO)
		c->word = judge_ratio(c, rule[m].factor);
	else
		c->word = judge_count(c, rule[m].factor, rule[m].slack);
}

// judge_measure is one measure over all GOMAXPROCS. What only one side tells
// anywhere is unknown; what both tell is asked for at each.
static void judge_measure(struct fidelity_workload *w, enum fidelity_measure m)
{
	bool told[FIDELITY_SIDES] = {false};
	enum fidelity_word word = FIDELITY_ABSENT;
	for (size_t i = 0; i < w->n; i++) {
		judge_cell(&w->point[i].cell[m], m);
		for (int s = 0; s < FIDELITY_SIDES; s++)
			told[s] |= w->point[i].cell[m].side[s].n > 0;
		word = both(word, w->point[i].cell[m].word);
	}
	for (size_t i = 0; told[0] != told[1] && i < w->n; i++)
		w->point[i].cell[m].word = FIDELITY_UNKNOWN;
	w->word[m] = told[0] != told[1] ? FIDELITY_UNKNOWN : word;
}

//---------------------------------------------------------------------------
// The curve
//---------------------------------------------------------------------------

static struct fidelity_cell *throughput(struct fidelity_workload *w, size_t i)
{
	return &w->point[i].cell[FIDELITY_THROUGHPUT];
}

// change is the quotient of the ratios at b and at a, with its interval.
static double change(const struct fidelity_cell *a, const struct fidelity_cell *b,
                     struct bootstrap_interval *out)
{
	double low = hypot(log(b->ratio / b->ratio_interval.low),
	                   log(a->ratio_interval.high / a->ratio));
	double high = hypot(log(b->ratio_interval.high / b->ratio),
	                    log(a->ratio / a->ratio_interval.low));
	double quotient = b->ratio / a->ratio;
	*out = (struct bootstrap_interval){
		.low = quotient * exp(-low),
		.high = quotient * exp(high),
		.range = a->ratio_interval.range || b->ratio_interval.range,
	};
	return quotient;
}

// direction says whether a curve is shown to rise from a to b (1), or to fall.
static int direction(const struct fidelity_cell *a,
                     const struct fidelity_cell *b, enum fidelity_side s)
{
	struct bootstrap_interval i = ratio_of(&a->side[s], &b->side[s]);
	return (i.low > FLAT) - (i.high < 1 / FLAT);
}

// Pairs of points, by how the two curves order them.
struct pairs {
	long same, opposed, tied[FIDELITY_SIDES]; // tied in one of them alone
};

static enum fidelity_word judge_pair(const struct fidelity_cell *a,
                                     const struct fidelity_cell *b,
                                     struct pairs *p)
{
	int dyno = direction(a, b, FIDELITY_DYNO);
	int go = direction(a, b, FIDELITY_GO);
	struct bootstrap_interval i;
	p->same += dyno * go > 0;
	p->opposed += dyno * go < 0;
	p->tied[FIDELITY_DYNO] += !dyno && go;
	p->tied[FIDELITY_GO] += dyno && !go;
	change(a, b, &i);
	return dyno * go < 0 ? FIDELITY_DIFFERS : within(i, SHAPE);
}

static double tau_b(const struct pairs *p)
{
	double ordered = (double)(p->same + p->opposed);
	double all = (ordered + (double)p->tied[0]) *
	             (ordered + (double)p->tied[1]);
	return all > 0 ? (double)(p->same - p->opposed) / sqrt(all) : NAN;
}

// put_shape says of a point how far the throughput is from that at the first.
static void put_shape(struct fidelity_workload *w, size_t first, size_t i)
{
	const struct fidelity_cell *from = throughput(w, first);
	const struct fidelity_cell *to = throughput(w, i);
	struct fidelity_cell *c = &w->point[i].cell[FIDELITY_SHAPE];
	for (int s = 0; s < FIDELITY_SIDES; s++)
		c->side[s].median = to->side[s].median / from->side[s].median;
	c->ratio = change(from, to, &c->ratio_interval);
	c->word = i == first ? FIDELITY_AGREES : within(c->ratio_interval, SHAPE);
}

static void judge_shape(struct fidelity_workload *w)
{
	struct pairs pairs = {.same = 0};
	enum fidelity_word word = FIDELITY_ABSENT;
	size_t first = w->n;
	for (size_t i = 0; i < w->n; i++) {
		struct fidelity_cell *c = &w->point[i].cell[FIDELITY_SHAPE];
		c->ratio = c->side[0].median = c->side[1].median = NAN;
		c->word = FIDELITY_UNDECIDED;
		if (isnan(throughput(w, i)->ratio))
			continue;
		first = first < i ? first : i;
		put_shape(w, first, i);
		w->ranked++;
		for (size_t j = first; j < i; j++) {
			if (!isnan(throughput(w, j)->ratio))
				word = both(word, judge_pair(throughput(w, j),
				                             throughput(w, i),
				                             &pairs));
		}
	}
	w->tau = tau_b(&pairs);
	if (w->n > 1 && w->ranked < w->n)
		word = both(word, FIDELITY_UNDECIDED);
	w->word[FIDELITY_SHAPE] = word;
}

// best_of returns where a side has the most throughput, of the points that both
// have; n: nowhere.
static size_t best_of(struct fidelity_workload *w, enum fidelity_side s)
{
	size_t best = w->n;
	for (size_t i = 0; i < w->n; i++) {
		if (isnan(throughput(w, i)->ratio))
			continue;
		if (best == w->n || throughput(w, i)->side[s].median >
		                            throughput(w, best)->side[s].median)
			best = i;
	}
	return best;
}

static void judge_best(struct fidelity_workload *w)
{
	size_t dyno = best_of(w, FIDELITY_DYNO), go = best_of(w, FIDELITY_GO);
	enum fidelity_word *word = &w->word[FIDELITY_BEST_P];
	*word = w->n > 1 ? FIDELITY_UNDECIDED : FIDELITY_ABSENT;
	if (w->ranked < 2)
		return;
	w->best[FIDELITY_DYNO] = w->point[dyno].procs;
	w->best[FIDELITY_GO] = w->point[go].procs;
	*word = dyno == go
	                ? FIDELITY_AGREES
	                : within(ratio_of(&throughput(w, dyno)->side[FIDELITY_GO],
	                                  &throughput(w, go)->side[FIDELITY_GO]),
	                         REGRET);
}

//---------------------------------------------------------------------------
// All
//---------------------------------------------------------------------------

static void judge_workload(struct fidelity_workload *w)
{
	enum fidelity_word verdict = FIDELITY_ABSENT;
	for (int m = 0; m < FIDELITY_MEASURES; m++) {
		if (rule[m].kind != DERIVED)
			judge_measure(w, (enum fidelity_measure)m);
	}
	w->ranked = 0;
	judge_shape(w);
	judge_best(w);
	for (int m = 0; m < FIDELITY_MEASURES; m++)
		verdict = both(verdict, w->word[m]);
	if (verdict == FIDELITY_UNKNOWN || verdict == FIDELITY_ABSENT)
		verdict = FIDELITY_UNDECIDED;
	w->verdict = verdict;
}

static int by_procs(const void *a, const void *b)
{
	const struct fidelity_point *p = a, *q = b;
	return (p->procs > q->procs) - (p->procs < q->procs);
}

static int by_name(const void *a, const void *b)
{
	const struct fidelity_workload *v = a, *w = b;
	int order = strcmp(v->name, w->name);
	return order ? order : strcmp(v->setting, w->setting);
}

void fidelity_judge(struct fidelity *f)
{
	if (f->n)
		qsort(f->workload, f->n, sizeof *f->workload, by_name);
	for (size_t i = 0; i < f->n; i++) {
		struct fidelity_workload *w = &f->workload[i];
		qsort(w->point, w->n, sizeof *w->point, by_procs);
		judge_workload(w);
	}
}
