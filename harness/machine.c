// machine.c - facts about the machine that explain a measurement: read from
// uname, /proc and /sys, each absent where it cannot be read.
#include "machine.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static void put_text(json_t *facts, const char *name, const char *text)
{
	json_t *value = json_string(text);

	if (value) // else it is not UTF-8, and nothing we could show
		json_object_set_new(facts, name, value);
}

// field reads the value of the first line "key : value" of a file.
static bool field(const char *path, const char *key, char *out, size_t outlen)
{
	FILE *f = fopen(path, "re");
	size_t len = strlen(key);
	bool found = false;
	char line[4096];

	if (!f)
		return false;
	while (!found && fgets(line, sizeof line, f)) {
		char *value = strchr(line, ':');

		if (!value || strncmp(line, key, len) != 0 ||
		    !strchr(" \t:", line[len]))
			continue;
		value += 1 + strspn(value + 1, " \t");
		value[strcspn(value, "\n")] = '\0';
		snprintf(out, outlen, "%s", value);
		found = true;
	}
	fclose(f);
	return found;
}

static bool first_line(const char *path, char *out, int outlen)
{
	FILE *f = fopen(path, "re");
	bool ok;

	if (!f)
		return false;
	ok = fgets(out, outlen, f) != NULL;
	fclose(f);
	if (ok)
		out[strcspn(out, "\n")] = '\0';
	return ok;
}

static void put_processor(json_t *facts)
{
	char text[4096];

	if (field("/proc/cpuinfo", "model name", text, sizeof text) ||
	    field("/proc/cpuinfo", "CPU part", text, sizeof text))
		put_text(facts, "cpu", text);
	if (field("/proc/cpuinfo", "flags", text, sizeof text))
		json_object_set_new(facts, "virtual_machine",
		                    json_boolean(strstr(text, " hypervisor") !=
		                                 NULL));
	json_object_set_new(facts, "cpus_online",
	                    json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	if (field("/proc/self/status", "Cpus_allowed_list", text, sizeof text))
		put_text(facts, "cpus_allowed", text);
}

static void put_files(json_t *facts)
{
	static const struct {
		const char *name, *path;
	} files[] = {
		{"clock",
	         "/sys/devices/system/clocksource/clocksource0/current_clocksource"},
		{"governor",
	         "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"},
		{"thp", "/sys/kernel/mm/transparent_hugepage/enabled"},
		{"perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid"},
		{"max_map_count", "/proc/sys/vm/max_map_count"},
	};
	char text[256];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (first_line(files[i].path, text, sizeof text))
			put_text(facts, files[i].name, text);
}

json_t *machine_facts(void)
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
	put_processor(facts);
	json_object_set_new(facts, "memory_bytes",
	                    json_integer((json_int_t)sysconf(_SC_PHYS_PAGES) *
	                                 sysconf(_SC_PAGESIZE)));
	put_files(facts);
	put_text(facts, "compiler", __VERSION__);
#ifdef __OPTIMIZE__
	json_object_set_new(facts, "optimized", json_true());
#else
	json_object_set_new(facts, "optimized", json_false());
#endif
	return facts;
}
