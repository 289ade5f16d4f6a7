// machine.c - facts about the machine that explain a measurement: read from
// uname, /proc and /sys, each absent where it cannot be read.
//
// They are stored with every trial, and dyno doctor judges the very same, so that
// what it says of a machine can be said of a measurement years later.
#include "machine.h"

#include "procfs/cgroup.h"
#include "procfs/cpu_list.h"
#include "procfs/small_file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static void put_text(json_t *facts, const char *name, const char *text)
{
	json_t *value = json_string(text);

	if (value) // else it is not UTF-8, and nothing we could show
		json_object_set_new(facts, name, value);
}

// number_in reads a file that holds one number.
static bool number_in(const char *root, const char *path, long long *v)
{
	char *text = small_file_line(root, "%s", path), *end;
	bool ok = false;

	if (text) {
		errno = 0;
		*v = strtoll(text, &end, 10);
		ok = end != text && !errno;
	}
	free(text);
	return ok;
}

//---------------------------------------------------------------------------
// The processor
//---------------------------------------------------------------------------

// field returns the value of the first line "key : value" of a text: where it
// begins, up to the end of its line, or NULL.
static const char *field(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; text && *text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, key, len) == 0 && strchr(" \t:", text[len])) {
			text += len + strspn(text + len, " \t");
			if (*text == ':')
				return text + 1 + strspn(text + 1, " \t");
		}
	}
	return NULL;
}

static void put_line(json_t *facts, const char *name, const char *value)
{
	char *line = value ? strndup(value, strcspn(value, "\n")) : NULL;

	if (line)
		put_text(facts, name, line);
	free(line);
}

static void put_cpuinfo(json_t *facts, const char *root)
{
	const char *name, *flags, *found;
	struct small_file f;

	if (small_file_read(&f, root, "proc/cpuinfo") != 0)
		return;
	name = field(f.text, "model name");
	put_line(facts, "cpu", name ? name : field(f.text, "CPU part"));
	flags = field(f.text, "flags");
	found = flags ? strstr(flags, " hypervisor") : NULL;
	if (flags)
		json_object_set_new(
			facts, "virtual_machine",
			json_boolean(found &&
		                     found < flags + strcspn(flags, "\n")));
	free(f.text);
}

static void put_cpus(json_t *facts, const char *root)
{
	struct cpu_list *set = malloc(sizeof *set);
	struct small_file f;
	const char *list;

	if (set && small_file_read(&f, root, "proc/self/status") == 0) {
		list = field(f.text, "Cpus_allowed_list");
		put_line(facts, "cpus_allowed", list);
		free(f.text);
	}
	if (set &&
	    small_file_read(&f, root, "sys/devices/system/cpu/online") == 0) {
		if (cpu_list_parse(set, f.text))
			json_object_set_new(facts, "cpus_online",
			                    json_integer(cpu_list_count(set)));
		free(f.text);
	}
	free(set);
}

// put_governors names those that the CPUs have, each once.
static void put_governors(json_t *facts, const char *root)
{
	char path[PATH_MAX], all[128] = "";
	struct dirent *d;
	DIR *dir;

	if (snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpufreq",
	             root) >= (int)sizeof path ||
	    !(dir = opendir(path)))
		return;
	while ((d = readdir(dir))) {
		char *name = small_file_line(path, "%s/scaling_governor",
		                             d->d_name);
		size_t n = strlen(all);

		if (name && *name && !strstr(all, name) &&
		    n + strlen(name) + 2 < sizeof all)
			snprintf(all + n, sizeof all - n, "%s%s", n ? "," : "",
			         name);
		free(name);
	}
	closedir(dir);
	if (*all)
		put_text(facts, "governor", all);
}

// put_turbo asks either driver; they count the other way round.
static void put_turbo(json_t *facts, const char *root)
{
	long long v;

	if (number_in(root, "sys/devices/system/cpu/intel_pstate/no_turbo", &v))
		json_object_set_new(facts, "turbo", json_boolean(!v));
	else if (number_in(root, "sys/devices/system/cpu/cpufreq/boost", &v))
		json_object_set_new(facts, "turbo", json_boolean(v));
}

