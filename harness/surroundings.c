// surroundings.c - what a trial inherits from whoever starts dyno: environment
// variables and a directory.
//
// A trial that is run again, and the rest of a sweep that was stopped, are to find
// what the others found. But a store is shown to others, and variables have secrets
// in them. So a value is kept where it is known to say how programs run, and of every
// other variable 16 bits: enough to see that it has changed, and too few to guess a
// password from. What a session or a terminal sets for itself is passed over.
#include "surroundings.h"

#include "complain.h"

#include <errno.h>
#include <limits.h>
#include <results/json_out.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// With a * at the end: all that begin so.
static const char *const kept[] = {
	"ASAN_OPTIONS", "DYNO_DEBUG", "GLIBC_TUNABLES", "GODEBUG",     "GOGC",
	"GOMAXPROCS",   "GOMEMLIMIT", "GORACE",         "GOTRACEBACK", "LANG",
	"LC_*",         "LD_*",       "MALLOC_*",       "OMP_*",       "PATH",
	"TSAN_OPTIONS", "TZ",         "UBSAN_OPTIONS",
};

static const char *const passed_over[] = {
	"_",     "COLUMNS", "COLORTERM",     "DBUS_*",         "DISPLAY",
	"HIST*", "LINES",   "INVOCATION_ID", "OLDPWD",         "PWD",
	"SHLVL", "SSH_*",   "STY",           "JOURNAL_STREAM", "TERM*",
	"TMUX*", "WINDOW*", "XDG_SESSION*",
};

#define IS_ONE_OF(list, name) \
	is_one_of(list, sizeof(list) / sizeof *(list), name)

static bool is_one_of(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(list[i], "*");

		if (strncmp(list[i], name, len) == 0 &&
		    (list[i][len] || !name[len]))
			return true;
	}
	return false;
}

// trace_of is FNV-1a, folded to 16 bits.
static json_int_t trace_of(const char *value)
{
	uint32_t h = 2166136261u;

	for (; *value; value++)
		h = (h ^ (unsigned char)*value) * 16777619u;
	return (json_int_t)((h >> 16) ^ (h & 0xffff));
}

//---------------------------------------------------------------------------
// Keeping
//---------------------------------------------------------------------------

// name_of copies the name of an entry NAME=VALUE; NULL if there is nothing to keep.
static char *name_of(const char *entry)
{
	const char *equal = strchr(entry, '=');
	char *name = equal && equal > entry
	                     ? strndup(entry, (size_t)(equal - entry))
	                     : NULL;

	if (!name || !IS_ONE_OF(passed_over, name))
		return name;
	free(name);
	return NULL;
}

static json_t *variables(void)
{
	json_t *all = json_object();

	for (char **e = environ; all && e && *e; e++) {
		char *name = name_of(*e);
		const char *value = name ? getenv(name) : NULL;

		// A name that is not UTF-8 is left out.
		if (value && IS_ONE_OF(kept, name))
			json_object_set_new(all, name, json_string(value));
		else if (value)
			json_object_set_new(all, name,
			                    json_integer(trace_of(value)));
		free(name);
	}
	return all;
}

void surroundings_put(json_t *facts)
{
	char here[PATH_MAX];

	json_object_set_new(facts, "variables", variables());
	if (getcwd(here, sizeof here))
		json_object_set_new(facts, "directory", json_out_text(here));
}

//---------------------------------------------------------------------------
// Restoring
//---------------------------------------------------------------------------

// A sentence's list of names, as far as there is room.
struct names {
	char text[300];
	size_t used, n;
};

static void add_name(struct names *list, const char *name, const char *how)
{
	int n = snprintf(list->text + list->used, sizeof list->text - list->used,
	                 "%s%.60s%s", list->n ? ", " : "", name, how);

	if (n > 0 && (size_t)n < sizeof list->text - list->used)
		list->used += (size_t)n;
	else
		list->text[list->used] = '\0';
	list->n++;
}

static void restore_one(const char *name, const json_t *then, struct names *set,
                        struct names *other)
{
	const char *now = getenv(name);

	if (json_is_string(then)) {
		if (now && strcmp(now, json_string_value(then)) == 0)
			return;
		if (setenv(name, json_string_value(then), 1) == 0)
			add_name(set, name, "");
	} else if (!now) {
		add_name(other, name, " (not set)");
	} else if (json_integer_value(then) != trace_of(now)) {
		add_name(other, name, "");
	}
}

// drop_new takes out of the environment what was not in it then, if it says how
// programs run; the rest is told.
static void drop_new(const json_t *then, struct names *set, struct names *other)
{
	json_t *now = variables(), *value;
	const char *name;

	json_object_foreach(now, name, value)
	{
		if (json_object_get(then, name))
			continue;
		if (json_is_string(value) && unsetenv(name) == 0)
			add_name(set, name, " (not set)");
		else
			add_name(other, name, " (new)");
	}
	json_decref(now);
}

static void enter_directory(const json_t *facts)
{
	const char *dir = json_string_value(json_object_get(facts, "directory"));

	if (dir && chdir(dir) != 0)
		complain("the trials were run in %.200s, which cannot be entered "
		         "(%s): they are run here",
		         dir, strerror(errno));
}

void surroundings_restore(const json_t *facts, bool enter)
{
	json_t *then = json_object_get(facts, "variables"), *value;
	struct names set = {.n = 0}, other = {.n = 0};
	const char *name;

	if (enter)
		enter_directory(facts);
	if (!json_is_object(then)) // a store of old
		return;
	json_object_foreach(then, name, value)
		restore_one(name, value, &set, &other);
	drop_new(then, &set, &other);
	if (set.n)
		complain("the environment is that of the other trials again: %s",
		         set.text);
	if (other.n)
		complain("the environment is not that of the other trials, and no "
		         "value was kept of: %s; set them as they were then, and "
		         "what matters with --env",
		         other.text);
}
