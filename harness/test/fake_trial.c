// fake_trial.c - a trial program that behaves as the variable FAKE_TRIAL says.
//
// "procs" makes it choose its behaviour by its --procs=N, counted in the table
// below from 1, so that one sweep meets them all.
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
	int n;
	char **v;
} words; // of the command line

static int document(const char *outcome, const char *verified)
{
	printf("{\"schema\":1,\"outcome\":\"%s\",\"verified\":%s,\"why\":\"\","
	       "\"op\":\"thing\",\"metrics\":[{\"name\":\"throughput\","
	       "\"unit\":\"op/s\",\"better\":\"higher\",\"value\":1000}]}\n",
	       outcome, verified);
	return 0;
}

static int ok(void)
{
	return document("ok", "true");
}

static int crash(void)
{
	document("ok", "true");
	fflush(stdout);
	fprintf(stderr, "about to fall\n");
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return 0;
}

// Leaves its process id in the file FAKE_TRIAL_PID, if there is such a variable.
static void leave_pid(void)
{
	const char *path = getenv("FAKE_TRIAL_PID");
	char draft[4096];
	FILE *f;

	snprintf(draft, sizeof draft, "%s.new", path ? path : "");
	f = path ? fopen(draft, "w") : NULL;
	if (!f)
		return;
	fprintf(f, "%d\n", (int)getpid());
	fclose(f);
	rename(draft, path); // whole, or not there
}

static int hang(void)
{
	leave_pid();
	document("ok", "true");
	fflush(stdout);
	while (pause() == -1)
		;
	return 0;
}

static int wrong(void)
{
	document("wrong", "false");
	fprintf(stderr, "one and one is three\n");
	return 6;
}

static int starved(void)
{
	fprintf(stderr, "fatal error: m-cap-starved: 4 of 4 Ms blocked\n");
	return 7;
}

static int deadlock(void)
{
	fprintf(stderr, "fatal error: all goroutines are asleep - deadlock!\n"
	                "goroutine 1: chan receive\n");
	return 2;
}

static int unsupported(void)
{
	document("unsupported", "false");
	return 77;
}

static int garbage(void)
{
	puts("Segmentation fault? No: {");
	return 0;
}

static int silent(void)
{
	return 0;
}

static int fatal(void)
{
	fprintf(stderr, "fatal error: thread exhaustion\nM 1\nM 2\n");
	return 2;
}

static int liar(void)
{
	return document("wrong", "false");
}

static int stubborn(void)
{
	signal(SIGTERM, SIG_IGN);
	return hang();
}

static int flood(void)
{
	for (int i = 0; i < 1000000; i++)
		puts("12345678901234567890");
	return 0;
}

static int noisy(void)
{
	for (int i = 0; i < 100000; i++)
		fprintf(stderr, "line %d\n", i);
	return ok();
}

// A child that stays behind with the outputs open.
static int parent(void)
{
	if (fork() == 0)
		for (;;)
			pause();
	return ok();
}

// A grandchild that leaves the group, the session and its parent, ignores what
// it is asked, and leaves its process id.
static void daemonise(void)
{
	if (fork() > 0)
		return;
	setsid();
	if (fork() > 0)
		_exit(0);
	signal(SIGTERM, SIG_IGN);
	leave_pid();
	for (;;)
		pause();
}

// wait_for_pid returns when the file FAKE_TRIAL_PID is there.
static void wait_for_pid(void)
{
	const char *path = getenv("FAKE_TRIAL_PID");
	struct timespec t = {.tv_nsec = 1000000};

	while (path && access(path, F_OK) != 0)
		nanosleep(&t, NULL);
}

static int daemon_stays(void)
{
	daemonise();
	wait_for_pid();
	return ok();
}

static int daemon_and_hang(void)
{
	daemonise();
	while (pause() == -1)
		;
	return 0;
}

static int slow(void)
{
	struct timespec t = {.tv_nsec = 20000000};

	nanosleep(&t, NULL);
	return ok();
}

// Says on which CPUs it runs.
static int bound(void)
{
	cpu_set_t set;

	sched_getaffinity(0, sizeof set, &set);
	fprintf(stderr, "CPUs %d, first %d\n", CPU_COUNT(&set),
	        CPU_ISSET(0, &set) ? 0 : -1);
	return ok();
}

// Its value of an option, such as "--procs="; 0 when it has none.
static int option(const char *name)
{
	for (int i = 1; i < words.n; i++)
		if (strncmp(words.v[i], name, strlen(name)) == 0)
			return atoi(words.v[i] + strlen(name));
	return 0;
}

// Serves a load of 70 % of each P in 100 us and 10 us more for each percent; above
// it, a queue grows. 1000 requests per second are a percent.
static int capacity(void)
{
	int load = option("--param=load=") + option("--param=rate=") / 1000;
	int most = 70 * option("--procs=");

	printf("{\"schema\":1,\"outcome\":\"ok\",\"verified\":true,\"why\":\"\","
	       "\"op\":\"thing\",\"metrics\":[{\"name\":\"throughput\",\"unit\":\"op/s\","
	       "\"better\":\"higher\",\"value\":1000},{\"name\":\"latency_p99\","
	       "\"unit\":\"ns\",\"better\":\"lower\",\"value\":%d},"
	       "{\"name\":\"late_p99\",\"unit\":\"ns\",\"better\":\"lower\","
	       "\"value\":7000}]}\n",
	       load <= most ? 100000 + 10000 * load : 50000000);
	return 0;
}

static const struct {
	const char *name;
	int (*behave)(void);
} behaviours[] = {
	{"ok", ok},
	{"crash", crash},
	{"hang", hang},
	{"wrong", wrong},
	{"starved", starved},
	{"deadlock", deadlock},
	{"unsupported", unsupported},
	{"garbage", garbage},
	{"silent", silent},
	{"fatal", fatal},
	{"liar", liar},
	{"stubborn", stubborn},
	{"flood", flood},
	{"noisy", noisy},
	{"parent", parent},
	{"slow", slow},
	{"bound", bound},
	{"capacity", capacity},
	{"daemon", daemon_stays},
	{"daemon-hang", daemon_and_hang},
};

enum { BEHAVIOURS = sizeof behaviours / sizeof *behaviours };

int main(int argc, char **argv)
{
	const char *how = getenv("FAKE_TRIAL");
	int p;

	words.n = argc;
	words.v = argv;
	p = option("--procs=");
	if (how && strcmp(how, "procs") == 0 && p >= 1 && p <= BEHAVIOURS)
		return behaviours[p - 1].behave();
	for (int i = 0; how && i < BEHAVIOURS; i++)
		if (strcmp(how, behaviours[i].name) == 0)
			return behaviours[i].behave();
	fprintf(stderr, "fake_trial: FAKE_TRIAL says nothing I know\n");
	return 99;
}
