// policy_names.c - what is wrong with a policy's name, and what is near it.
//
// A policy is words with commas between them: a preset, or axis=choice, or
// axis=choice:argument.
#include "policy_names.h"

#include "complain.h"
#include "nearest.h"

#include <dyno/policy.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { NAMES_MAX = 64 };

struct names {
	const char *v[NAMES_MAX];
	size_t n;
};

static void add(struct names *names, const char *name)
{
	if (names->n < NAMES_MAX)
		names->v[names->n++] = name;
}

static void add_presets(struct names *names)
{
	const char *name, *spec, *help;

	for (size_t i = 0; (name = dy_policy_preset(i, &spec, &help)); i++)
		add(names, name);
}

static void add_axes(struct names *names)
{
	for (size_t i = 0; dy_policy_axis(i); i++)
		add(names, dy_policy_axis(i));
}

static void add_choices(struct names *names, size_t axis)
{
	for (size_t j = 0; dy_policy_choice(axis, j); j++)
		add(names, dy_policy_choice(axis, j)->name);
}

// unknown says whether word is none of the names, and then complains.
static bool unknown(const char *what, const char *word, const struct names *names)
{
	char hint[256];

	for (size_t i = 0; i < names->n; i++)
		if (strcmp(word, names->v[i]) == 0)
			return false;
	complain("unknown %s '%s': %s", what, word,
	         nearest_hint(word, names->v, names->n, hint, sizeof hint));
	return true;
}

// refuse_choice looks at "axis=choice".
static bool refuse_choice(char *word, char *choice)
{
	struct names axes = {.n = 0}, choices = {.n = 0};
	char what[80];
	size_t axis = 0;

	*choice++ = '\0';
	choice[strcspn(choice, ":")] = '\0';
	add_axes(&axes);
	if (unknown("policy axis", word, &axes))
		return true;
	while (strcmp(word, dy_policy_axis(axis)) != 0)
		axis++;
	add_choices(&choices, axis);
	snprintf(what, sizeof what, "choice of %s", word);
	return unknown(what, choice, &choices);
}

static bool refuse_word(char *word)
{
	char *equal = strchr(word, '=');
	struct names presets = {.n = 0};

	if (equal)
		return refuse_choice(word, equal);
	add_presets(&presets);
	return unknown("policy preset", word, &presets);
}

void policy_names_refuse(const char *spec, const char *why)
{
	while (*spec) {
		char word[NEAREST_WORD_MAX + 1];
		size_t len = strcspn(spec, ",");

		snprintf(word, sizeof word, "%.*s", (int)len, spec);
		if (len && refuse_word(word))
			return;
		spec += len + (spec[len] == ',');
	}
	complain("%s", why);
}
