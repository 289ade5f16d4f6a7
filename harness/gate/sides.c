// sides.c - who base and head are.
//
//	--base CMD --head CMD                 two commands
//	--base-ref REF [--head-ref REF] -- CMD    one command in two trees
//	--workload NAME --head-policy SPEC    dyno run with two policies
//	--baseline FILE --head CMD            what was kept of base; only head is run
//
// A tree is built once. The head that is not named is the working tree, built and
// run where it is.
#include "sides.h"

#include "../complain.h"
#include "../params.h"
#include "../policy_names.h"
#include "../program.h"
#include "../trial_process.h"
#include "count.h"
#include "git.h"
#include "policy.h"

#include <dyno/policy.h>
#include <errno.h>
#include <results/utf8.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static const char *const names[] = {"base", "head"};

//---------------------------------------------------------------------------
// What was asked for
//---------------------------------------------------------------------------

static int refuse(const char *what)
{
	complain("%s", what);
	return -EINVAL;
}

static int check_refs(const struct request *r)
{
	if (r->gate.base || r->gate.head)
		return refuse("base and head are either commands or refs of git: "
		              "--base and --head, or --base-ref and a command "
		              "after --");
	if (!r->gate.base_ref)
		return refuse("--head-ref and --build go with --base-ref, the "
		              "ref that head is compared with");
	if (!r->program.n)
		return refuse("name what is run in both trees after --, such as "
		              "-- ./bench {ms}");
	return 0;
}

// head_alone: base is not run.
static bool head_alone(const struct request *r)
{
	return r->gate.baseline || r->gate.save_baseline;
}

static int check_alone(const struct request *r)
{
	const struct gate_request *g = &r->gate;

	if (g->baseline && g->save_baseline)
		return refuse("a baseline is either compared with or saved: "
		              "--baseline or --save-baseline");
	if (g->base || g->base_ref || g->base_policy || g->head_ref ||
	    g->build || r->program.n)
		return refuse("with a baseline only head is run: --head 'COMMAND', "
		              "or --workload NAME --head-policy SPEC");
	if (!g->head && !g->head_policy)
		return refuse("name what is run: --head 'COMMAND', or --workload "
		              "NAME --head-policy SPEC");
	return 0;
}

static int check_policy(const char *spec)
{
	char err[512];

	if (!spec || dy_policy_check(spec, err, sizeof err) == 0)
		return 0;
	policy_names_refuse(spec, err);
	return -EINVAL;
}

static int check_policies(const struct request *r)
{
	const struct gate_request *g = &r->gate;
	int err;

	if (g->base || g->head || g->base_ref || g->head_ref || g->build ||
	    r->program.n)
		return refuse("a workload is run with two policies: leave out "
		              "--base, --head, --base-ref, --head-ref, --build and "
		              "a command");
	if (r->workloads.n != 1 || !g->head_policy)
		return refuse("name one --workload, and the --head-policy that is "
		              "judged");
	if (r->procs.n > 1 || r->m_caps.n > 1)
		return refuse(
			"a gate takes one value each of --procs and --m-cap");
	if (g->rows == GATE_ROWS_INSTRUCTIONS &&
	    (r->given[KEY_DURATION] || (r->procs.n && r->procs.v[0] != 1)))
		return refuse(
			"instructions are counted of one round at GOMAXPROCS "
			"1, whose schedule is the same each time: leave out "
			"--procs and --duration");
	err = check_policy(g->base_policy);
	if (!err)
		err = check_policy(g->head_policy);
	for (size_t i = 0; !err && i < r->params.n; i++)
		err = strchr(r->params.v[i], ',')
		              ? refuse("a gate takes one value of a parameter")
		              : params_check(&r->workloads, r->params.v[i]);
	return err;
}

