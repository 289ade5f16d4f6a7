// fuzz_proc_file.c - any bytes as a file of /proc or /sys, for every reader of
// such files: each makes of it what it can, never a crash.
#include "../../noise.h"
#include "../../procfs/cgroup.h"
#include "../../procfs/cpu_list.h"
#include "../../procfs/mounts.h"
#include "../../procfs/small_file.h"
#include "../../procfs/tree.h"
#include "../../why/godebug.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

// each gives a reader its own copy, which it may cut up.
static void each(const uint8_t *data, size_t size, void (*reader)(char *text))
{
	char *text = malloc(size + 1);

	if (!text)
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	reader(text);
	free(text);
}

static void read_cgroup(char *text)
{
	int version;
	char *group = cgroup_find(text, &version);

	if (group)
		cgroup_below(group, "/a");
}

static void read_mounts(char *text)
{
	struct mount m;
	char *line;

	while ((line = small_file_next(&text)))
		if (mount_parse(line, &m)) {
			mount_option(m.options, "cpu");
			cgroup_below(m.point, m.root);
		}
}

static void read_level(char *text)
{
	struct cgroup_level l = {.path = NULL};

	cgroup_parse_max(text, &l);
	cgroup_parse_stat(text, &l);
}

static void read_cpus(char *text)
{
	static struct cpu_list set;

	if (cpu_list_parse(&set, text))
		cpu_list_count(&set);
}

static void read_stat(char *text)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc_full();
	struct noise_sample s = {.known = false};
	char *line;

	while (set && (line = small_file_next(&text)))
		noise_parse(line, set, 100, &s);
	hwloc_bitmap_free(set);
}

static void read_setting(char *text)
{
	int32_t v;

	godebug_setting(text, "containermaxprocs", &v);
	godebug_number(text, 26, &v);
}

static void read_process(char *text)
{
	pid_t parent;
	bool ended;

	if (tree_stat(text, &parent, &ended) && parent < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	each(data, size, read_cgroup);
	each(data, size, read_mounts);
	each(data, size, read_level);
	each(data, size, read_cpus);
	each(data, size, read_stat);
	each(data, size, read_setting);
	each(data, size, read_process);
	return 0;
}
