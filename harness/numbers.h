// numbers.h - numbers, durations, sizes and lists as a user writes them.
//
// Every function reads the whole text or refuses it: 0, -EINVAL when it is not
// of the form, -ERANGE when it is but lies outside what is allowed, -ENOMEM.
#ifndef HARNESS_NUMBERS_H
#define HARNESS_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

// A decimal integer in min..max, with an optional sign and nothing else.
int number_parse(const char *text, int64_t min, int64_t max, int64_t *out);

// A duration with its unit: 100ns, 50us, 1.5ms, 2s, 5m, 1h; into nanoseconds.
int number_duration(const char *text, uint64_t *ns);

// A percentage above 0% and at most 100%, such as 2.5%; into a share.
int number_percent(const char *text, double *share);

// A value with the unit of a workload's parameter: for "ns" a duration or a
// plain number of nanoseconds, for "B" bytes or 4KiB, 1MiB, 1GiB, for "1/s" a
// number or 1.5k, 2M, else a number.
int number_with_unit(const char *text, const char *unit, int64_t *out);

enum { NUMBERS_MAX = 4096 };

// A growing list of at most NUMBERS_MAX numbers; zeroed it is empty.
struct numbers {
	int64_t *v;
	size_t n;
};

int numbers_add(struct numbers *list, int64_t v);
void numbers_free(struct numbers *list);

// numbers_parse appends what "1,2" or "1-4,8" names, each in min..max; a number
// that the list already has is not added again. word, if not NULL, stands
// for 0.
int numbers_parse(struct numbers *list, const char *text, int64_t min,
                  int64_t max, const char *word);

// numbers_cpus appends what "0.5,1.5,none" names in thousandths of a CPU, each
// from 0.01 (the kernel's least) to 4096, with at most three decimals; "none"
// is 0.
int numbers_cpus(struct numbers *list, const char *text);

// numbers_rates appends what "500,1.5k,2M" names, each per second and in 1..max.
int numbers_rates(struct numbers *list, const char *text, int64_t max);

// A growing list of words, each owned by the list; zeroed it is empty.
struct words {
	char **v;
	size_t n;
};

int words_add(struct words *list, const char *word, size_t len);
void words_free(struct words *list);

// words_parse appends the comma-separated words of text; an empty one is -EINVAL.
int words_parse(struct words *list, const char *text);

// words_has says whether word is in the list: its index, or -1.
int words_find(const struct words *list, const char *word);

#endif