static void put_smt(json_t *facts, const char *root)
{
	long long v;

	if (number_in(root, "sys/devices/system/cpu/smt/active", &v))
		json_object_set_new(facts, "smt", json_boolean(v));
}

// put_pmu looks for the device that counts what the processor does; kernels name
// it after the kind of core.
static void put_pmu(json_t *facts, const char *root)
{
	char path[PATH_MAX];
	bool found = false;
	struct dirent *d;
	DIR *dir;

	if (snprintf(path, sizeof path, "%s/sys/bus/event_source/devices",
	             root) >= (int)sizeof path ||
	    !(dir = opendir(path)))
		return;
	while ((d = readdir(dir)))
		found |= strcmp(d->d_name, "cpu") == 0 ||
		         strncmp(d->d_name, "cpu_core", 8) == 0 ||
		         strncmp(d->d_name, "armv8", 5) == 0;
	closedir(dir);
	json_object_set_new(facts, "pmu", json_boolean(found));
}

//---------------------------------------------------------------------------
// The kernel
//---------------------------------------------------------------------------

static void put_files(json_t *facts, const char *root)
{
	static const struct {
		const char *name, *path;
	} files[] = {
		{"clock",
	         "sys/devices/system/clocksource/clocksource0/current_clocksource"},
		{"thp", "sys/kernel/mm/transparent_hugepage/enabled"},
		{"perf_event_paranoid", "proc/sys/kernel/perf_event_paranoid"},
		{"max_map_count", "proc/sys/vm/max_map_count"},
		{"aslr", "proc/sys/kernel/randomize_va_space"},
		{"idle_driver", "sys/devices/system/cpu/cpuidle/current_driver"},
		{"guest_halt_poll_ns",
	         "sys/module/haltpoll/parameters/guest_halt_poll_ns"},
	};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *text = small_file_line(root, "%s", files[i].path);

		if (text)
			put_text(facts, files[i].name, text);
		free(text);
	}
}

static void put_load(json_t *facts, const char *root)
{
	char *text = small_file_line(root, "proc/loadavg"), *end;
	double load = text ? strtod(text, &end) : 0;

	if (text && end != text)
		json_object_set_new(facts, "load_1m", json_real(load));
	free(text);
}

// put_cgroup tells the tightest quota of our own control groups, 0 for none.
static void put_cgroup(json_t *facts, const char *root)
{
	double throttled;
	struct cgroup c;
	int tightest;

	cgroup_read(&c, root, "self");
	tightest = cgroup_tightest(&c);
	throttled = cgroup_throttled(&c, NULL);
	if (c.n)
		json_object_set_new(
			facts, "cgroup_cpus",
			json_real(tightest < 0 ? 0 : c.level[tightest].cpus));
	if (tightest >= 0)
		put_text(facts, "cgroup_limit_at", c.level[tightest].path);
	if (throttled >= 0)
		json_object_set_new(facts, "cgroup_throttled",
		                    json_real(throttled));
	cgroup_free(&c);
}

json_t *machine_facts(const char *root)
{
	json_t *facts = json_object();
	struct utsname u;

	if (!facts)
		return NULL;
	if (uname(&u) == 0) {
		put_text(facts, "hostname", u.nodename);
		put_text(facts, "kernel", u.release);
		put_text(facts, "architecture", u.machine);
	}
	put_cpuinfo(facts, root);
	put_cpus(facts, root);
	put_governors(facts, root);
	put_turbo(facts, root);
	put_smt(facts, root);
	put_pmu(facts, root);
	json_object_set_new(facts, "memory_bytes",
	                    json_integer((json_int_t)sysconf(_SC_PHYS_PAGES) *
	                                 sysconf(_SC_PAGESIZE)));
	put_files(facts, root);
	put_load(facts, root);
	put_cgroup(facts, root);
	put_text(facts, "compiler", __VERSION__);
#ifdef __OPTIMIZE__
	json_object_set_new(facts, "optimized", json_true());
#else
	json_object_set_new(facts, "optimized", json_false());
#endif
	return facts;
}
