// unit.h - numbers with units that a person can read: "1.72 M op/s", "340 µs".
#ifndef RESULTS_UNIT_H
#define RESULTS_UNIT_H

#include <stddef.h>

// unit_format writes value with three significant digits and the prefix that
// suits it (n µ m, k M G T). Times given in "s", "ms", "us" or "ns" are scaled
// as seconds; "1" is no unit at all. NaN is "-". Returns out.
char *unit_format(char *out, size_t size, double value, const char *unit);

// unit_scale returns the factor and the prefix that suit a value, for columns
// and axes that must share one: shown = value / factor, prefix before the unit.
double unit_scale(double value, const char **prefix);

// unit_join writes prefix and unit as one reads them: "ms", but "M call/s".
// Returns out.
char *unit_join(char *out, size_t size, const char *prefix, const char *unit);

// unit_digits writes a number that has been scaled, with four significant
// digits: for columns of numbers in one unit. Returns out.
char *unit_digits(char *out, size_t size, double shown);

// unit_exact writes the shortest decimal that reads back as the same number, for
// files. Returns out.
char *unit_exact(char *out, size_t size, double value);

#endif
