// why_print.c - one process and its verdict, for people.
#include "why_print.h"

#include "godebug.h"

#include <errno.h>
#include <results/table.h>
#include <results/utf8.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 400, WIDTH = 78 };

const char *why_language(const struct process *p, char *out, size_t size)
{
	const struct go_binary *b = &p->binary;

	switch (b->kind) {
	case GO_BINARY_GO:
		snprintf(out, size, "%s%s",
		         strncmp(b->version, "go", 2) == 0 ? "Go " : "",
		         b->version + (strncmp(b->version, "go", 2) == 0 ? 2 : 0));
		break;
	case GO_BINARY_UNVERSIONED:
		snprintf(out, size, "Go, its version was removed");
		break;
	case GO_BINARY_UNREADABLE:
		snprintf(out, size, "unknown: %s", strerror(-b->error));
		break;
	case GO_BINARY_NO_ELF:
		snprintf(out, size, "no ELF file: a script, perhaps");
		break;
	case GO_BINARY_OTHER:
	default:
		snprintf(out, size, "no Go program");
	}
	return out;
}

//---------------------------------------------------------------------------
// Facts
//---------------------------------------------------------------------------

static int fact(struct table *t, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fact(struct table *t, const char *name, const char *fmt, ...)
{
	char text[TEXT];
	const char *cell[] = {name, text};
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	return table_row(t, cell);
}

static int variable(struct table *t, const char *name, const char *value,
                    const struct process *p)
{
	if (!p->environ_known)
		return fact(t, name, "unknown: %s", p->environ_why);
	return value ? fact(t, name, "%s", value) : fact(t, name, "not set");
}

static int count(struct table *t, const char *name, int n)
{
	return n ? fact(t, name, "%d", n) : fact(t, name, "unknown");
}

static int level(struct table *t, const struct cgroup *c, size_t i)
{
	const struct cgroup_level *l = &c->level[i];
	char limit[64] = "no limit", throttled[96] = "";

	if (l->limited)
		snprintf(limit, sizeof limit, "%.4g CPUs (%lld of %lld us)",
		         l->cpus, (long long)l->quota_us,
		         (long long)l->period_us);
	if (l->counted && l->periods)
		snprintf(throttled, sizeof throttled,
		         ", throttled in %.3g %% of periods, %.3g s",
		         100 * (double)l->throttled / (double)l->periods,
		         l->throttled_s);
	return fact(t,
	            i                 ? ""
	            : c->version == 1 ? "cgroup v1"
	                              : "cgroup v2",
	            "%s: %s%s", l->path, limit, throttled);
}

static int groups(struct table *t, const struct cgroup *c)
{
	int err = 0;

	if (!c->n)
		return fact(t, "cgroup", "unknown: %s", c->why);
	for (size_t i = 0; !err && i < c->n; i++)
		err = level(t, c, i);
	return err;
}

// built_in shows those of the settings chosen at build time that matter here.
static int built_in(struct table *t, const char *godebug)
{
	static const char *const names[] = {"containermaxprocs",
	                                    "updatemaxprocs"};
	char text[TEXT] = "";
	size_t n = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int32_t value;

		if (godebug_setting(godebug, names[i], &value))
			n += (size_t)snprintf(text + n, sizeof text - n,
			                      "%s%s=%d", n ? "," : "", names[i],
			                      (int)value);
	}
	return n ? fact(t, "GODEBUG, built in", "%s", text) : 0;
}

static int settings(struct table *t, const struct process *p)
{
	int err;

	if (!verdict_is_go(p))
		return 0;
	if (*p->binary.automaxprocs &&
	    (err = fact(t, "automaxprocs", "%s", p->binary.automaxprocs)))
		return err;
	if ((err = built_in(t, p->binary.godebug)))
		return err;
	if ((err = variable(t, "GODEBUG", p->godebug, p)) ||
	    (err = variable(t, "GOMAXPROCS", p->gomaxprocs, p)))
		return err;
	if (p->observed)
		return fact(t, "in memory", "GOMAXPROCS %d", p->observed);
	return fact(t, "in memory", "unknown: %s", p->observed_why);
}

static int facts(struct table *t, const struct process *p)
{
	char language[160];
	int err;

	if ((err = fact(t, "program", "%s", p->program)) ||
	    (err = fact(t, "built by", "%s",
	                why_language(p, language, sizeof language))) ||
	    (err = settings(t, p)))
		return err;
	if (p->cpus_allowed)
		err = fact(t, "affinity", "%d of %d CPUs", p->cpus_allowed,
		           p->cpus_online);
	else
		err = fact(t, "affinity", "unknown");
	if (!err)
		err = groups(t, &p->cgroup);
	if (!err && p->waits_known)
		err = fact(t, "run queue",
		           "%.3g s waited for a CPU, %.3g s on one", p->wait_s,
		           p->cpu_s);
	return err;
}

static int others(struct table *t, const struct verdict *v)
{
	int err;

	if ((err = table_gap(t)) ||
	    (err = count(t, "Go from 1.25", v->since_1_25)) ||
	    (err = count(t, "Go before 1.25", v->before_1_25)))
		return err;
	return count(t, "automaxprocs", v->automaxprocs);
}

//---------------------------------------------------------------------------
// The page
//---------------------------------------------------------------------------

static void headline(const struct process *p, const struct verdict *v)
{
	char name[TEXT], why[TEXT];

	utf8_clean(name, sizeof name, p->program);
	utf8_clean(why, sizeof why, v->why);
	printf("%s%s%s: ", p->pid, *p->pid ? " " : "", name);
	if (v->procs)
		printf("GOMAXPROCS is %d (%s)\n", v->procs,
		       p->observed ? "seen" : "foretold");
	else if (verdict_is_go(p) || p->binary.kind == GO_BINARY_UNREADABLE)
		printf("GOMAXPROCS is unknown\n");
	else
		printf("no GOMAXPROCS\n");
	printf("    %s%s\n\n", why, v->updates ? "; followed while it runs" : "");
}

// paragraph prints a note behind a dash, its lines broken between words.
static void paragraph(const char *text)
{
	char clean[VERDICT_NOTE_MAX];
	int column = 0;

	utf8_clean(clean, sizeof clean, text);
	for (const char *at = clean; *at; at += strspn(at, " ")) {
		int len = (int)strcspn(at, " ");

		if (column && column + 1 + len > WIDTH) {
			printf("\n");
			column = 0;
		}
		column += printf("%s%.*s",
		                 column        ? " "
		                 : at == clean ? "- "
		                               : "  ",
		                 len, at);
		at += len;
	}
	printf("\n");
}

int why_print(const struct process *p, const struct verdict *v)
{
	static const struct table_column columns[] = {{"fact", TABLE_LEFT},
	                                              {"value", TABLE_LEFT}};
	struct table *t = table_new(columns, 2);
	int err = t ? facts(t, p) : -ENOMEM;

	if (!err)
		err = others(t, v);
	if (!err) {
		headline(p, v);
		err = table_print(t, stdout);
	}
	table_free(t);
	if (!err && v->notes)
		printf("\n");
	for (int i = 0; !err && i < v->notes; i++)
		paragraph(v->note[i].text);
	return err;
}
