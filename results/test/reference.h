// Made by reference.py with NumPy and SciPy; do not edit.
#ifndef RESULTS_TEST_REFERENCE_H
#define RESULTS_TEST_REFERENCE_H

#include <math.h>
#include <stddef.h>

static const struct reference {
	const char *name;
	double sample[12];
	size_t n;
	double median, q10, q75, mad, cv, geomean;
	double low, high; // bootstrap, seed 7; NAN with fewer than 6
	double exact_low, exact_high; // for an odd n from 6 on
} references[] = {
	{"one", {3.5}, 1, 3.5, 3.5, 3.5, 0.0, NAN, 3.5, NAN, NAN, NAN, NAN},
	{"two",
         {1.0, 4.0},
         2,
         2.5,
         1.3,
         3.25,
         1.5,
         0.8485281374238571,
         2.0,
         NAN,
         NAN,
         NAN,
         NAN},
	{"five",
         {2.0, 9.0, 4.0, 4.0, 1.0},
         5,
         4.0,
         1.4,
         4.0,
         2.0,
         0.770551750371122,
         3.103691147830719,
         NAN,
         NAN,
         NAN,
         NAN},
	{"six",
         {10.1, 9.7, 10.4, 9.9, 12.8, 10.0},
         6,
         10.05,
         9.8,
         10.325,
         0.25,
         0.11048998635226745,
         10.435067642305034,
         9.8,
         11.600000000000001,
         NAN,
         NAN},
	{"ten",
         {101.3, 99.2, 100.4, 97.8, 103.9, 100.0, 98.7, 102.2, 60.5, 100.9},
         10,
         100.2,
         94.07,
         101.2,
         1.2999999999999972,
         0.13231253371678295,
         95.50418046719913,
         98.5,
         101.3,
         NAN,
         NAN},
	{"ties",
         {5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0},
         7,
         5.0,
         5.0,
         5.0,
         0.0,
         0.0,
         4.999999999999998,
         5.0,
         5.0,
         5.0,
         5.0},
	{"skewed",
         {0.12, 0.5, 0.9, 1.3, 2.2, 3.1, 4.7, 8.8, 15.1, 33.0, 120.4},
         11,
         3.1,
         0.5,
         11.95,
         2.6,
         2.0573408767540347,
         3.566615628508477,
         0.9,
         15.1,
         0.9,
         15.1},
};

// median(b) / median(a): bootstrap, seed 7
static const struct ratio {
	const char *a, *b;
	double low, high;
} ratios[] = {
	{"six", "ten", 8.641921397379914, 10.243654822335026},
	{"ten", "skewed", 0.00898158861559749, 0.151},
	{"ties", "six", 1.9600000000000002, 2.3200000000000003},
};

#endif
