#!/usr/bin/env python3
"""Writes inference.h: what SciPy says of tests, intervals and power.

Not needed to build or test; run it again when a case is added:
    python3 inference.py > inference.h && clang-format -i inference.h
Where SciPy has no answer (ties in exact rank tests, Hodges-Lehmann intervals,
Holm), it is found here by listing every possibility.
"""
import itertools
import math

import numpy as np
from scipy import optimize, stats

A = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
B = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.065, 3.14, 1.291]
TIED_A = [3, 3, 5, 5, 5, 8]
TIED_B = [3, 4, 5, 8, 8, 9, 9]
DRAWN = np.round(np.random.default_rng(1).normal(0.02, 0.1, 130), 3).tolist()

TWO = {
    "apart": ([1, 2, 3, 4], [5, 6, 7, 8]),
    "none differ": ([2, 2, 2], [2, 2]),
    "one and one": ([1], [2]),
    "nine": (A, B),
    "ties": (TIED_A, TIED_B),
    "uneven": (B, A[:3]),
    "large": (DRAWN[:60], DRAWN[60:]),
}
ONE = {
    "all up": [1, 2, 3, 4, 5, 6],
    "one": [-3],
    "nine": [round(x - y, 4) for x, y in zip(A, B)],
    "ties and zeros": [0, 2, 2, -2, 3, 5, -5, 5, 0, 7],
    "twelve": [0.4, -0.1, 1.2, 0.7, -0.3, 0.9, 2.5, 0.2, -0.6, 1.1, 0.05, 0.8],
    "wild": [0.03, 0.02, 0.04, 0.01, -0.5, 0.025, 0.035, 0.015],
    "large": DRAWN,
}
BLOCKS = {
    "one": [(0.1, 0.0, 0.01)],
    "apart": [(0.1, 0.0, 0.01), (0.12, 0.02, 0.0), (0.09, -0.01, 0.01), (0.1, 0.0, 0.0)],
    "alike": [(0.01, 0.0, 0.02), (0.0, 0.02, 0.01), (0.015, 0.01, 0.0), (0.02, 0.0, 0.03),
              (-0.01, 0.01, 0.0)],
    "wild": [(0.1, 0.0, 0.01), (0.11, 0.02, 0.0), (0.09, 0.9, 0.01), (0.1, 0.0, 0.0),
             (0.1, 0.01, 0.02), (0.12, 0.0, 0.0), (0.08, 0.03, 0.01)],
    "ties": [(0.5, 0.25, 0.25), (0.25, 0.5, 0.25), (0.5, 0.5, 0.5)],
}
HOLM = {
    "textbook": [0.01, 0.04, 0.03, 0.005],
    "ties and one": [0.2, 0.2, 0.5, 1.0, 0.2],
    "large": [0.7, 0.6],
    "small": [1e-9, 0.5, 0.0004, 0.02, 0.02, 0.9],
}
STUDENT = [
    (0.3, 1, 0), (-12.7, 1, 0), (636, 1, 0), (2.262, 9, 0), (2.262, 9, 3),
    (1.96, 1000, -1), (4, 2.5, 6), (0.5, math.inf, 0.25), (30, 1, 2), (-3, 40, 1),
]
POWER = [(0.02, 10, 0.05, 0.8), (1, 5, 0.01, 0.95), (0.3, 3, 0.05, 0.5), (2, 60, 0.001, 0.9)]


def two_sided(values, seen):
    """Twice the smaller share of values at least as far out."""
    values = np.asarray(values)
    return min(1.0, 2 * min(np.mean(values <= seen), np.mean(values >= seen)))


def rank_two(a, b):
    n, ranks = len(a) + len(b), stats.rankdata(list(a) + list(b))
    u = ranks[: len(a)].sum() - len(a) * (len(a) + 1) / 2
    if n > 100:
        return u, stats.mannwhitneyu(a, b, method="asymptotic").pvalue
    sums = [sum(c) for c in itertools.combinations(ranks, len(a))]
    p = two_sided(sums, ranks[: len(a)].sum())
    if len(set(ranks)) == n:
        assert math.isclose(p, stats.mannwhitneyu(a, b, method="exact").pvalue)
    return u, p


