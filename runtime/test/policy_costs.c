// policy_costs.c - what the three ways to a scheduling rule cost.
//
// Usage: policy_costs WAY PLUGIN [--count] [OPERATIONS]. The same rules, Go's of the axes
// place, global and steal, reached in one of three ways:
//
//	compiled  in the scheduler itself, the preset go1.27
//	table     plugins/same.c linked in and called as a built-in policy is
//	plugin    plugins/same.c as a shared object, behind the guards for what is not trusted
//
// Three operations that ask the rules, on one thread and without preemption:
//
//	spawn     a goroutine is made, runs and ends; a 16th of a park and a wake-up
//	yield     a switch to the other of two goroutines, by way of the global queue
//	search    an M out of work looks through two Ps, four times over, and finds nothing
//
// A line for each: its name, ns of one. With --count (x86-64) instead: its name, the
// instructions of one, the indirect calls and jumps of one, and the names of where these
// led, as offsets in the program for nm to name: exact, by steps.h. The table takes its
// place in the options that the scheduler is started with, so that nothing of the
// scheduler differs for this program. scripts/policy-costs runs it.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fatal.h"
#include "sched/park.h"
#include "sched/sched.h"
#include "steps.h"

enum {
	BATCH = 16,
	DEFAULT_OPERATIONS = 1 << 20,
	OPERATIONS_MIN = 2 * BATCH,
	MARKED = 2,
	TRIES = 100
};

extern const struct dy_place_policy dy_plugin_place;
extern const struct dy_global_policy dy_plugin_global;
extern const struct dy_steal_policy dy_plugin_steal;
extern const char __executable_start[], __etext[];

static bool through_tables, counting;

int __real_sched_run(const struct sched_options *opt, dy_fn fn, void *arg);
int __wrap_sched_run(const struct sched_options *opt, dy_fn fn, void *arg);

int __wrap_sched_run(const struct sched_options *opt, dy_fn fn, void *arg)
{
	struct sched_options mine = *opt;

	if (through_tables) {
		mine.policy.table[AXIS_PLACE] = &dy_plugin_place;
		mine.policy.table[AXIS_GLOBAL] = &dy_plugin_global;
		mine.policy.table[AXIS_STEAL] = &dy_plugin_steal;
	}
	return __real_sched_run(&mine, fn, arg);
}

//---------------------------------------------------------------------------
// The operations. Each marks what is measured, n times.
//---------------------------------------------------------------------------

static uint64_t began, took;

// Counted is the thread that began, M 0, if another M has not taken the goroutine.
static void begin(void)
{
	if (counting && port_m()->id != 0)
		_exit(STEPS_AGAIN);
	if (counting)
		steps_begin();
	else
		began = port_now();
}

static void end(void)
{
	if (counting)
		steps_end();
	else
		took = port_now() - began;
}

// On one P, and not preempted: nobody else touches it.
static unsigned left;
static struct dy_waitgroup batch_done;

static void last_wakes(void *arg)
{
	(void)arg;
	if (--left == 0)
		dy_wg_done(&batch_done);
}

static void spawn(uint64_t n)
{
	begin();
	for (uint64_t i = 0; i < n; i += BATCH) {
		left = BATCH;
		dy_wg_add(&batch_done, 1);
		for (int j = 0; j < BATCH; j++)
			dy_go(last_wakes, NULL);
		dy_wg_wait(&batch_done);
	}
	end();
}

static bool partner_goes;

static void partner(void *arg)
{
	(void)arg;
	while (partner_goes)
		dy_yield();
}

// Of two switches one is the partner's.
static void yields(uint64_t n)
{
	partner_goes = true;
	dy_go(partner, NULL);
	dy_yield();
	begin();
	for (uint64_t i = 0; i < n; i += 2)
		dy_yield();
	end();
	partner_goes = false;
	dy_yield();
}

// On g0, where searches are: what park calls once the goroutine has left.
static bool search_and_stay(struct g *gp, void *arg)
{
	const uint64_t *n = arg;
	struct m *mp = port_m();

	(void)gp;
	begin();
	for (uint64_t i = 0; i < *n; i++) {
		uint64_t poll_until = 0;
		bool again = false;

		if (steal_work(mp, &again, &poll_until))
			fatal("policy_costs: a search found work, and there is none");
	}
	end();
	return false;
}

static atomic_bool in_call, over;
static int release[2]; // a pipe

static void wait_for_release(void *arg)
{
	char byte;

	(void)arg;
	atomic_store(&in_call, true);
	while (read(release[0], &byte, 1) < 0 && errno == EINTR)
		;
}

static void block(void *arg)
{
	dy_blocking(wait_for_release, arg);
	atomic_store(&over, true);
}

// Here, so that the goroutine stays on its M, and another M comes for the new one.
static void spin_until(const atomic_bool *word)
{
	while (!atomic_load(word))
		port_relax();
}

