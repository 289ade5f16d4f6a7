// subject.c - who runs a workload: Dyno under a policy, kernel threads, real Go.
#include "subject.h"

#include "complain.h"
#include "request.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *program, *remedy;
} subject[SUBJECTS] = {
	[SUBJECT_DYNO] = {"dyno", "dyno-trial",
                          "install it beside dyno, or name it with --trial-program"},
	[SUBJECT_THREADS] = {"threads", "dyno-trial-threads",
                             "install it beside dyno"},
	[SUBJECT_GO] = {"go", "dyno-twins",
                        "it is made of workloads/go when dyno is built and Go 1.19 or "
                        "later is in the PATH (https://go.dev/dl): build again"},
};

const char *subject_name(enum subject s)
{
	return subject[s].name;
}

enum subject subject_of(const char *policy)
{
	for (enum subject s = SUBJECT_THREADS; s < SUBJECTS; s++)
		if (strcmp(policy, subject[s].name) == 0)
			return s;
	return SUBJECT_DYNO;
}

char *subject_program(enum subject s, const char *given)
{
	char path[PATH_MAX];
	ssize_t n;
	char *found;

	if (given && s == SUBJECT_DYNO)
		return strdup(given);
	n = readlink("/proc/self/exe", path, sizeof path - 1);
	if (n < 0) {
		complain("cannot find %s, because /proc/self/exe cannot be read (%s): "
		         "name it with --trial-program",
		         subject[s].program, strerror(errno));
		return NULL;
	}
	path[n] = '\0';
	if (asprintf(&found, "%.*s/%s", (int)(strrchr(path, '/') - path), path,
	             subject[s].program) < 0)
		return NULL;
	if (access(found, X_OK) == 0)
		return found;
	complain("%s is not at %s, where it belongs: %s", subject[s].program,
	         found, subject[s].remedy);
	free(found);
	return NULL;
}

static bool known(const char *name)
{
	for (enum subject s = 0; s < SUBJECTS; s++)
		if (strcmp(name, subject[s].name) == 0)
			return true;
	complain("subject '%.64s' is unknown: take some of dyno, go and threads, "
	         "separated by commas",
	         name);
	return false;
}

int request_subject(struct request *r, const char *text)
{
	struct words named = {.n = 0};
	int err = words_parse(&named, text);

	if (err)
		complain("--subject takes names separated by commas: dyno, go, threads");
	for (size_t i = 0; !err && i < named.n; i++)
		if (!known(named.v[i]))
			err = -EINVAL;
	if (err) {
		words_free(&named);
		return err;
	}
	words_free(&r->subjects);
	r->subjects = named;
	return 0;
}

// check_caps refuses an M cap that would be nobody's.
static int check_caps(const struct request *r)
{
	bool asked = false;

	for (size_t i = 0; i < r->m_caps.n; i++)
		asked = asked || r->m_caps.v[i] != 0;
	for (size_t i = 0; asked && i < r->policies.n; i++)
		if (subject_of(r->policies.v[i]) == SUBJECT_DYNO)
			return 0;
	if (!asked)
		return 0;
	complain("neither kernel threads nor real Go have an M cap: leave --m-cap out, or "
	         "measure dyno too");
	return -EINVAL;
}

int subjects_fill_in(struct request *r)
{
	const struct words *all = &r->subjects;
	int err = 0;

	if (!r->policies.n &&
	    (!all->n || words_find(all, subject[SUBJECT_DYNO].name) >= 0))
		err = request_policy(r, "go1.27");
	for (size_t i = 0; !err && i < all->n; i++)
		if (strcmp(all->v[i], subject[SUBJECT_DYNO].name) != 0 &&
		    words_find(&r->policies, all->v[i]) < 0)
			err = words_add(&r->policies, all->v[i],
			                strlen(all->v[i]));
	return err ? err : check_caps(r);
}
