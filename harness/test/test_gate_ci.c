// test_gate_ci.c - scripts/ci/gate around a gate whose exit code is eaten, and
// the action for GitHub as YAML.
#include "gate_try.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ctype.h>
#include <results/file.h>
#include <strings.h>
#include <unistd.h>
#include <yaml.h>

enum { COMMAND = 2 * GATE_TRY_PATH };

static int make(void **state)
{
	int err = gate_try_begin(state);

	// The gate itself, on head $1: what a run prints is always the same.
	gate_try_write("run", "'" DYNO "' gate --quiet --budget 30s "
	                      "--base 'echo BenchmarkA 1 100 ns/op' "
	                      "--head \"$1\"\n");
	gate_try_write("Makefile", "gate:\n\tsh run \"$(HEAD)\"\n");
	return err;
}

static const char *const slower = "echo BenchmarkA 1 120 ns/op";
static const char *const alike = "echo BenchmarkA 1 100 ns/op";

// ci runs the recipe in the directory: options, and a command for sh that finds
// head in $HEAD. Returns its exit code.
static int ci(const char *options, const char *command, const char *head)
{
	char line[COMMAND];
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};

	snprintf(line, sizeof line,
	         "cd '%s' && unset GITHUB_STEP_SUMMARY GITHUB_OUTPUT && "
	         "HEAD='%s' GITHUB_ACTIONS=true '%s' --dyno '%s' %s %s%s%s",
	         gate_try_file(""), head, CI "/gate", DYNO, options,
	         command ? "-- sh -c '" : "", command ? command : "",
	         command ? "'" : "");
	return gate_try(argv);
}

static void assert_said(const char *what)
{
	gate_try_has(gate_said.out, what);
}

// Whatever eats the code of the gate, the recipe ends with its verdict.
static void test_eaten(void **state)
{
	static const char *const all[] = {
		"make gate HEAD=\"$HEAD\"",
		"make -k gate HEAD=\"$HEAD\" 2>&1 | tee log",
		"sh run \"$HEAD\" | tee log",
		"sh run \"$HEAD\" || true",
		"sh run \"$HEAD\"; exit 7",
		"sh run \"$HEAD\" 2>&1 | true",
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		gate_try_write("verdict.json", "{}");
		if (ci("", all[i], slower) != 3)
			fail_msg("%s: %s%s", all[i], gate_said.out,
			         gate_said.err);
		assert_said("::error title=dyno gate::regressed: head is slower");
		assert_said(
			": A sec/op: regressed, +20.00 %25 (+20.0 .. +20.0)\n");
	}
	assert_int_equal(ci("", all[0], alike), 0);
	assert_said("dyno gate: pass");
	assert_int_equal(ci("", all[4], alike), 0);
	assert_int_equal(ci("", all[1], "false"), 6);
	assert_said("::error title=dyno gate::failed");
}

// A gate that never ran has no verdict, also when an older one lies there.
static void test_never_ran(void **state)
{
	(void)state;
	assert_int_equal(ci("", "sh run \"$HEAD\"", alike), 0);
	assert_int_equal(ci("", NULL, alike), 0);
	assert_int_equal(ci("", "make none", alike), 1);
	assert_said(
		"::error title=dyno gate::the command ended with 2 and left no");
	assert_int_equal(ci("", NULL, alike), 1);
	gate_try_write("verdict.json", "{}");
	assert_int_equal(ci("", NULL, alike), 1);
	assert_said("holds no verdict");
	assert_int_equal(ci("", "kill -9 $$", alike), 1);
	assert_int_equal(
		ci("--verdict \"$(printf '5%%0A\n::stop')\"", NULL, alike), 1);
	assert_said("::error title=dyno gate::5%250A ::stop holds no verdict\n");
	assert_int_equal(ci("--wrong", NULL, alike), 2);
	assert_int_equal(ci("--verdict", NULL, alike), 2);
	assert_int_equal(ci("--dyno /nonexistent", NULL, alike), 2);
}

