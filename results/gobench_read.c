// gobench_read.c - Go benchmark text, line by line.
//
// Every line is one of four: "key: value" with a key that begins in lower case
// sets configuration for what follows ("key:" alone deletes it); "Unit u
// better=lower" says something about a unit, wherever it stands; "Benchmark..."
// is a result; the rest is the output of a program and none of our business.
#include "gobench.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	CONFIGS = 200, // the most keys at once; further ones are passed over
	PREFIX = 9,    // "Benchmark"
	UNITS = 1000,  // the most units of which something is said
	UNIT = 200,    // room for a unit, tidied
	UNIT_READ = 192, // a unit is shorter, so that it is read again when written
	FIELDS = 2 + 2 * 500 // name, iterations, and the most metrics of a line
};

struct config {
	const char *key, *value; // in the text
};

struct reader {
	struct samples *s;
	struct config config[CONFIGS]; // sorted by key
	size_t n_config;
	char *group, *host;       // of config; NULL: to be made
	size_t line;              // number
	size_t first;             // the first row that is ours
	struct samples_row *unit; // units whose better side was said
	size_t n_unit;
};

//---------------------------------------------------------------------------
// Units
//---------------------------------------------------------------------------

// tidy_unit copies a unit with ns as sec and MB as B, in each of its factors,
// and scales the value. What is too long is cut.
static void tidy_unit(const char *unit, char *out, double *value)
{
	char *end = out + UNIT_READ - 4;
	bool below = false;
	while (*unit && out < end) {
		size_t n = strcspn(unit, "/*-");
		bool ns = n == 2 && !memcmp(unit, "ns", 2);
		bool mb = n == 2 && !memcmp(unit, "MB", 2);
		double factor = ns ? 1e-9 : mb ? 1e6 : 1;
		*value = below ? *value / factor : *value * factor;
		if (n > (size_t)(end - out))
			n = (size_t)(end - out);
		const char *text = ns ? "sec" : mb ? "B" : unit;
		size_t length = ns ? 3 : mb ? 1 : n;
		memcpy(out, text, length);
		out += length;
		unit += n;
		if (*unit) {
			below = *unit == '/' || (below && *unit != '-');
			*out++ = *unit++;
		}
	}
	*out = '\0';
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);
	return n >= m && !strcmp(s + n - m, end);
}

// usual_better is what a unit says by itself: per operation is a cost, per
// second a rate.
static enum samples_better usual_better(const char *unit)
{
	if (ends_in(unit, "/s") || ends_in(unit, "/sec"))
		return SAMPLES_HIGHER;
	return ends_in(unit, "/op") ? SAMPLES_LOWER : SAMPLES_UNKNOWN;
}

static int unit_line(struct reader *r, char *rest)
{
	char *save = NULL, *unit = strtok_r(rest, " \t", &save);
	char tidied[UNIT];
	double one = 1;
	if (!unit || r->n_unit == UNITS)
		return 0;
	tidy_unit(unit, tidied, &one);
	enum samples_better better = SAMPLES_UNKNOWN;
	for (char *w; (w = strtok_r(NULL, " \t", &save));) {
		if (!strncmp(w, "better=", 7))
			better = samples_better_parse(w + 7);
	}
	if (better == SAMPLES_UNKNOWN)
		return 0;
	struct samples_row *all = realloc(r->unit, (r->n_unit + 1) * sizeof *all);
	if (!all)
		return -ENOMEM;
	r->unit = all;
	all[r->n_unit] = (struct samples_row){
		.unit = arena_string(&r->s->arena, tidied), .better = better};
	return all[r->n_unit++].unit ? 0 : -ENOMEM;
}

// settle_better gives each row that was read the better side of its unit.
static void settle_better(struct reader *r)
{
	for (size_t i = r->first; i < r->s->n; i++) {
		struct samples_row *row = &r->s->row[i];
		if (row->better == SAMPLES_UNKNOWN)
			row->better = usual_better(row->unit);
		for (size_t k = 0; k < r->n_unit; k++)
			if (!strcmp(row->unit, r->unit[k].unit))
				row->better = r->unit[k].better;
	}
}

//---------------------------------------------------------------------------
// Configuration
//---------------------------------------------------------------------------

static bool names_machine(const char *key)
{
	return !strcmp(key, "host") || !strcmp(key, "cpu");
}

