// experiment.c - reads the verdicts of an experiment and counts them.
#include "experiment.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_json(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] != '.' && n > 5 &&
	       strcmp(d->d_name + n - 5, ".json") == 0;
}

// agree keeps a figure that all gates share, and makes a NaN of others.
static void agree(double *all, double one, size_t n)
{
	*all = n == 1 || fabs(*all - one) < 1e-9 ? one : NAN;
}

static void count(struct experiment *e, const struct verdict_read *f)
{
	bool regressed = false, improved = false;

	for (size_t i = 0; i < f->v.n; i++) {
		regressed |= f->v.row[i].kind == VERDICT_REGRESSED;
		improved |= f->v.row[i].kind == VERDICT_IMPROVED;
	}
	e->end[f->v.end]++;
	if (f->v.end != VERDICT_TOO_NOISY) {
		e->regressed += regressed;
		e->improved += improved && !regressed;
	}
	e->seconds += (f->about.seconds - e->seconds) / (double)e->n;
	agree(&e->budget, f->about.budget, e->n);
}

static int add(struct experiment *e, const char *path)
{
	struct verdict_read f, *more;
	char why[512];
	int err = verdict_read(path, &f, why, sizeof why);

	if (err) {
		fprintf(stderr, "gate_power: %s\n", why);
		return err;
	}
	if (f.v.end == VERDICT_UNFINISHED) {
		verdict_read_free(&f);
		e->unfinished++;
		return 0;
	}
	more = realloc(e->gate, (e->n + 1) * sizeof *more);
	if (!more) {
		verdict_read_free(&f);
		return -ENOMEM;
	}
	e->gate = more;
	more[e->n++] = f;
	count(e, &f);
	return 0;
}

int experiment_read(struct experiment *e, const char *dir, const char *name)
{
	struct dirent **all = NULL;
	char path[4096];
	int n, err = 0;

	*e = (struct experiment){.budget = NAN};
	snprintf(e->name, sizeof e->name, "%s", name);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	n = scandir(path, &all, is_json, alphasort);
	if (n < 0 && errno != ENOENT) {
		err = -errno;
		fprintf(stderr, "gate_power: %s: %s\n", path, strerror(-err));
	}
	for (int i = 0; i < n; i++) {
		char file[sizeof path + 300];

		snprintf(file, sizeof file, "%s/%s", path, all[i]->d_name);
		if (!err)
			err = add(e, file);
		free(all[i]);
	}
	free(all);
	return err;
}

void experiment_free(struct experiment *e)
{
	for (size_t i = 0; i < e->n; i++)
		verdict_read_free(&e->gate[i]);
	free(e->gate);
	e->gate = NULL;
}