// A verdict of each word, as it may be found.
static void test_words(void **state)
{
	static const struct {
		const char *word, *options, *says;
		int code;
	} all[] = {
		{"pass", "", "dyno gate: pass", 0},
		{"inconclusive", "", "::warning title=dyno gate::inconclusive", 0},
		{"too-noisy", "", "::warning title=dyno gate::too-noisy", 0},
		{"no-baseline", "", "::warning title=dyno gate::no-baseline", 0},
		{"no-baseline", "--fail-on no-baseline",
	         "::error title=dyno gate::no-baseline", 5},
		{"regressed", "--fail-on failed",
	         "::warning title=dyno gate::regressed", 0},
		{"unfinished", "--fail-on failed",
	         "::error title=dyno gate::unfinished", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char text[512];

		snprintf(text, sizeof text,
		         "{\"dyno\":\"verdict\",\"schema\":1,\"verdict\":\"%s\","
		         "\"fail_on\":[\"regressed\",\"failed\"],\"rows\":[]}",
		         all[i].word);
		gate_try_write("verdict.json", text);
		assert_int_equal(ci(all[i].options, NULL, alike), all[i].code);
		assert_said(all[i].says);
	}
}

static long size_of(const char *name)
{
	FILE *f = fopen(gate_try_file(name), "r");
	long n;

	if (!f)
		return -1;
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	n = ftell(f);
	fclose(f);
	return n;
}

static void test_summary(void **state)
{
	long before;

	(void)state;
	unlink(gate_try_file("summary"));
	assert_int_equal(ci("--summary summary", "sh run \"$HEAD\"", slower), 3);
	assert_true(size_of("summary") > 100);
	FILE *f = fopen(gate_try_file("summary"), "a");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++)
		fprintf(f, "%1000s\n", "");
	fclose(f);
	before = size_of("summary");
	assert_int_equal(ci("--summary summary", NULL, slower), 3);
	assert_said("::warning title=dyno gate::the step summary is full");
	assert_int_equal(size_of("summary"), before);
	assert_int_equal(ci("--summary /dev/full", NULL, slower), 3);
}

//---------------------------------------------------------------------------
// The action
//---------------------------------------------------------------------------

static yaml_document_t action;

static const char *text_of(const yaml_node_t *n)
{
	return n && n->type == YAML_SCALAR_NODE
	               ? (const char *)n->data.scalar.value
	               : "";
}

// get returns what a mapping has for a key, or NULL.
static yaml_node_t *get(const yaml_node_t *map, const char *key)
{
	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++)
		if (!strcmp(text_of(yaml_document_get_node(&action, p->key)), key))
			return yaml_document_get_node(&action, p->value);
	return NULL;
}

static void load_action(void)
{
	FILE *f = fopen(CI "/action.yml", "r");
	yaml_parser_t parser;

	assert_non_null(f);
	assert_int_equal(yaml_parser_initialize(&parser), 1);
	yaml_parser_set_input_file(&parser, f);
	assert_int_equal(yaml_parser_load(&parser, &action), 1);
	yaml_parser_delete(&parser);
	fclose(f);
}

// check_uses looks at each ${{ inputs.NAME }} of a text.
static int check_uses(const yaml_node_t *inputs, const char *text)
{
	int uses = 0;

	while ((text = strstr(text, "inputs.")) != NULL) {
		char name[64];

		text += strlen("inputs.");
		assert_int_equal(sscanf(text, "%63[a-z-]", name), 1);
		if (!get(inputs, name))
			fail_msg("action.yml has no input '%s'", name);
		uses++;
	}
	return uses;
}

// only_keys fails the test when a mapping has another key than these, or lacks one
// that is written in capitals here.
static void only_keys(const yaml_node_t *map, const char *const *keys)
{
	assert_non_null(map);
	assert_int_equal(map->type, YAML_MAPPING_NODE);
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++) {
		const char *key = text_of(yaml_document_get_node(&action, p->key));
		size_t i = 0;

		while (keys[i] && strcasecmp(keys[i], key) != 0)
			i++;
		if (!keys[i])
			fail_msg("GitHub knows no key '%s' there", key);
	}
	for (size_t i = 0; keys[i]; i++) {
		char key[32];

		snprintf(key, sizeof key, "%s", keys[i]);
		for (char *c = key; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		if (isupper((unsigned char)*keys[i]) && !get(map, key))
			fail_msg("GitHub asks for the key '%s'", key);
	}
}

static void each_has(const yaml_node_t *map, const char *const *keys)
{
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++)
		only_keys(yaml_document_get_node(&action, p->value), keys);
}

// The keys of GitHub's metadata syntax for composite actions whose steps are
// commands.
static void test_action_is_known_to_github(void **state)
{
	static const char *const top[] = {"NAME",     "author", "DESCRIPTION",
	                                  "inputs",   "RUNS",   "outputs",
	                                  "branding", NULL};
	static const char *const input[] = {"DESCRIPTION", "required", "default",
	                                    "deprecationMessage", NULL};
	static const char *const output[] = {"DESCRIPTION", "VALUE", NULL};
	static const char *const runs[] = {"USING", "STEPS", NULL};
	static const char *const step[] = {"RUN",
	                                   "SHELL",
	                                   "if",
	                                   "name",
	                                   "id",
	                                   "env",
	                                   "working-directory",
	                                   "continue-on-error",
	                                   NULL};
	const yaml_node_t *root, *steps;

	(void)state;
	load_action();
	root = yaml_document_get_root_node(&action);
	only_keys(root, top);
	each_has(get(root, "inputs"), input);
	each_has(get(root, "outputs"), output);
	only_keys(get(root, "runs"), runs);
	steps = get(get(root, "runs"), "steps");
	for (yaml_node_item_t *i = steps->data.sequence.items.start;
	     i < steps->data.sequence.items.top; i++)
		only_keys(yaml_document_get_node(&action, *i), step);
	yaml_document_delete(&action);
}

