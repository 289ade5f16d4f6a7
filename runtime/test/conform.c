// conform.c - does a policy leave a scheduler that works? For built-ins and plugins.
//
// Usage: conform [--seeds N] [--plugin FILE]... [POLICY]...
//
// Each policy (all choices of all axes and all presets, if none is named) goes
// through the properties below, many times over: on the virtual machine, if this
// is the program for that, each time under another schedule. Every policy has a
// child of its own, which leaves a note of where it is: a crash, a deadlock or a
// hang is told by the property and the seed that it happened in. What is not
// asked for is speed or fairness.
#define _GNU_SOURCE
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/policy.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef CONFORM_SIM
static unsigned seeds = 40;
enum { CROWD = 60, FLOOD = 300 };
#else
static unsigned seeds = 12;
enum { CROWD = 400, FLOOD = 2000 };
#endif

enum { CHILD_SECONDS = 60, PAIRS = 6, ROUNDS = 10 };

// Where a child is, for its parent.
static struct note {
	const char *property;
	unsigned seed;
	char fault[256];
} * note;

static _Noreturn void fail(const char *fault)
{
	snprintf(note->fault, sizeof note->fault, "%s", fault);
	_exit(EXIT_FAILURE);
}

//---------------------------------------------------------------------------
// Every goroutine exactly once
//---------------------------------------------------------------------------

static struct {
	struct dy_waitgroup done;
	unsigned char ran[FLOOD];
} crowd;

static void wander(void *ran)
{
	for (int i = 0; i < 3; i++) {
		dy_work(500);
		dy_yield();
	}
	++*(unsigned char *)ran;
	dy_wg_done(&crowd.done);
}

static void brief(void *ran)
{
	++*(unsigned char *)ran;
	dy_wg_done(&crowd.done);
}

static void spawn_all(dy_fn fn, int n, bool resize)
{
	int procs = dy_gomaxprocs(0);

	memset(crowd.ran, 0, sizeof crowd.ran);
	dy_wg_add(&crowd.done, n);
	for (int i = 0; i < n; i++) {
		dy_go_sized(fn, &crowd.ran[i], (uint64_t)(i % 7));
		if (resize && i % 8 == 0)
			dy_gomaxprocs(1 + (procs + i) % 8);
	}
	dy_wg_wait(&crowd.done);
	for (int i = 0; i < n; i++) {
		if (crowd.ran[i] != 1)
			fail("a goroutine did not run exactly once");
	}
}

static void once(void *unused)
{
	(void)unused;
	spawn_all(wander, CROWD, false);
}

// More than a ring holds.
static void overflow(void *unused)
{
	(void)unused;
	spawn_all(brief, FLOOD, false);
}

static void resize(void *unused)
{
	(void)unused;
	spawn_all(wander, CROWD, true);
}

//---------------------------------------------------------------------------
// No wake-up is lost
//---------------------------------------------------------------------------

struct pair {
	struct dy_chan *there, *back;
};

static struct dy_waitgroup pairs_done;

static void echo(void *arg)
{
	struct pair *p = arg;
	int v;

	while (dy_chan_recv(p->there, &v)) {
		if (v % 4 == 0)
			dy_sleep(20 * DY_US);
		dy_chan_send(p->back, &v);
	}
	dy_wg_done(&pairs_done);
}

static void ask(void *arg)
{
	struct pair *p = arg;

	for (int i = 0; i < ROUNDS; i++) {
		int v = i;

		dy_chan_send(p->there, &v);
		if (!dy_chan_recv(p->back, &v) || v != i)
			fail("a channel gave another value than was sent");
	}
	dy_chan_close(p->there);
	dy_wg_done(&pairs_done);
}

static void wakeups(void *unused)
{
	struct pair pair[PAIRS];

	(void)unused;
	dy_wg_add(&pairs_done, 2 * PAIRS);
	for (int i = 0; i < PAIRS; i++) {
		pair[i] = (struct pair){dy_chan_make(sizeof(int), (size_t)i % 2),
		                        dy_chan_make(sizeof(int), 0)};
		dy_go(echo, &pair[i]);
		dy_go(ask, &pair[i]);
	}
	dy_wg_wait(&pairs_done);
	for (int i = 0; i < PAIRS; i++) {
		dy_chan_free(pair[i].there);
		dy_chan_free(pair[i].back);
	}
}

static void call(void *ran)
{
	dy_block(30 * DY_US);
	dy_yield();
	++*(unsigned char *)ran;
	dy_wg_done(&crowd.done);
}

static void calls(void *unused)
{
	(void)unused;
	spawn_all(call, PAIRS * 2, false);
}

//---------------------------------------------------------------------------
// The end of main is the end
//---------------------------------------------------------------------------