// join makes the text of one kind of configuration, in the order of the keys.
static char *join(const struct reader *r, bool machine)
{
	size_t room = 1;
	for (size_t i = 0; i < r->n_config; i++)
		room += strlen(r->config[i].key) + strlen(r->config[i].value) + 3;
	char *out = malloc(room), *end = out;
	if (!out)
		return NULL;
	*end = '\0';
	for (size_t i = 0; i < r->n_config; i++) {
		const struct config *c = &r->config[i];
		if (names_machine(c->key) != machine)
			continue;
		if (machine)
			end += sprintf(end, "%s%s", end > out ? ", " : "",
			               c->value);
		else
			end += sprintf(end, "%s: %s\n", c->key, c->value);
	}
	return out;
}

static void forget_joined(struct reader *r)
{
	free(r->group);
	free(r->host);
	r->group = r->host = NULL;
}

static void set_config(struct reader *r, const char *key, const char *value)
{
	size_t i = 0;
	while (i < r->n_config && strcmp(r->config[i].key, key) < 0)
		i++;
	struct config *at = &r->config[i];
	bool there = i < r->n_config && !strcmp(at->key, key);
	forget_joined(r);
	if (there && *value) {
		at->value = value;
	} else if (there) {
		r->n_config--;
		memmove(at, at + 1, (r->n_config - i) * sizeof *at);
	} else if (*value && r->n_config < CONFIGS) {
		memmove(at + 1, at, (r->n_config - i) * sizeof *at);
		r->n_config++;
		*at = (struct config){key, value};
	}
}

// config_line takes "key: value"; false when the line is something else.
static bool config_line(struct reader *r, char *line)
{
	char *colon = strchr(line, ':');
	if (!islower((unsigned char)line[0]) || !colon)
		return false;
	for (char *c = line; c < colon; c++) {
		if (isupper((unsigned char)*c) || isspace((unsigned char)*c))
			return false;
	}
	if (colon[1] && colon[1] != ' ' && colon[1] != '\t')
		return false;
	*colon = '\0';
	set_config(r, line, colon + 1 + strspn(colon + 1, " \t"));
	return true;
}

//---------------------------------------------------------------------------
// Results
//---------------------------------------------------------------------------

static bool is_number(const char *s, double *value)
{
	char *end;
	*value = strtod(s, &end);
	return end != s && !*end;
}

static bool is_count(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

static int add_metrics(struct reader *r, char **field, size_t n)
{
	char unit[UNIT];
	struct samples_row like = {.name = field[0] + PREFIX,
	                           .unit = unit,
	                           .group = r->group,
	                           .host = r->host};
	int err = 0;
	for (size_t i = 2; !err && i + 1 < n; i += 2) {
		double value;
		is_number(field[i], &value);
		tidy_unit(field[i + 1], unit, &value);
		err = samples_add(r->s, &like, value);
	}
	return err;
}

// result_line takes a line that begins with "Benchmark". 0, -EBADMSG when it is no result
// after all, -E2BIG or -ENOMEM.
static int result_line(struct reader *r, char *line)
{
	char *field[FIELDS], *save = NULL;
	size_t n = 0;
	for (char *f = strtok_r(line, " \t", &save); f && n < FIELDS;
	     f = strtok_r(NULL, " \t", &save))
		field[n++] = f;
	double value;
	if (n < 4 || n % 2 || n == FIELDS || !is_count(field[1]))
		return -EBADMSG;
	for (size_t i = 2; i < n; i += 2) {
		if (!is_number(field[i], &value) ||
		    strlen(field[i + 1]) >= UNIT_READ)
			return -EBADMSG;
	}
	if (!r->group)
		r->group = join(r, false);
	if (!r->host)
		r->host = join(r, true);
	return r->group && r->host ? add_metrics(r, field, n) : -ENOMEM;
}

static int take_line(struct reader *r, char *line)
{
	if (!strncmp(line, "Unit ", 5))
		return unit_line(r, line + 5);
	if (strncmp(line, "Benchmark", PREFIX) ||
	    islower((unsigned char)line[PREFIX])) {
		config_line(r, line);
		return 0;
	}
	// A program that prints while it is measured leaves its name alone on a
	// line: "BenchmarkX-8" and then whatever. Go does so too with -v.
	if (!strpbrk(line, " \t"))
		return 0;
	int err = result_line(r, line);
	if (err != -EBADMSG)
		return err;
	if (!r->s->malformed++)
		r->s->first_bad = r->line;
	return 0;
}

int gobench_read(struct samples *s, char *text)
{
	struct reader r = {.s = s, .first = s->n};
	int err = 0;
	while (!err && *text) {
		size_t n = strcspn(text, "\n");
		char *next = text + n + (text[n] != '\0');
		text[n] = '\0';
		if (n && text[n - 1] == '\r')
			text[n - 1] = '\0';
		r.line++;
		err = take_line(&r, text);
		text = next;
	}
	settle_better(&r);
	forget_joined(&r);
	free(r.unit);
	return err;
}