// The other P is busy, in a call that keeps it, and has nothing to steal.
static void search(uint64_t n)
{
	atomic_store(&in_call, false);
	atomic_store(&over, false);
	dy_go(block, NULL);
	spin_until(&in_call);
	park(search_and_stay, &n, WAIT_SLEEP);
	if (write(release[1], "", 1) != 1)
		fatal("policy_costs: a pipe cannot be written to");
	spin_until(&over);
}

static const struct operation {
	const char *name;
	int procs;
	void (*run)(uint64_t n);
	uint64_t weight; // one takes about so many times as long as the shortest
} operations[] = {
	{"spawn", 1, spawn, 1},
	{"yield", 1, yields, 1},
	{"search", 2, search, 4},
};

//---------------------------------------------------------------------------
// Measuring
//---------------------------------------------------------------------------

struct task {
	const struct operation *op;
	const char *rules; // of the three axes, "" or a continued spec
	uint64_t n;
};

static void measure(void *arg)
{
	const struct task *t = arg;

	t->op->run(BATCH / t->op->weight); // stacks and records are there then
	t->op->run(t->n);
}

static void run(void *arg)
{
	const struct task *t = arg;
	char policy[128];
	struct dy_config cfg = {
		.procs = t->op->procs, .policy = policy, .seed = 1};
	int err;

	snprintf(policy, sizeof policy, "go1.27,preempt=none,syscall=keep%s",
	         t->rules);
	err = dy_run(&cfg, measure, arg);
	if (err) {
		fprintf(stderr, "policy_costs: dy_run: %s\n", strerror(-err));
		exit(1);
	}
}

static void tell_targets(const struct steps *s)
{
	for (unsigned i = 0; i < s->targets; i++) {
		uintptr_t to = s->target[i].to,
			  base = (uintptr_t)__executable_start;

		if (to >= base && to < (uintptr_t)__etext)
			printf(" %#lx", (unsigned long)(to - base));
	}
	printf("\n");
}

// The first of the two counts has what is not of an operation in it.
static int count(struct task *t)
{
	static struct steps found[MARKED];
	double n = (double)(t->n - BATCH / t->op->weight);
	int got, tries = 0;

	do
		got = steps_run(run, t, found, MARKED);
	while (got == -EAGAIN && ++tries < TRIES);
	if (got != MARKED) {
		fprintf(stderr, "policy_costs: %s cannot be counted: %s\n",
		        t->op->name, got < 0 ? strerror(-got) : "it did not end");
		return got == -ENOTSUP ? 77 : 1;
	}
	printf("%s %.2f %.3f", t->op->name,
	       (double)(found[1].instructions - found[0].instructions) / n,
	       (double)(found[1].indirect - found[0].indirect) / n);
	tell_targets(&found[1]);
	return 0;
}

static int time_it(struct task *t)
{
	run(t);
	printf("%s %.3f\n", t->op->name, (double)took / (double)t->n);
	return 0;
}

static int usage(void)
{
	fprintf(stderr,
	        "usage: policy_costs compiled|table|plugin PLUGIN [--count] "
	        "[OPERATIONS]\n");
	return 2;
}

static bool choose(const char *way, const char *plugin, const char **rules)
{
	char why[256];

	*rules = "";
	through_tables = strcmp(way, "table") == 0;
	if (strcmp(way, "plugin") == 0) {
		*rules = ",place=same,global=same,steal=same";
		if (dy_policy_load(plugin, why, sizeof why) != 0) {
			fprintf(stderr, "policy_costs: %s\n", why);
			return false;
		}
		return true;
	}
	return through_tables || strcmp(way, "compiled") == 0;
}

// A number of whole batches, or 0.
static uint64_t number(const char *text)
{
	char *end_of_it;
	unsigned long long n = strtoull(text, &end_of_it, 10);

	if (*text < '0' || *text > '9' || *end_of_it ||
	    n > UINT64_C(1000000000000))
		return 0;
	return n / BATCH * BATCH;
}

int main(int argc, char **argv)
{
	uint64_t n = DEFAULT_OPERATIONS / BATCH * BATCH;
	const char *rules;
	int err = 0;

	if (argc < 3 || argc > 5)
		return usage();
	counting = argc > 3 && strcmp(argv[3], "--count") == 0;
	if (argc > 3 + counting)
		n = number(argv[3 + counting]);
	if (n < OPERATIONS_MIN || argc > 4 + counting ||
	    !choose(argv[1], argv[2], &rules))
		return usage();
	if (pipe(release) != 0) {
		perror("policy_costs: pipe");
		return 1;
	}
	for (size_t i = 0; i < sizeof operations / sizeof *operations && !err;
	     i++) {
		const struct operation *op = &operations[i];
		struct task t = {op, rules, n / op->weight};

		err = counting ? count(&t) : time_it(&t);
	}
	return err;
}
