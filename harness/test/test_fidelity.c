// test_fidelity.c - dyno report --fidelity and scripts/fidelity, on a sweep of two
// scripts that take the places of Dyno and of real Go.
#include "../explained.h"
#include "command.h"
#include "messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct command_result r;
static char dir[4096];

// Twice as fast at two Ps; Dyno is three times as fast as Go.
static const char fake[] =
	"#!/bin/sh\n"
	"p=$GOMAXPROCS trace=$GODEBUG level=1000 go=',\"go_version\":\"go1.99\"'\n"
	"for w; do case $w in\n"
	"--procs=*) p=${w#--procs=} trace=$DYNO_DEBUG level=3000 go= ;;\n"
	"esac; done\n"
	"case $trace in *schedtrace=5*)\n"
	"	echo \"SCHED 5ms: gomaxprocs=$p idleprocs=0 threads=$((p + 4)) "
	"spinningthreads=0 idlethreads=1 runqueue=0 [0 0]\" >&2 ;;\n"
	"esac\n"
	"echo '{\"schema\":1,\"outcome\":\"ok\",\"verified\":true,\"why\":\"\","
	"\"op\":\"thing\"'$go',\"metrics\":[{\"name\":\"throughput\",\"unit\":\"op/s\","
	"\"better\":\"higher\",\"value\":'$((level * p))'}]}'\n";

static const char spec[] = "workloads: [fib]\n"
			   "procs: [1, 2]\n"
			   "policy: [go1.27, go]\n"
			   "reps: 4\n"
			   "work-rate: 1000000\n"
			   "counters: none\n"
			   "foreign-limit: none\n"
			   "schedtrace: 5ms\n"
			   "schedtrace-reps: 3\n";

static const char *in_dir(const char *name)
{
	static char path[4][sizeof dir + 64];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof path[turn], "%s/%s", dir, name);
	return path[turn];
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void shell(const char *script)
{
	command_run(&r, (const char *[]){"/bin/sh", "-c", script, "sh", dir,
	                                 DYNO, SCRIPT, NULL});
}

static void shell_expect(const char *script, int status)
{
	shell(script);
	if (command_exit(&r) != status)
		fail_msg("%s: exit %d: %s", script, command_exit(&r), r.err);
}

static void contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

// A dyno with its trial and its twins beside it.
static int make(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "%s", command_directory());
	put("fake", fake);
	put("spec.yaml", spec);
	put("explained.yaml", "# nothing yet\n");
	shell_expect(
		"cd \"$1\" && chmod +x fake && cp fake dyno-trial && "
		"cp fake dyno-twins && { ln \"$2\" dyno 2>/dev/null || cp \"$2\" dyno; }",
		0);
	shell_expect("cd \"$1\" && ./dyno sweep spec.yaml -q -o store", 0);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	command_remove(dir);
	return 0;
}

static void test_only_the_first_trials_are_traced(void **state)
{
	(void)state;
	assert_int_equal(
		command_count(in_dir("store"), "SELECT count(*) FROM trial"), 16);
	assert_int_equal(
		command_count(in_dir("store"),
	                      "SELECT count(*) FROM trial WHERE rep < 3 AND "
	                      "doc LIKE '%\"schedtrace\":%\"threads\":{%'"),
		12);
	assert_int_equal(command_count(in_dir("store"),
	                               "SELECT count(*) FROM trial WHERE rep >= 3 AND "
	                               "doc LIKE '%schedtrace%'"),
	                 0);
}

static void test_report(void **state)
{
	(void)state;
	shell_expect("\"$1\"/dyno report \"$1\"/store --fidelity", 0);
	contains(r.out, "go1.27 against go1.99, 16 trials on");
	contains(r.out, "Of 1 workloads 0 agree, 1 differ");
	contains(r.out, "throughput differs: open");
	contains(r.out, "3 (3 .. 3)*");
	contains(r.out, "5 / 5");
	put("why.yaml", "- workload: [fib, uts]\n  measure: [shape, throughput]\n"
	                "  reason: It is a script.\n");
	shell_expect(
		"\"$1\"/dyno report \"$1\"/store --fidelity --explained \"$1\"/why.yaml",
		0);
	contains(r.out, "throughput differs: It is a script.");
	contains(r.out, "stale (line 1): shape of fib does not differ");
	contains(r.out, "stale (line 1): shape of uts was not measured");
}

