// csv.h - lines of comma-separated values, RFC 4180.
#ifndef RESULTS_CSV_H
#define RESULTS_CSV_H

#include <stdio.h>

// csv_line writes n fields, quoted where they must be, and CR LF.
void csv_line(const char *const *field, size_t n, FILE *out);

#endif
