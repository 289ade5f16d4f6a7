// subject.c - who runs a workload: Dyno under a policy, kernel threads, real Go.
#include "subject.h"

#include "complain.h"
#include "request_value.h"

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

// add_subject adds one of the names, once.
static int add_subject(struct request *r, const char *name)
{
	const char *names[SUBJECTS + 1] = {NULL};
	int which, err;

	for (enum subject s = 0; s < SUBJECTS; s++)
		names[s] = subject[s].name;
	err = request_choose("subject", name, names, &which);
	if (err || words_find(&r->subjects, name) >= 0)
		return err;
	return words_add(&r->subjects, name, strlen(name));
}

int request_subject(struct request *r, const char *text)
{
	struct words named = {.n = 0};
	int err = words_parse(&named, text);

	if (request_begin(r, KEY_SUBJECT))
		words_free(&r->subjects);
	if (err == -EINVAL)
		request_refuse_value(
			r, "subject",
			"names separated by commas: dyno, threads, go", text);
	for (size_t i = 0; !err && i < named.n; i++)
		err = add_subject(r, named.v[i]);
	words_free(&named);
	return err;
}

// has_policy tells whether a request names a policy, which only Dyno has.
static bool has_policy(const struct request *r)
{
	for (size_t i = 0; i < r->policies.n; i++)
		if (subject_of(r->policies.v[i]) == SUBJECT_DYNO)
			return true;
	return false;
}

static bool has_subject(const struct request *r, enum subject s)
{
	return words_find(&r->subjects, subject[s].name) >= 0;
}

// check_caps refuses an M cap that would be nobody's.
static int check_caps(const struct request *r)
{
	bool asked = false;

	for (size_t i = 0; i < r->m_caps.n; i++)
		asked = asked || r->m_caps.v[i] != 0;
	if (!asked || has_policy(r))
		return 0;
	complain_at(r->at[KEY_M_CAP]);
	complain("neither kernel threads nor real Go have an M cap: leave m-cap out, or "
	         "measure dyno too");
	complain_nowhere();
	return -EINVAL;
}

// check_policies refuses policies for subjects that have none.
static int check_policies(const struct request *r)
{
	if (!r->subjects.n || has_subject(r, SUBJECT_DYNO) || !has_policy(r))
		return 0;
	complain_at(r->at[KEY_SUBJECT]);
	complain("subject leaves out dyno, whose policies are named: add dyno, or leave "
	         "policy out");
	complain_nowhere();
	return -EINVAL;
}

int subjects_fill_in(struct request *r)
{
	const struct words *all = &r->subjects;
	int err = check_policies(r);

	if (!err && !has_policy(r) &&
	    (all->n ? has_subject(r, SUBJECT_DYNO) : !r->policies.n))
		err = request_policy(r, "go1.27");
	r->said_policies = r->policies.n;
	for (size_t i = 0; !err && i < all->n; i++)
		if (strcmp(all->v[i], subject[SUBJECT_DYNO].name) != 0 &&
		    words_find(&r->policies, all->v[i]) < 0)
			err = words_add(&r->policies, all->v[i],
			                strlen(all->v[i]));
	return err ? err : check_caps(r);
}
