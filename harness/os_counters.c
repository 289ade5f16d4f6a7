// os_counters.c - counters that the kernel keeps for the process anyway.
//
// rusage is exact for every thread, those that ended included. The run delay is
// the sum over the threads that exist: a thread that ends takes its share with
// it, and the Ms of the runtime stay.
#include "os_counters.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static bool read_rusage(const char *field, double *v)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		return false;
	if (strcmp(field, "ru_nvcsw") == 0)
		*v = (double)u.ru_nvcsw;
	else if (strcmp(field, "ru_nivcsw") == 0)
		*v = (double)u.ru_nivcsw;
	else if (strcmp(field, "ru_minflt") == 0)
		*v = (double)u.ru_minflt;
	else
		*v = seconds(u.ru_utime) + seconds(u.ru_stime);
	return true;
}

// read_status reads a line "Name:   123 kB" of /proc/self/status, in bytes.
static bool read_status(const char *name, double *v)
{
	FILE *f = fopen("/proc/self/status", "re");
	size_t len = strlen(name);
	bool found = false;
	char line[256];

	if (!f)
		return false;
	while (!found && fgets(line, sizeof line, f))
		if (strncmp(line, name, len) == 0 && line[len] == ':') {
			*v = strtod(line + len + 1, NULL) * 1024;
			found = true;
		}
	fclose(f);
	return found;
}

// delay_of reads the second number of a thread's schedstat: nanoseconds spent
// ready without a CPU.
static bool delay_of(const char *tid, double *v)
{
	char path[288];
	unsigned long long ns;
	FILE *f;
	bool ok;

	snprintf(path, sizeof path, "/proc/self/task/%s/schedstat", tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fscanf(f, "%*u %llu", &ns) == 1;
	fclose(f);
	if (ok)
		*v += (double)ns * 1e-9;
	return ok;
}

static bool read_run_delay(double *v)
{
	DIR *tasks = opendir("/proc/self/task");
	bool any = false;
	struct dirent *e;

	if (!tasks)
		return false;
	*v = 0;
	// A thread that ends meanwhile has no file any more, which is no failure.
	while ((e = readdir(tasks)))
		if (e->d_name[0] != '.' && delay_of(e->d_name, v))
			any = true;
	closedir(tasks);
	return any;
}

bool os_counters_read(const struct counter *c, double *v)
{
	static const char status[] = "status:";

	if (c->source == COUNTER_RUSAGE)
		return read_rusage(c->event, v);
	if (strncmp(c->event, status, sizeof status - 1) == 0)
		return read_status(c->event + sizeof status - 1, v);
	return read_run_delay(v);
}