// No step is given a token: what a fork's pull request may do is enough.
static void test_action_takes_no_token(void **state)
{
	static const char *const tokens[] = {"secrets.", "github.token",
	                                     "GITHUB_TOKEN", "permissions"};
	static const char *const files[] = {CI "/action.yml", CI "/gate"};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *text = file_read(files[i], 1 << 20);

		assert_non_null(text);
		for (size_t k = 0; k < sizeof tokens / sizeof *tokens; k++)
			assert_null(strstr(text, tokens[k]));
		free(text);
	}
}

// Every input is there that is used; what a user gives is never put into the text
// of a script, where it could be more than a value.
static void test_action(void **state)
{
	yaml_node_t *root, *inputs, *steps;
	int uses = 0, n = 0;

	(void)state;
	load_action();
	root = yaml_document_get_root_node(&action);
	inputs = get(root, "inputs");
	assert_string_equal(text_of(get(get(root, "runs"), "using")),
	                    "composite");
	steps = get(get(root, "runs"), "steps");
	assert_non_null(steps);
	assert_int_equal(steps->type, YAML_SEQUENCE_NODE);
	for (yaml_node_item_t *i = steps->data.sequence.items.start;
	     i < steps->data.sequence.items.top; i++, n++) {
		yaml_node_t *step = yaml_document_get_node(&action, *i);
		yaml_node_t *env = get(step, "env");

		assert_string_equal(text_of(get(step, "shell")), "bash");
		assert_true(*text_of(get(step, "run")));
		assert_null(strstr(text_of(get(step, "run")), "${{"));
		uses += check_uses(inputs, text_of(get(step, "if")));
		for (yaml_node_pair_t *p = env ? env->data.mapping.pairs.start
		                               : NULL;
		     p && p < env->data.mapping.pairs.top; p++)
			uses += check_uses(inputs, text_of(yaml_document_get_node(
							   &action, p->value)));
	}
	assert_int_equal(n, 2);
	assert_true(uses >= 8);
	yaml_document_delete(&action);
}

// write_step writes the commands of the action's last step, as GitHub would.
static void write_step(const char *name)
{
	const yaml_node_t *steps;
	yaml_node_item_t *last;

	load_action();
	steps = get(get(yaml_document_get_root_node(&action), "runs"), "steps");
	last = steps->data.sequence.items.top - 1;
	gate_try_write(name, text_of(get(yaml_document_get_node(&action, *last),
	                                 "run")));
	yaml_document_delete(&action);
}

// The step, run by what runs it on GitHub, with these inputs.
static int step(const char *inputs)
{
	char line[COMMAND];
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};

	snprintf(line, sizeof line,
	         "cd '%s' && rm -f out summary && GITHUB_ACTIONS=true "
	         "GITHUB_ACTION_PATH='%s' GITHUB_OUTPUT=out "
	         "GITHUB_STEP_SUMMARY=summary OTHER_DYNO='%s' THRESHOLD=2%% "
	         "BUDGET=30s FAIL_ON=regressed,failed VERDICT=v.json %s "
	         "bash --noprofile --norc -eo pipefail step.sh",
	         gate_try_file(""), CI, DYNO, inputs);
	return gate_try(argv);
}

static void test_action_runs(void **state)
{
	char *text;

	(void)state;
	write_step("step.sh");
	assert_int_equal(step("RUN= BASE='echo BenchmarkA 1 100 ns/op' "
	                      "HEAD='echo BenchmarkA 1 120 ns/op' "
	                      "OPTIONS='--junit junit.xml\n --quiet'"),
	                 3);
	assert_said("::error title=dyno gate::regressed");
	text = gate_try_read("out");
	assert_string_equal(text, "verdict=regressed\n");
	free(text);
	text = gate_try_read("summary");
	gate_try_has(text, "| regressed |");
	free(text);
	assert_true(size_of("junit.xml") > 100);
	assert_int_equal(step("RUN= BASE='echo BenchmarkA 1 100 ns/op' "
	                      "HEAD='echo BenchmarkA 1 100 ns/op' OPTIONS="),
	                 0);
	// Without base and head the options say what is run.
	assert_int_equal(
		step("RUN= BASE= HEAD= OPTIONS='--base true --head false'"), 6);
	assert_int_equal(step("BASE= HEAD= OPTIONS= RUN='\"$DYNO\" gate --base "
	                      "true --head false -o v.json | cat'"),
	                 6);
	assert_int_equal(step("RUN= BASE= HEAD= OPTIONS=--wrong"), 1);
	assert_said("left no v.json: no gate was run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_eaten),
		cmocka_unit_test(test_never_ran),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_action),
		cmocka_unit_test(test_action_is_known_to_github),
		cmocka_unit_test(test_action_takes_no_token),
		cmocka_unit_test(test_action_runs),
	};
	return cmocka_run_group_tests(tests, make, gate_try_end);
}