// of_workload says whether anything was given that only a workload has.
static bool of_workload(const struct request *r)
{
	static const enum request_key keys[] = {KEY_WORKLOADS, KEY_PROCS,
	                                        KEY_M_CAP,     KEY_PARAM,
	                                        KEY_SIZE,      KEY_DURATION};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (r->given[keys[i]])
			return true;
	return r->plugins.n || r->gate.base_policy || r->gate.head_policy;
}

int gate_sides_check(const struct request *r)
{
	const struct gate_request *g = &r->gate;

	if (r->words.n) {
		complain("'%.64s' is no option: a command with words in it stands "
		         "in quotes, or after --",
		         r->words.v[0]);
		return -EINVAL;
	}
	if (head_alone(r) && check_alone(r) != 0)
		return -EINVAL;
	if (of_workload(r))
		return check_policies(r);
	if (head_alone(r))
		return 0;
	if (g->base_ref || g->head_ref || g->build)
		return check_refs(r);
	if (r->program.n)
		return refuse("a command after -- is run in two trees: name "
		              "--base-ref");
	if (!g->base || !g->head)
		return refuse("name two commands: --base 'COMMAND' --head "
		              "'COMMAND'; or --base-ref REF -- COMMAND; or "
		              "--workload NAME --head-policy SPEC");
	return 0;
}

//---------------------------------------------------------------------------
// Trees
//---------------------------------------------------------------------------

// take_program is the command after --, on a side that is this commit.
static int take_program(const struct words *program, const char *what,
                        const char *commit, struct gate_side *s)
{
	char *text = program_text(program);
	int err = text ? 0 : -ENOMEM;

	if (text && asprintf(&s->label, "%s (%s): %s", what, commit, text) < 0) {
		s->label = NULL;
		err = -ENOMEM;
	}
	for (size_t i = 0; !err && i < program->n; i++)
		err = words_add(&s->given, program->v[i], strlen(program->v[i]));
	for (size_t i = 0; !err && git_variables[i]; i++)
		err = words_add(&s->change, git_variables[i],
		                strlen(git_variables[i]));
	free(text);
	return err;
}

static int take_ref(const struct request *r, const char *ref,
                    struct gate_sides *s, int i)
{
	char *commit = NULL;
	int err = trees_add(&s->trees, names[i], ref, &s->side[i].dir, &commit);

	if (!err)
		err = take_program(&r->program, ref, commit, &s->side[i]);
	free(commit);
	return err;
}

static int take_working_tree(const struct request *r, struct gate_side *s)
{
	char *commit = trees_here();
	int err = commit ? take_program(&r->program, "working tree", commit, s)
	                 : -EINVAL;

	free(commit);
	return err;
}

//---------------------------------------------------------------------------
// Building
//---------------------------------------------------------------------------

// tail copies the end of what a build said, so much as there is room for.
static void tail(char *said, char *out, size_t size)
{
	size_t n = strlen(said);

	while (n && said[n - 1] == '\n')
		said[--n] = '\0';
	utf8_clean(out, size, n < size ? said : said + n - size + 1);
}

// say_log prints the end of a build's log, each line as it is but for what could
// move a terminal's cursor.
static void say_log(const char *name, char *log)
{
	for (char *line = strtok(log, "\n"); line; line = strtok(NULL, "\n"))
		complain("%s: %s", name, line);
}

static int judge(struct trial_process *p, const char *name, char *why,
                 size_t whylen)
{
	char said[200];

	if (!p->timed_out && WIFEXITED(p->status) && WEXITSTATUS(p->status) == 0)
		return 0;
	tail(p->errors, said, sizeof said);
	if (p->timed_out)
		snprintf(why, whylen, "%s: its build was stopped after %.0f s",
		         name, p->seconds);
	else if (WIFSIGNALED(p->status))
		snprintf(why, whylen, "%s: its build ended with signal %s: %s",
		         name, sigabbrev_np(WTERMSIG(p->status)), said);
	else
		snprintf(why, whylen, "%s: its build ended with status %d: %s",
		         name, WEXITSTATUS(p->status), said);
	say_log(name, p->errors);
	return SIDES_FAILED;
}

