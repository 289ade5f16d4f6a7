// cpu_list.c - sets of CPUs as the kernel writes them: "0-3,8".
#include "cpu_list.h"

#include <stddef.h>

// number reads one and moves *s behind it; -1 where there is none in range.
static int number(const char **s)
{
	int v = 0;

	if (**s < '0' || **s > '9')
		return -1;
	for (; **s >= '0' && **s <= '9'; ++*s)
		if ((v = v * 10 + (**s - '0')) >= CPU_LIST_MAX)
			return -1;
	return v;
}

bool cpu_list_parse(struct cpu_list *set, const char *text)
{
	*set = (struct cpu_list){{0}};
	while (*text && *text != '\n') {
		int first = number(&text), last = first;

		if (*text == '-') {
			text++;
			last = number(&text);
		}
		if (first < 0 || last < first)
			return false;
		for (int i = first; i <= last; i++)
			set->word[i / 64] |= UINT64_C(1) << i % 64;
		if (*text == ',')
			text++;
		else if (*text && *text != '\n')
			return false;
	}
	return true;
}

int cpu_list_count(const struct cpu_list *set)
{
	int n = 0;

	for (size_t i = 0; i < CPU_LIST_MAX / 64; i++)
		n += __builtin_popcountll(set->word[i]);
	return n;
}

void cpu_list_keep(struct cpu_list *set, const struct cpu_list *other)
{
	for (size_t i = 0; i < CPU_LIST_MAX / 64; i++)
		set->word[i] &= other->word[i];
}