static void refuses(const char *script, const char *part)
{
	shell_expect(script, 2);
	contains(r.err, part);
}

static void test_usage(void **state)
{
	(void)state;
	refuses("\"$1\"/dyno report \"$1\"/store --markdown", "--fidelity");
	refuses("\"$1\"/dyno report \"$1\"/store --fidelity --format go",
	        "two reports");
	refuses("\"$1\"/dyno report \"$1\"/store --fidelity --json --markdown",
	        "one of");
	refuses("\"$1\"/dyno report \"$1\"/none --fidelity", "No such file");
	refuses("\"$1\"/dyno report \"$1\"/store --fidelity --explained \"$1\"/none",
	        "cannot be opened");
}

static void refuses_reasons(const char *text, const char *part)
{
	struct explained e;
	char said[1024];
	int err;

	put("bad.yaml", text);
	messages_catch();
	err = explained_read(in_dir("bad.yaml"), &e);
	messages_caught(said, sizeof said);
	assert_int_not_equal(err, 0);
	contains(said, part);
}

static void test_bad_reasons(void **state)
{
	(void)state;
	refuses_reasons("a: b\n", "bad.yaml:1:1: reasons are a list");
	refuses_reasons("- fib\n", "bad.yaml:1:3: an entry is a mapping");
	refuses_reasons("- workload: fib\n  measure: p50\n",
	                "1:3: the entry has no reason");
	refuses_reasons("- workload: fib\n  measure: p51\n  reason: x\n",
	                "2:12: unknown measure 'p51': did you mean p50");
	refuses_reasons("- workload: fib\n  why: x\n",
	                "2:3: an entry has the keys");
	refuses_reasons("- workload: fib\n  workload: x\n",
	                "2:3: workload is given twice");
	refuses_reasons("- workload: []\n  measure: p50\n  reason: x\n",
	                "an empty list");
	refuses_reasons("- workload: {a: b}\n  measure: p50\n  reason: x\n",
	                "takes a text");
	refuses_reasons("- workload: fib\n  measure: p50\n  reason:\n",
	                "reason takes a text");
	refuses_reasons("- workload: [fib\n", "this is not YAML");
}

// The script goes on with a sweep, makes data and text, and sees when they part.
static void test_script(void **state)
{
	static const char run[] =
		"cd \"$1\" && \"$3\" --dyno ./dyno --into . -o store";

	(void)state;
	shell_expect(run, 0);
	shell_expect("cd \"$1\" && \"$3\" --dyno ./dyno --into . --check", 0);
	shell_expect("grep -q 'throughput differs: open' \"$1\"/README.md", 0);
	put("explained.yaml",
	    "- {workload: '*', measure: throughput, reason: It is a script.}\n");
	shell_expect("cd \"$1\" && \"$3\" --dyno ./dyno --into . --check", 1);
	contains(r.err, "--redraw");
	shell_expect("cd \"$1\" && \"$3\" --dyno ./dyno --into . --redraw", 0);
	shell_expect("cd \"$1\" && \"$3\" --dyno ./dyno --into . --check", 0);
	shell_expect("grep -q 'differs: It is a script.' \"$1\"/README.md", 0);
}

static void test_script_without_go(void **state)
{
	(void)state;
	shell_expect("mkdir \"$1\"/bin && for i in bash dirname nproc mkdir; do "
	             "ln -s \"$(command -v $i)\" \"$1\"/bin/$i; done; "
	             "PATH=\"$1\"/bin \"$3\" -o \"$1\"/nowhere",
	             0);
	contains(r.err, "no go in the PATH");
	shell_expect("\"$3\" --fast", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_the_first_trials_are_traced),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_bad_reasons),
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_script_without_go),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
