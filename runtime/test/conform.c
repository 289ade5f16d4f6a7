// conform.c - does a policy leave a scheduler that works? For built-ins and plugins.
//
// Usage: conform [--seeds N] [--plugin FILE]... [POLICY]...
//
// Each policy (if none is named those of the plugins, without plugins all choices of
// all axes and all presets) goes through the properties below, many times over: on the
// virtual machine, if this is the program for that, each time under another schedule.
// Every policy has a child of its own, which leaves a note of where it is: a crash, a deadlock or a
// hang is told by the property and the seed that it happened in. What is not
// asked for is speed, nor fairness but what a policy promises of it (waiting).
#define _GNU_SOURCE
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/policy.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

#ifdef CONFORM_SIM
static unsigned seeds = 40;
enum { CROWD = 60, FLOOD = 300, VIRTUAL = true };
#else
static unsigned seeds = 12;
enum { CROWD = 400, FLOOD = 2000, VIRTUAL = false };
#endif

enum { CHILD_SECONDS = 60, PAIRS = 6, ROUNDS = 10 };

// Where a child is, for its parent.
static struct note {
	const char *property;
	unsigned seed;
	char fault[256];
} * note;

_Noreturn void conform_fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(note->fault, sizeof note->fault, fmt, args);
	va_end(args);
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
			conform_fail("a goroutine did not run exactly once");
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
			conform_fail("a channel gave another value than was sent");
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
// Who has nothing to do does nothing
//---------------------------------------------------------------------------

// Longer than a policy may have its Ms search in vain, and as often as breaches are
// forgiven.
static void rest(void *unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++)
		dy_sleep(12 * DY_MS);
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

// one_in: the slow ones are run under one seed in so many.
static const struct property {
	const char *name;
	dy_fn fn;
	unsigned one_in;
} properties[] = {
	{"every goroutine exactly once", once, 1},
	{"a queue that overflows", overflow, 1},
	{"resizes", resize, 1},
	{"no lost wake-up", wakeups, 1},
	{"blocking calls", calls, 1},
	{"an idle machine", rest, 20},
	{"bounded waiting", waiting, 8},
	{"shutdown", shutdown, 1},
};

enum { PROPERTIES = sizeof properties / sizeof *properties };

static void run(const char *policy, const struct property *p, unsigned seed)
{
	static const int procs[] = {1, 2, 4, 8};
	struct dy_config cfg = {
		.policy = policy, .procs = procs[seed % 4], .seed = seed};
	char text[16];

	note->property = p->name;
	note->seed = seed;
	snprintf(text, sizeof text, "%u", seed);
	setenv("DYNO_SIM_SEED", text, 1);
	if (p->fn == waiting) {
		if (!VIRTUAL || dy_policy_rounds(policy) == 0)
			return;
		waiting_open(dy_policy_rounds(policy), seed / p->one_in);
		cfg.procs = 1;
	}
	if (dy_run(&cfg, p->fn, NULL) != 0)
		conform_fail("the runtime did not start");
	for (size_t i = 0; dy_policy_axis(i); i++) {
		if (dy_policy_ejected(i))
			conform_fail("%s", dy_policy_ejected(i));
	}
}

static _Noreturn void run_all(const char *policy)
{
	for (int i = 0; i < PROPERTIES; i++) {
		const struct property *p = &properties[i];

		alarm(CHILD_SECONDS);
		for (unsigned seed = 1; seed <= seeds; seed += p->one_in)
			run(policy, p, seed);
	}
	_exit(EXIT_SUCCESS);
}

// What a child wrote on standard error goes on to ours; of a fatal error we keep the
// reason.
static void listen(int fd, char *reason, size_t size)
{
	static const char prefix[] = "fatal error: ";
	FILE *said = fdopen(fd, "r");
	char line[512];

	*reason = '\0';
	while (said && fgets(line, sizeof line, said)) {
		fputs(line, stderr);
		if (strncmp(line, prefix, strlen(prefix)) == 0)
			snprintf(reason, size, "%.*s", (int)strcspn(line, "\n"),
			         line);
	}
	if (said)
		fclose(said);
}

static const char *fault_of(int status, const char *reason)
{
	static char text[64];

	if (*note->fault)
		return note->fault;
	if (*reason)
		return reason;
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
	int status, errors[2];
	char reason[256];
	pid_t child;

	memset(note, 0, sizeof *note);
	fflush(NULL);
	child = pipe2(errors, O_CLOEXEC) == 0 ? fork() : -1;
	if (child == 0) {
		dup2(errors[1], STDERR_FILENO);
		close(errors[0]);
		close(errors[1]);
		run_all(policy);
	}
	if (child > 0) {
		close(errors[1]);
		listen(errors[0], reason, sizeof reason);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("conform: a child");
		exit(2);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		printf("ok    %s\n", policy);
		return true;
	}
	printf("FAIL  %s: %s: seed %u: %s\n", policy, note->property,
	       note->seed, fault_of(status, reason));
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

enum { AXES_MAX = 16 };

// How many choices of each axis are built in.
static size_t builtin[AXES_MAX];

static size_t choices(size_t axis)
{
	size_t n = 0;

	while (dy_policy_choice(axis, n))
		n++;
	return n;
}

// Each choice from the first[axis]-th on.
static int all_choices(const size_t *first)
{
	const struct dy_policy_head *head;
	char spec[128];
	int failed = 0;

	for (size_t i = 0; dy_policy_axis(i); i++) {
		for (size_t j = first[i]; (head = dy_policy_choice(i, j)); j++) {
			snprintf(spec, sizeof spec, "%s=%s", dy_policy_axis(i),
			         head->name);
			failed += !conforms(spec);
		}
	}
	return failed;
}

static int all_presets(void)
{
	const char *preset;
	int failed = 0;

	for (size_t i = 0; (preset = dy_policy_preset(i, NULL, NULL)); i++)
		failed += !conforms(preset);
	return failed;
}

static int all(bool plugins)
{
	static const size_t none[AXES_MAX];

	return plugins ? all_choices(builtin) : all_choices(none) + all_presets();
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

// Returns whether there are plugins.
static bool read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"seeds", required_argument, NULL, 's'},
		{"plugin", required_argument, NULL, 'p'},
		{NULL, 0, NULL, 0},
	};
	bool plugins = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			set_seeds(optarg);
		else if (option == 'p')
			load(optarg);
		else
			usage();
		plugins |= option == 'p';
	}
	return plugins;
}

int main(int argc, char **argv)
{
	int failed = 0;
	bool plugins;

	note = mmap(NULL, sizeof *note, PROT_READ | PROT_WRITE,
	            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (note == MAP_FAILED) {
		perror("conform: shared memory");
		return 2;
	}
	for (size_t i = 0; dy_policy_axis(i); i++)
		builtin[i] = choices(i);
	plugins = read_options(argc, argv);
	if (optind == argc)
		failed = all(plugins);
	for (int i = optind; i < argc; i++) {
		if (!known(argv[i]))
			return 2;
		failed += !conforms(argv[i]);
	}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