def rank_one(v):
    v = np.array([x for x in v if x != 0])
    ranks = stats.rankdata(abs(v))
    w = ranks[v > 0].sum()
    if len(v) > 100:
        return w, stats.wilcoxon(v, correction=True, method="approx").pvalue
    sums = np.array([0.0])
    for r in ranks:
        sums = np.concatenate([sums, sums + r])
    p = two_sided(sums, w)
    if len(set(ranks)) == len(v):
        assert math.isclose(p, stats.wilcoxon(v, method="exact").pvalue)
    return w, p


def flips(v, alternative):
    return stats.permutation_test(
        (np.array(v, float),), np.sum, permutation_type="samples",
        n_resamples=np.inf, alternative=alternative,
    ).pvalue


def robust(v):
    """Sizes above 3 median sizes count as that large."""
    v = np.array(v, float)
    most = 3 * np.median(abs(v))
    return np.clip(v, -most, most)


def relabel(blocks, sign, fence):
    """All 3^n ways to call an arm head, wild blocks drawn in."""
    v = [np.array([sign * b[0] - fence, sign * b[1], sign * b[2]]) for b in blocks]
    v = [x - x.mean() for x in v]
    most = 1.5 * np.median([abs(x).max() for x in v])
    v = [x * min(1, most / abs(x).max()) if abs(x).max() else x for x in v]
    seen = sum(x[0] for x in v)
    sums = np.array([sum(c) for c in itertools.product(*v)])
    return np.mean(sums >= seen - 1e-12)


def interval(sums, ranks_at_least, tail):
    """The k-th smallest and largest of sums: R's wilcox.test(conf.int=TRUE)."""
    k, n = 0, len(sums)
    while ranks_at_least(k) <= tail:
        k += 1
    sums = np.sort(sums)
    return [np.median(sums), sums[max(k, 1) - 1], sums[n - max(k, 1)], k == 0]


def hodges_one(v, confidence):
    n = len(v)
    walsh = [(v[i] + v[j]) / 2 for i in range(n) for j in range(i, n)]
    null = np.array([1.0])
    for r in range(1, n + 1):
        null = (np.pad(null, (0, r)) + np.pad(null, (r, 0))) / 2
    return interval(walsh, lambda k: null[: k + 1].sum(), (1 - confidence) / 2)


def hodges_two(a, b, confidence):
    sums = [sum(c) for c in itertools.combinations(range(1, len(a) + len(b) + 1), len(a))]
    u = np.array(sums) - len(a) * (len(a) + 1) // 2
    return interval(
        [y - x for x in a for y in b], lambda k: np.mean(u <= k), (1 - confidence) / 2
    )


def holm(p):
    """The closed Bonferroni test: the worst of all hypotheses that include it."""
    def worst(i):
        others = [j for j in range(len(p)) if j != i]
        return max(
            min(1, (len(c) + 1) * min([p[i]] + [p[j] for j in c]))
            for k in range(len(p))
            for c in itertools.combinations(others, k)
        )
    return [worst(i) for i in range(len(p))]


def below(x, df, shift):
    if math.isinf(df):
        return stats.norm.cdf(x - shift)
    return stats.nct.cdf(x, df, shift) if shift else stats.t.cdf(x, df)


def detectable(df, se, alpha, power):
    fence = stats.t.ppf(1 - alpha / 2, df)
    return se * optimize.brentq(lambda d: stats.nct.sf(fence, df, d) - power, 0.01, 60, xtol=1e-13)