// build runs the command in the side's tree. All that it prints goes one way, so
// that the end of it is the end.
static int build(const struct request *r, const struct gate_side *s,
                 const char *name, char *why, size_t whylen)
{
	char shell[] = "sh", option[] = "-c", one_way[] = "eval \"$1\" >&2";
	char *command = strdup(r->gate.build);
	char *const argv[] = {shell, option, one_way, shell, command, NULL};
	const struct pin anywhere = {.bound = false};
	struct trial_process p = {.path = "/bin/sh",
	                          .argv = argv,
	                          .dir = s->dir,
	                          .env = &s->change,
	                          .pin = &anywhere,
	                          .timeout = r->gate.build_timeout};
	int err = command ? 0 : -ENOMEM;

	if (!r->quiet)
		fprintf(stderr, "dyno gate: building %s\n", name);
	if (!err)
		err = trial_process_run(&p);
	if (!err)
		err = judge(&p, name, why, whylen);
	trial_process_free(&p);
	free(command);
	return err;
}

// make_trees builds base and head, and finds what is run in them: what a build
// has not made is that build's failure.
static int make_trees(const struct request *r, struct gate_sides *s, char *why,
                      size_t whylen)
{
	int err = trees_begin(&s->trees);

	if (!err)
		err = take_ref(r, r->gate.base_ref, s, 0);
	if (!err)
		err = r->gate.head_ref ? take_ref(r, r->gate.head_ref, s, 1)
		                       : take_working_tree(r, &s->side[1]);
	for (int i = 0; !err && i < 2; i++) {
		if (r->gate.build)
			err = build(r, &s->side[i], names[i], why, whylen);
		if (err || gate_side_find(&s->side[i]) == 0)
			continue;
		snprintf(why, whylen,
		         "%s: there is no %.100s in it that can be run",
		         names[i], r->program.v[0]);
		err = SIDES_FAILED;
	}
	return err;
}

//---------------------------------------------------------------------------
// Both
//---------------------------------------------------------------------------

static int make_commands(const struct gate_request *g, struct gate_sides *s)
{
	int err = 0;

	if (g->base)
		err = gate_side_command(&s->side[0], "--base", g->base);
	if (!err && g->base)
		err = gate_side_find(&s->side[0]);
	if (!err)
		err = gate_side_command(&s->side[1], "--head", g->head);
	return err ? err : gate_side_find(&s->side[1]);
}

static int make_policies(const struct request *r, struct gate_sides *s)
{
	const char *base = r->gate.base_policy;
	int err = 0;

	if (!head_alone(r))
		err = gate_policy(r, base ? base : "go1.27", &s->side[0]);

	return err ? err : gate_policy(r, r->gate.head_policy, &s->side[1]);
}

// check_count refuses what cannot be counted, or differs with the time.
static int check_count(const struct gate_sides *s)
{
	int err = 0;

	for (int i = 0; !err && i < 2; i++) {
		if (!s->side[i].path)
			continue;
		if (gate_side_asks(&s->side[i]))
			return refuse("instructions are counted of a fixed amount "
			              "of work: leave out {ms}");
		err = count_check(&s->side[i]);
	}
	return err;
}

int gate_sides_make(const struct request *r, struct gate_sides *s, char *why,
                    size_t whylen)
{
	int err;

	if (r->gate.base_ref)
		err = make_trees(r, s, why, whylen);
	else
		err = r->gate.head_policy ? make_policies(r, s)
		                          : make_commands(&r->gate, s);
	if (!err && r->gate.rows == GATE_ROWS_INSTRUCTIONS)
		err = check_count(s);
	return err;
}

void gate_sides_free(struct gate_sides *s)
{
	gate_side_free(&s->side[0]);
	gate_side_free(&s->side[1]);
	trees_end(&s->trees);
}