static void for_ever(void *unused)
{
	(void)unused;
	for (;;)
		dy_yield();
}

static void sleep_long(void *unused)
{
	(void)unused;
	dy_sleep(3600 * DY_S);
}

static void shutdown(void *unused)
{
	for (int i = 0; i < PAIRS; i++) {
		dy_go(sleep_long, unused);
		dy_go(for_ever, unused);
	}
}

//---------------------------------------------------------------------------

static const struct {
	const char *name;
	dy_fn fn;
} properties[] = {
	{"every goroutine exactly once", once},
	{"a queue that overflows", overflow},
	{"resizes", resize},
	{"no lost wake-up", wakeups},
	{"blocking calls", calls},
	{"shutdown", shutdown},
};

enum { PROPERTIES = sizeof properties / sizeof *properties };

static void run(const char *policy, int property, unsigned seed)
{
	static const int procs[] = {1, 2, 4, 8};
	struct dy_config cfg = {
		.policy = policy, .procs = procs[seed % 4], .seed = seed};
	char text[16];

	note->property = properties[property].name;
	note->seed = seed;
	snprintf(text, sizeof text, "%u", seed);
	setenv("DYNO_SIM_SEED", text, 1);
	if (dy_run(&cfg, properties[property].fn, NULL) != 0)
		fail("the runtime did not start");
	for (size_t i = 0; dy_policy_axis(i); i++) {
		if (dy_policy_ejected(i))
			fail(dy_policy_ejected(i));
	}
}

static _Noreturn void run_all(const char *policy)
{
	for (int i = 0; i < PROPERTIES; i++) {
		alarm(CHILD_SECONDS);
		for (unsigned seed = 1; seed <= seeds; seed++)
			run(policy, i, seed);
	}
	_exit(EXIT_SUCCESS);
}

static const char *fault_of(int status)
{
	static char text[64];

	if (*note->fault)
		return note->fault;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		return "it does not end";
	if (WIFSIGNALED(status))
		snprintf(text, sizeof text, "killed by SIG%s",
		         sigabbrev_np(WTERMSIG(status)));
	else
		snprintf(text, sizeof text, "exit status %d",
		         WEXITSTATUS(status));
	return text;
}

static bool conforms(const char *policy)
{
	int status;
	pid_t child;

	memset(note, 0, sizeof *note);
	fflush(NULL);
	child = fork();
	if (child == 0)
		run_all(policy);
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("conform: a child");
		exit(2);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		printf("ok    %s\n", policy);
		return true;
	}
	printf("FAIL  %s: %s: seed %u: %s\n", policy, note->property,
	       note->seed, fault_of(status));
	return false;
}

static bool known(const char *policy)
{
	char err[512];

	if (dy_policy_check(policy, err, sizeof err) == 0)
		return true;
	fprintf(stderr, "conform: %s\n", err);
	return false;
}

static int all(void)
{
	const struct dy_policy_head *head;
	const char *preset;
	char spec[128];
	int failed = 0;

	for (size_t i = 0; dy_policy_axis(i); i++) {
		for (size_t j = 0; (head = dy_policy_choice(i, j)); j++) {
			snprintf(spec, sizeof spec, "%s=%s", dy_policy_axis(i),
			         head->name);
			failed += !conforms(spec);
		}
	}
	for (size_t i = 0; (preset = dy_policy_preset(i, NULL, NULL)); i++)
		failed += !conforms(preset);
	return failed;
}

static _Noreturn void usage(void)
{
	fputs("usage: conform [--seeds N] [--plugin FILE]... [POLICY]...\n",
	      stderr);
	exit(2);
}

// Each property that often, with another seed.
static void set_seeds(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || n < 1 || n > 1000000)
		usage();
	seeds = (unsigned)n;
}

static void load(const char *file)
{
	char err[512];

	if (dy_policy_load(file, err, sizeof err) == 0)
		return;
	fprintf(stderr, "conform: %s\n", err);
	exit(2);
}

static void read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"seeds", required_argument, NULL, 's'},
		{"plugin", required_argument, NULL, 'p'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			set_seeds(optarg);
		else if (option == 'p')
			load(optarg);
		else
			usage();
	}
}

int main(int argc, char **argv)
{
	int failed = 0;

	note = mmap(NULL, sizeof *note, PROT_READ | PROT_WRITE,
	            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (note == MAP_FAILED) {
		perror("conform: shared memory");
		return 2;
	}
	read_options(argc, argv);
	if (optind == argc)
		failed = all();
	for (int i = optind; i < argc; i++) {
		if (!known(argv[i]))
			return 2;
		failed += !conforms(argv[i]);
	}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