def number(v):
    if isinstance(v, bool) or isinstance(v, np.bool_):
        return "true" if v else "false"
    if isinstance(v, str):
        return f'"{v}"'
    if isinstance(v, (list, tuple)):
        return "{" + ", ".join(number(x) for x in v) + "}"
    if isinstance(v, float) and math.isinf(v):
        return "INFINITY"
    return repr(int(v)) if isinstance(v, (int, np.integer)) else repr(float(v))


def table(name, fields, rows):
    print(f"\nstatic const struct {name} {{\n{fields}\n}} {name}s[] = {{")
    for row in rows:
        print("\t" + number(list(row)) + ",")
    print("};")


def main():
    floats = lambda v: [float(x) for x in v]
    print("// Made by inference.py with NumPy and SciPy; do not edit.")
    print("#ifndef RESULTS_TEST_INFERENCE_H\n#define RESULTS_TEST_INFERENCE_H")
    print("\n#include <math.h>\n#include <stdbool.h>\n#include <stddef.h>")
    table("rank_two", "const char *name; double a[70]; size_t na; double b[70]; size_t nb;"
          "double u, p; bool exact;",
          [(k, floats(a), len(a), floats(b), len(b), *rank_two(a, b), len(a + b) <= 100)
           for k, (a, b) in TWO.items()])
    table("rank_one", "const char *name; double v[130]; size_t n, used; double w, p; bool exact;",
          [(k, floats(v), len(v), sum(x != 0 for x in v), *rank_one(v), len(v) <= 100)
           for k, v in ONE.items()])
    small = {k: v for k, v in ONE.items() if len(v) <= 12 and len(v) > 1}
    table("flip", "const char *name; double v[12]; size_t n;"
          "double both, above, below, robust;",
          [(k, floats(v), len(v), *[flips(v, s) for s in ("two-sided", "greater", "less")],
            flips(robust(v), "two-sided"))
           for k, v in small.items()])
    table("label", "const char *name; double block[7][3]; size_t n; double above, fence, below;",
          [(k, [floats(x) for x in b], len(b), relabel(b, 1, 0), relabel(b, 1, 0.02),
            relabel(b, -1, -0.05)) for k, b in BLOCKS.items()])
    table("alike", "const char *name; double v[12]; size_t n; double low, high, p;",
          [(k, floats(v), len(v), low, high,
            max(flips(robust(np.array(v) - low), "greater"),
                flips(robust(np.array(v) - high), "less")))
           for k, v in small.items() for low, high in ((-1.0, 1.5), (0.1, 9.0))])
    table("middle", "const char *name; double v[12]; size_t n; double confidence,"
          "estimate, low, high; bool range;",
          [(k, floats(v), len(v), c, *hodges_one(v, c))
           for k, v in ONE.items() if len(v) <= 12 for c in (0.95, 0.8)])
    table("shift", "const char *name; double a[70]; size_t na; double b[70]; size_t nb;"
          "double confidence, estimate, low, high; bool range;",
          [(k, floats(a), len(a), floats(b), len(b), 0.95, *hodges_two(a, b, 0.95))
           for k, (a, b) in TWO.items() if len(a) <= 12])
    table("adjusted", "const char *name; double p[6]; size_t n; double want[6];",
          [(k, p, len(p), holm(p)) for k, p in HOLM.items()])
    table("student", "double x, freedom, shift, below;",
          [(float(x), float(v), float(d), below(x, v, d)) for x, v, d in STUDENT])
    table("quantile", "double p, freedom, x;",
          [(p, float(v), stats.t.ppf(p, v) if v < math.inf else stats.norm.ppf(p))
           for p in (0.0005, 0.025, 0.9, 0.975) for v in (1, 2, 9, 200, math.inf)])
    table("effect", "double sd; size_t n; double alpha, power, one, two;",
          [(float(sd), n, a, p, detectable(n - 1, sd / math.sqrt(n), a, p),
            detectable(2 * n - 2, sd * math.sqrt(2 / n), a, p)) for sd, n, a, p in POWER])
    print("\n#endif")


if __name__ == "__main__":
    main()
