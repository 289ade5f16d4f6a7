// count.c - instructions, counted by callgrind.
//
// The same program takes the same number of instructions twice, if all that it
// can see is the same: so it runs without address randomisation, with an
// environment of three fixed variables, where it always runs. callgrind runs one
// thread at a time, and so it sees no stealing, spinning or waiting.
//
// A Go program is refused: its scheduler and its garbage collector go by the
// clock and by several threads, so that its count is another each time.
#include "count.h"

#include "../command_words.h"
#include "../complain.h"
#include "../program.h"
#include "../trial_process.h"
#include "../why/go_binary.h"
#include "evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

//---------------------------------------------------------------------------
// What can be counted
//---------------------------------------------------------------------------

static bool is_go(const char *path)
{
	struct go_binary b = {.kind = GO_BINARY_OTHER};
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	go_binary_read(&b, fd);
	close(fd);
	return b.kind == GO_BINARY_GO || b.kind == GO_BINARY_UNVERSIONED;
}

int count_check(const struct gate_side *s)
{
	char *valgrind = program_search("valgrind");

	free(valgrind);
	if (!valgrind) {
		complain("instructions are counted by callgrind, and there is no "
		         "valgrind in PATH: install it (Debian: apt-get install "
		         "valgrind)");
		return -EINVAL;
	}
	if (!is_go(s->path))
		return 0;
	complain("%.200s is a Go program: its scheduler and its garbage collector "
	         "go by the clock, and take another number of instructions each "
	         "time; --rows gobench or time would be right",
	         s->path);
	return -EINVAL;
}

//---------------------------------------------------------------------------
// What callgrind says
//---------------------------------------------------------------------------

// It comes in pieces; a line that is longer than any of callgrind's is cut.
struct tally {
	char line[256];
	size_t n;
	unsigned long long sum;
	unsigned processes;
};

// end_line takes "==PID== Collected : N", one of each process.
static void end_line(struct tally *t)
{
	unsigned long long n;

	t->line[t->n] = '\0';
	t->n = 0;
	if (sscanf(t->line, "==%*d== Collected : %llu", &n) != 1)
		return;
	t->sum += n;
	t->processes++;
}

static void hear(void *hearer, const char *data, size_t n)
{
	struct tally *t = hearer;

	for (size_t i = 0; i < n; i++) {
		if (data[i] == '\n')
			end_line(t);
		else if (t->n < sizeof t->line - 1)
			t->line[t->n++] = data[i];
	}
}

// take adds the row of a command; base and head are different commands, so that
// its name is not theirs.
static int take(const struct tally *t, struct samples *out, char *why, size_t size)
{
	const struct samples_row like = {.name = "run",
	                                 .unit = EVIDENCE_COUNTED,
	                                 .group = "",
	                                 .host = "",
	                                 .better = SAMPLES_LOWER};

	if (t->processes)
		return samples_add(out, &like, (double)t->sum);
	snprintf(why, size, "callgrind counted nothing in it");
	return OBSERVE_FAILED;
}

//---------------------------------------------------------------------------
// Running
//---------------------------------------------------------------------------

static int add(struct words *to, const char *word)
{
	return words_add(to, word, strlen(word));
}

// make_command puts callgrind before the command. 0 or -ENOMEM.
static int make_command(const struct gate_side *s, struct words *command,
                        struct words *environment)
{
	static const char *const before[] = {"valgrind", "--tool=callgrind",
	                                     "--trace-children=yes",
	                                     "--callgrind-out-file=/dev/null"};
	static const char *const fixed[] = {"PATH=/usr/local/bin:/usr/bin:/bin",
	                                    "HOME=/", "LC_ALL=C"};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof before / sizeof *before; i++)
		err = add(command, before[i]);
	if (!err)
		err = add(command, s->path);
	for (size_t i = 1; !err && i < s->argv.n; i++)
		err = add(command, s->argv.v[i]);
	for (size_t i = 0; !err && i < sizeof fixed / sizeof *fixed; i++)
		err = add(environment, fixed[i]);
	return err;
}

int count_run(const struct observer *o, struct samples *out, double *seconds,
              char *why, size_t whylen)
{
	struct words given = {.n = 0}, command = {.n = 0}, environment = {.n = 0};
	struct tally tally = {.n = 0};
	char *valgrind = program_search("valgrind");
	struct trial_process p = {.path = valgrind,
	                          .dir = o->side->dir,
	                          .env = &environment,
	                          .same = true,
	                          .topology = o->topology,
	                          .pin = o->pin,
	                          .timeout = o->timeout,
	                          .hear = hear,
	                          .hearer = &tally};
	int err = valgrind ? make_command(o->side, &given, &environment)
	                   : -ENOENT;

	if (!err)
		err = command_words_with(&command, &given, COMMAND_MS, 0);
	p.argv = command.v;
	if (!err)
		err = trial_process_run(&p);
	*seconds = p.seconds;
	if (!err && observe_ended_badly(&p, why, whylen))
		err = OBSERVE_FAILED;
	if (!err)
		err = take(&tally, out, why, whylen);
	trial_process_free(&p);
	words_free(&given);
	words_free(&command);
	words_free(&environment);
	free(valgrind);
	return err;
}
