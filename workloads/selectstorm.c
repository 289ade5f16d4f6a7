// selectstorm.c - receivers that wait on all channels at once.
//
// `channels` senders each have an unbuffered channel and send `messages` numbers.
// `receivers` goroutines wait in a select over all of these channels and one more
// that ends them. A select locks all its channels and queues on each of them; a
// message readies one receiver, which takes itself off all the others.
//
// The numbers come from the seed: count and sum of what was received are known.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "fairness.h"
#include "report.h"
#include "rng.h"

enum { CHANNELS, RECEIVERS, MESSAGES };

enum { CHANNELS_MAX = 64 };

static const struct wl_param params[] = {
	{"channels", "1", "channels, a sender each", 1, CHANNELS_MAX, {8, 8, 8}},
	{"receivers", "1", "goroutines in selects", 1, 10000, {4, 4, 4}},
	{"messages", "1", "of each sender", 1, 100000000, {100, 10000, 100000}},
	{.name = NULL},
};

struct sender {
	struct storm *storm;
	struct dy_chan *out; // of uint64_t, unbuffered
	uint64_t id;
};

struct receiver {
	struct storm *storm;
	uint64_t got, sum; // in this round; by the receiver alone
};

struct storm {
	uint64_t seed, messages, right;
	size_t channels, receivers;
	struct dy_chan *stop; // closed when all has been sent
	struct fairness fairness;
	struct sender sender[CHANNELS_MAX];
	struct receiver receiver[];
};

static void run_sender(void *arg)
{
	const struct sender *me = arg;
	struct rng rng = rng_stream(me->storm->seed, me->id);

	for (uint64_t i = 0; i < me->storm->messages; i++) {
		uint64_t x = rng_next(&rng);

		dy_chan_send(me->out, &x);
	}
}

static void run_receiver(void *arg)
{
	struct receiver *me = arg;
	struct storm *s = me->storm;
	struct dy_case cases[CHANNELS_MAX + 1];
	int n = (int)s->channels;
	uint64_t x;

	me->got = me->sum = 0;
	for (int i = 0; i < n; i++)
		cases[i] = dy_recv_case(s->sender[i].out, &x);
	cases[n] = dy_recv_case(s->stop, NULL);
	for (;;) {
		int chosen = dy_select(cases, n + 1);

		if (chosen < 0 || chosen == n)
			return;
		me->got++;
		me->sum += x;
	}
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[RECEIVERS];
	struct storm *s = calloc(1, sizeof(*s) + n * sizeof(s->receiver[0]));

	if (!s)
		return report_error(r, -ENOMEM, "no memory for %zu receivers", n);
	s->seed = r->seed;
	s->channels = (size_t)r->param[CHANNELS];
	s->receivers = n;
	s->messages = (uint64_t)r->param[MESSAGES];
	for (size_t i = 0; i < n; i++)
		s->receiver[i].storm = s;
	for (size_t i = 0; i < s->channels; i++) {
		struct rng rng = rng_stream(s->seed, i);

		s->sender[i] = (struct sender){.storm = s, .id = i};
		for (uint64_t j = 0; j < s->messages; j++)
			s->right += rng_next(&rng);
	}
	r->state = s;
	return 0;
}

static bool open_all(struct storm *s)
{
	bool all;

	s->stop = dy_chan_make(0, 0);
	all = s->stop != NULL;
	for (size_t i = 0; i < s->channels; i++) {
		s->sender[i].out = dy_chan_make(sizeof(uint64_t), 0);
		all &= s->sender[i].out != NULL;
	}
	return all;
}

static void rage(struct storm *s)
{
	struct dy_waitgroup receivers = {0};

	crew_start(&receivers, run_receiver, s->receiver, s->receivers,
	           sizeof(s->receiver[0]));
	crew_run(run_sender, s->sender, s->channels, sizeof(s->sender[0]));
	dy_chan_close(s->stop);
	dy_wg_wait(&receivers);
}

static void play(struct wl_run *r)
{
	struct storm *s = r->state;

	for (size_t i = 0; i < s->receivers; i++)
		s->receiver[i].got = s->receiver[i].sum = 0;
	if (open_all(s))
		rage(s); // else nothing is received, which verify finds
	for (size_t i = 0; i < s->channels; i++)
		dy_chan_free(s->sender[i].out);
	dy_chan_free(s->stop);
	r->ops = s->channels * s->messages;
	for (size_t i = 0; i < s->receivers && !r->warm_up; i++)
		fairness_add(&s->fairness, (double)s->receiver[i].got);
	fairness_end(&s->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct storm *s = r->state;
	uint64_t got = 0, sum = 0;

	for (size_t i = 0; i < s->receivers; i++) {
		got += s->receiver[i].got;
		sum += s->receiver[i].sum;
	}
	if (got == s->channels * s->messages && sum == s->right)
		return true;
	return report_wrong(r,
	                    "%" PRIu64 " messages came to %" PRIx64
	                    "; right is %" PRIu64 " and %" PRIx64,
	                    got, sum, s->channels * s->messages, s->right);
}

static void finish(struct wl_run *r)
{
	const struct storm *s = r->state;

	fairness_report(&s->fairness, r);
	report_free(r);
}

const struct workload wl_selectstorm = {
	.name = "selectstorm",
	.summary = "receivers in selects over all channels at once",
	.shows = "the price of a select, and channels that many Ps lock",
	.op = "message",
	.fairness = "what the receivers got",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
