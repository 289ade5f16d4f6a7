#!/usr/bin/env python3
"""Writes reference.h: what NumPy and SciPy say about the samples below.

Not needed to build or test; run it again when a statistic is added:
    python3 reference.py > reference.h && clang-format -i reference.h
The bootstrap is computed twice: with the same draws as bootstrap.c, exactly, and by
the exact distribution of a resampled median, which both must come close to.
"""
import math

import numpy as np
from scipy import stats

SAMPLES = {
    "one": [3.5],
    "two": [1.0, 4.0],
    "five": [2.0, 9.0, 4.0, 4.0, 1.0],
    "six": [10.1, 9.7, 10.4, 9.9, 12.8, 10.0],
    "ten": [101.3, 99.2, 100.4, 97.8, 103.9, 100.0, 98.7, 102.2, 60.5, 100.9],
    "ties": [5.0] * 7,
    "skewed": [0.12, 0.5, 0.9, 1.3, 2.2, 3.1, 4.7, 8.8, 15.1, 33.0, 120.4],
}
RATIOS = [("six", "ten"), ("ten", "skewed"), ("ties", "six")]
MASK = (1 << 64) - 1


def splitmix64(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
        yield z ^ z >> 31


def same_draws(sample, seed, resamples=4000):
    rng, x, n = splitmix64(seed), np.sort(sample), len(sample)
    medians = [
        np.median([x[(next(rng) >> 32) * n >> 32] for _ in range(n)])
        for _ in range(resamples)
    ]
    return np.quantile(medians, [0.025, 0.975])


def same_draws_ratio(a, b, seed, resamples=4000):
    rng, ratios = splitmix64(seed), []
    for _ in range(resamples):
        median = [
            np.median([x[(next(rng) >> 32) * len(x) >> 32] for _ in x])
            for x in (np.sort(a), np.sort(b))
        ]
        ratios.append(median[1] / median[0])
    return np.quantile(ratios, [0.025, 0.975])


def exact(sample):
    """Quantiles of the median of all n**n resamples, for an odd n."""
    x, n = np.sort(sample), len(sample)
    at_most = [stats.binom.sf(n // 2, n, (k + 1) / n) for k in range(n)]
    return [x[next(k for k in range(n) if at_most[k] >= q)] for q in (0.025, 0.975)]


def number(v):
    return "NAN" if math.isnan(v) else repr(float(v))


def main():
    print("// Made by reference.py with NumPy and SciPy; do not edit.")
    print("#ifndef RESULTS_TEST_REFERENCE_H\n#define RESULTS_TEST_REFERENCE_H")
    print("\n#include <math.h>\n#include <stddef.h>\n")
    print("static const struct reference {")
    print("\tconst char *name;\n\tdouble sample[12];\n\tsize_t n;")
    print("\tdouble median, q10, q75, mad, cv, geomean;")
    print("\tdouble low, high; // bootstrap, seed 7; NAN with fewer than 6")
    print("\tdouble exact_low, exact_high; // for an odd n from 6 on")
    print("} references[] = {")
    for name, values in SAMPLES.items():
        v = np.array(values)
        boot = same_draws(v, 7) if len(v) >= 6 else [math.nan] * 2
        ends = exact(v) if len(v) >= 6 and len(v) % 2 else [math.nan] * 2
        row = [
            np.median(v),
            np.quantile(v, 0.1),
            np.quantile(v, 0.75),
            stats.median_abs_deviation(v),
            stats.variation(v, ddof=1) if len(v) > 1 else math.nan,
            stats.gmean(v),
            *boot,
            *ends,
        ]
        print(f'\t{{"{name}",')
        print("\t {" + ", ".join(number(x) for x in values) + "},")
        print(f"\t {len(v)},")
        print("".join(f"\t {number(x)},\n" for x in row).rstrip(",\n") + "},")
    print("};\n")
    print("// median(b) / median(a): bootstrap, seed 7")
    print("static const struct ratio {")
    print("\tconst char *a, *b;\n\tdouble low, high;\n} ratios[] = {")
    for a, b in RATIOS:
        low, high = same_draws_ratio(SAMPLES[a], SAMPLES[b], 7)
        print(f'\t{{"{a}", "{b}", {number(low)}, {number(high)}}},')
    print("};\n\n#endif")


if __name__ == "__main__":
    main()
