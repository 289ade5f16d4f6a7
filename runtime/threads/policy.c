// policy.c - the catalogue of policies where the kernel schedules: one that says so.
#include <dyno/policy.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define POLICY "threads"

int dy_policy_load(const char *path, char *err, size_t errlen)
{
	(void)path;
	snprintf(err, errlen,
	         "kernel threads take no plugins: the kernel schedules them");
	return -EINVAL;
}

const char *dy_policy_ejected(size_t i)
{
	(void)i;
	return NULL;
}

const char *dy_policy_axis(size_t i)
{
	(void)i;
	return NULL;
}

const char *dy_policy_axis_help(size_t i)
{
	(void)i;
	return NULL;
}

const struct dy_policy_head *dy_policy_choice(size_t i, size_t j)
{
	(void)i;
	(void)j;
	return NULL;
}

const char *dy_policy_preset(size_t i, const char **spec, const char **help)
{
	if (i > 0)
		return NULL;
	*spec = POLICY;
	*help = "one kernel thread for each goroutine; the kernel schedules";
	return POLICY;
}

const char *dy_policy_preset_lacks(size_t i)
{
	return i > 0 ? NULL : "whatever this library's scheduler does";
}

int dy_policy_check(const char *spec, char *err, size_t errlen)
{
	if (strcmp(spec, POLICY) == 0)
		return 0;
	if (err && errlen)
		snprintf(err, errlen,
		         "policy %s: kernel threads have no policy but \"" POLICY
		         "\"",
		         spec);
	return -EINVAL;
}

int dy_policy_canon(const char *spec, char *out, size_t outlen)
{
	int err = dy_policy_check(spec, NULL, 0);

	if (!err && snprintf(out, outlen, "%s", spec) >= (int)outlen)
		return -ENAMETOOLONG;
	return err;
}

uint32_t dy_policy_rounds(const char *spec)
{
	(void)spec;
	return 0; // the kernel promises nothing
}

bool dy_policy_polls(const char *spec)
{
	(void)spec;
	return false; // the kernel needs none
}
