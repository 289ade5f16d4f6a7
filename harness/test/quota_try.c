// quota_try.c - what the tests of quotas share.
#include "quota_try.h"

#include "../procfs/cgroup.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

bool quota_try_can_limit(const char *home, int version)
{
	char dir[4096], file[4200];
	bool ok;

	snprintf(dir, sizeof dir, "%s/test-%ld", home, (long)getpid());
	snprintf(file, sizeof file, "%s/%s", dir,
	         version == 1 ? "cpu.cfs_quota_us" : "cpu.max");
	if (mkdir(dir, 0755) != 0)
		return false;
	ok = access(file, W_OK) == 0;
	return rmdir(dir) == 0 && ok;
}

bool quota_try_allowed(void)
{
	struct cgroup own;
	bool ok = false;

	cgroup_read(&own, "", "self");
	for (size_t i = 0; i < own.n; i++)
		ok |= quota_try_can_limit(own.level[i].dir, own.version);
	cgroup_free(&own);
	return ok;
}

const char quota_try_tell[] =
	"g=$(sed -n 's/^[0-9]*:[^:]*\\bcpu\\b[^:]*://p' /proc/self/cgroup)\n"
	"m=$(awk '$0 ~ / - cgroup / && $NF ~ /(^|,)cpu(,|$)/ {print $5}' "
	"/proc/self/mountinfo)\n"
	"[ \"$m\" ] || g=$(sed -n 's/^0:://p' /proc/self/cgroup)\n"
	"[ \"$m\" ] || m=$(awk '/ - cgroup2 / {print $5}' /proc/self/mountinfo)\n"
	"echo Q=$(cat $m$g/cpu.cfs_quota_us $m$g/cpu.max 2>/dev/null)\n";

void quota_try_check(const struct command_result *r)
{
	json_t *doc, *quota;

	assert_int_equal(command_exit(r), 0);
	doc = json_loads(r->out, 0, NULL);
	assert_true(json_number_value(json_object_get(
			    json_array_get(json_object_get(doc, "metrics"), 0),
			    "value")) == 50000);
	quota = json_object_get(doc, "quota");
	assert_true(json_number_value(json_object_get(quota, "cpus")) == 0.5);
	assert_non_null(json_object_get(quota, "throttled_s"));
	json_decref(doc);
}
