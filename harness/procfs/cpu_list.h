// cpu_list.h - sets of CPUs as the kernel writes them: "0-3,8".
#ifndef HARNESS_PROCFS_CPU_LIST_H
#define HARNESS_PROCFS_CPU_LIST_H

#include <stdbool.h>
#include <stdint.h>

// As many as Go's runtime asks the kernel for.
enum { CPU_LIST_MAX = 65536 };

struct cpu_list {
	uint64_t word[CPU_LIST_MAX / 64];
};

// cpu_list_parse reads a list, up to the end of its line; false: malformed, or
// a CPU beyond CPU_LIST_MAX. An empty list is a set without CPUs.
bool cpu_list_parse(struct cpu_list *set, const char *text);

int cpu_list_count(const struct cpu_list *set);

// cpu_list_keep takes out of set what is not in other.
void cpu_list_keep(struct cpu_list *set, const struct cpu_list *other);

#endif
