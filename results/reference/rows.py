# rows.py - the data of a figure: from the stores of sweeps to data.csv and back.
#
# A row is a median with its interval, of one metric at one point. Trials count
# as in summary.h: failed ones give no number, disturbed ones only where most are.
import collections
import csv
import io
import json
import math
import re
import sqlite3
import statistics

COLUMNS = ("spec", "workload", "policy", "procs", "m_cap", "params", "metric",
           "unit", "n", "failed", "median", "low", "high")
TOLD_FROM = 6  # values: of fewer there is no 95 % interval of a median


class Mistake(Exception):
    """A figure that is not as it should be; its text is for the user."""


def metrics_of(doc):
    """What a trial's document tells, name to (value, unit)."""
    found = {m["name"]: (m["value"], m["unit"]) for m in doc.get("metrics", [])}
    for name, value in doc.get("scheduler", {}).items():
        found.setdefault(name, (value, "1"))
    for counter in doc.get("counters", []):
        found.setdefault(counter["name"], (counter["value"], counter["unit"]))
    return found


def value_of(metric, found):
    """(value, unit) of a metric or of METRIC/op; None when it is absent."""
    name, _, per = metric.partition("/")
    if name not in found:
        return None
    value, unit = found[name]
    if per:
        operations = found.get("operations", (0, ""))[0]
        return (value / operations, unit) if operations else None
    return value, unit


def interval(values):
    """The median's distribution-free 95 % interval (order statistics); of fewer
    than 6 values, which have none, their range."""
    ordered, n = sorted(values), len(values)
    outside, k = 0.0, 0
    while k < n // 2:
        outside += 2 * math.comb(n, k) / 2 ** n
        if outside > 0.05:
            break
        k += 1
    k = max(k - 1, 0)
    return ordered[k], ordered[n - 1 - k]


def stored_trials(path):
    """The trials of a store: (point, doc or None, seconds)."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    query = """SELECT p.workload, p.policy, p.procs, p.m_cap, p.params,
                      t.outcome, t.doc
               FROM trial t JOIN point p ON p.id = t.point ORDER BY p.id, t.rep"""
    for workload, policy, procs, cap, params, outcome, doc in db.execute(query):
        yield (workload, policy, procs, cap, params), outcome, json.loads(doc)
    db.close()


def machine_of(docs):
    """One line: what was measured where, and how noisy it was."""
    first = docs[0]["environment"]
    foreign = sum(d["noise"]["foreign_cpu_s"] for d in docs)
    wall = sum(d["noise"]["wall_s"] for d in docs) * first["cpus_online"]
    kind = "virtual machine" if first["virtual_machine"] else "machine"
    return (f"{len(docs)} trials on {first['cpus_online']} CPUs of a {kind} "
            f"({first['cpu']}, Linux {first['kernel']}); others used "
            f"{100 * foreign / wall:.1f} % of the CPU time meanwhile")


def undisturbed(docs):
    """Those that summary.h would count: trials during which others used too much
    of the CPUs are left out, unless most are such."""
    clean = [d for d in docs if not d["noise"].get("disturbed")]
    return clean if 2 * len(clean) >= len(docs) else docs


def gather(stores, wanted):
    """(rows, note) of what is wanted, from [(stem of the spec, directory)]."""
    rows, docs = [], []
    for spec, store in stores:
        points = collections.defaultdict(lambda: [[], 0])
        for point, outcome, doc in stored_trials(store / "dyno.sqlite"):
            if outcome == "ok":
                points[point][0].append(doc)
            else:
                points[point][1] += 1
        for point, (good, failed) in points.items():
            good = undisturbed(good)
            docs += good
            rows += point_rows(spec, point, [metrics_of(d) for d in good], failed, wanted)
    if not docs:
        raise Mistake("no trial ended well")
    return rows, machine_of(docs)


def short(policy):
    """A policy as one writes it: timer:50us for timer:slice=50000ns."""
    def plain(match):
        value = int(match[1])
        if match[2]:
            unit, name = next(u for u in ((10 ** 9, "s"), (10 ** 6, "ms"), (1000, "us"),
                                          (1, "ns")) if value % u[0] == 0)
            return f":{value // unit}{name}"
        return f":{value}"
    return re.sub(r":[a-z]+=([0-9]+)(ns)?", plain, policy)


def point_rows(spec, point, found, failed, wanted):
    workload, policy, procs, cap, params = point
    rest = " ".join(f"{k}={v}" for k, v in sorted(json.loads(params).items()))
    for metric in wanted:
        values = [v for v in (value_of(metric, f) for f in found) if v]
        if not values and found:
            continue
        numbers = [v[0] for v in values]
        low, high = interval(numbers) if numbers else (math.nan, math.nan)
        median = statistics.median(numbers) if numbers else math.nan
        yield dict(zip(COLUMNS, (
            spec, workload, short(policy), procs, "none" if cap is None else cap, rest,
            metric, values[0][1] if values else "", len(numbers), failed,
            f"{median:.6g}", f"{low:.6g}", f"{high:.6g}")))


def write_rows(path, rows, note):
    out = io.StringIO()
    out.write(f"# {note}\n")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue())


def read_rows(path):
    """(rows, note) of a data.csv."""
    with open(path, newline="") as f:
        note = f.readline().lstrip("# ").strip()
        return list(csv.DictReader(f)), note


def field(row, key):
    """A column of a row, or one of its parameters."""
    if key in row:
        return str(row[key])
    return dict(p.split("=", 1) for p in row["params"].split()).get(key, "")


def select(rows, metric, where):
    return [r for r in rows if r["metric"] == metric
            and all(field(r, k) == v for k, v in where.items())]


SCALES = {
    "s": ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")),
    "op/s": ((1e6, "M/s"), (1e3, "k/s"), (1, "/s")),
    "B": ((2 ** 20, "MiB"), (2 ** 10, "KiB"), (1, "B")),
    "1": ((1e6, "M"), (1, ""), (1e-6, "in a million")),
}
FRACTION = 1e-2  # shares from here on are plain numbers


def scale_of(value, unit):
    """(scale, name) in which a value of that size is written."""
    if unit == "1" and FRACTION <= abs(value) < 1:
        return 1, ""
    scales = SCALES.get(unit, ((1, unit),))
    return next((s for s in scales if abs(value) >= s[0]), scales[-1])


def shown(value, unit):
    """A value for people: three digits, with a prefix."""
    if math.isnan(value):
        return "no value"
    if value == 0:
        return "0"
    if unit == "ns":
        value, unit = value * 1e-9, "s"
    scale, name = scale_of(value, unit)
    digits = value / scale
    text = f"{digits:.0f}" if abs(digits) >= 1000 else f"{digits:.3g}"
    return f"{text} {name}".strip()


def compared(row):
    """A difference for people, with its interval; "~" where that holds 0, or where
    there are too few values for one."""
    low, high = (shown(float(row[k]), row["unit"]) for k in ("low", "high"))
    known = int(row["n"]) >= TOLD_FROM and not float(row["low"]) <= 0 <= float(row["high"])
    return f"{shown(float(row['median']), row['unit']) if known else '~'} ({low} .. {high})"
