// request_how.c - how a command goes about it: where it reads, how loudly it
// speaks, in which form. None of this shapes an experiment.
#include "request.h"

#include "complain.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

int request_dry_run(struct request *r, const char *none)
{
	(void)none;
	r->dry_run = true;
	return 0;
}

int request_trial_program(struct request *r, const char *text)
{
	r->trial_program = text;
	return 0;
}

int request_csv(struct request *r, const char *none)
{
	(void)none;
	r->csv = true;
	return 0;
}

int request_markdown(struct request *r, const char *none)
{
	(void)none;
	r->markdown = true;
	return 0;
}

int request_ignore(struct request *r, const char *text)
{
	if (words_parse(&r->ignore, text) == 0)
		return 0;
	complain("--ignore takes names separated by commas, such as policy,procs");
	return -EINVAL;
}

int request_alpha(struct request *r, const char *text)
{
	char *end;

	r->alpha = strtod(text, &end);
	if (end != text && !*end && r->alpha > 0 && r->alpha <= 0.5)
		return 0;
	complain("--alpha takes a number above 0 and at most 0.5, and '%.64s' is none",
	         text);
	return -EINVAL;
}

int request_without_disturbed(struct request *r, const char *none)
{
	(void)none;
	r->without_disturbed = true;
	return 0;
}

int request_mix_hosts(struct request *r, const char *none)
{
	(void)none;
	r->mix_hosts = true;
	return 0;
}

int request_format(struct request *r, const char *text)
{
	r->format = text;
	return 0;
}

int request_fidelity(struct request *r, const char *none)
{
	(void)none;
	r->fidelity = true;
	return 0;
}

int request_explained(struct request *r, const char *text)
{
	r->explained = text;
	return 0;
}

int request_sysroot(struct request *r, const char *text)
{
	struct stat s;

	r->sysroot = text;
	if (stat(text, &s) == 0 && S_ISDIR(s.st_mode))
		return 0;
	complain("--sysroot takes a directory with proc and sys below it, and '%.200s' is none",
	         text);
	return -EINVAL;
}

int request_resume(struct request *r, const char *none)
{
	(void)none;
	r->resume = true;
	return 0;
}

int request_json(struct request *r, const char *none)
{
	(void)none;
	r->json = true;
	return 0;
}

int request_quiet(struct request *r, const char *none)
{
	(void)none;
	r->quiet = true;
	return 0;
}
