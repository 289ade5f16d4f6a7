# tell.py - the expressions of a text, and what stands in their place.
#
# results/README.md lists them. Whatever is wrong with one is a Mistake, so that a
# text never shows a number that is not in the data.
import itertools
import math
import re

from rows import Mistake, compared, field, select, shown


def conditions(words, base=()):
    where = dict(base)
    for word in words:
        key, equal, value = word.partition("=")
        if not equal:
            raise Mistake(f"\"{word}\" is no KEY=VALUE")
        where[key] = value
    return where


def one(rows, metric, where):
    """The only row there; points that gave no number are a row too."""
    found = select(rows, metric, where)
    if len(found) != 1:
        what = " ".join(f"{k}={v}" for k, v in where.items())
        raise Mistake(f"{len(found)} rows of {metric} {what}; one is needed")
    return found[0]


def ratio(rows, metric, words):
    """METRIC A / B: of the medians; B says only where it differs from A."""
    split = words.index("/")
    above = conditions(words[:split])
    below = conditions(words[split + 1:], above.items())
    a, b = (float(one(rows, metric, w)["median"]) for w in (above, below))
    return a / b if b else math.nan


def tell_seen(rows, words):
    """seen METRIC A / B >= LIMIT, or without "/ B": is an effect there?"""
    metric, body, sign, limit = words[0], words[1:-2], words[-2], words[-1]
    if sign not in (">=", "<="):
        raise Mistake(f"\"{sign}\" is neither >= nor <=")
    if "/" in body:
        value, unit = ratio(rows, metric, body), "×"
    else:
        row = one(rows, metric, conditions(body))
        value, unit = float(row["median"]), row["unit"]
    asked = ("at least " if sign == ">=" else "at most ") + shown(float(limit), unit)
    if math.isnan(value):
        return f"**not measured** (asked: {asked})"
    holds = value >= float(limit) if sign == ">=" else value <= float(limit)
    return f"**{'seen' if holds else 'not seen'}** ({shown(value, unit)}; asked: {asked})"


def tell_extreme(rows, words):
    """best KEY METRIC A: the value of KEY with the highest median; least: lowest."""
    way, key, metric, body = words[0], words[1], words[2], words[3:]
    found = [r for r in select(rows, metric, conditions(body))
             if not math.isnan(float(r["median"]))]
    if not found:
        return "no value"
    pick = max if way == "best" else min
    return field(pick(found, key=lambda r: float(r["median"])), key)


def reach(rows, key, metric, body, limit, times):
    """(the highest KEY up to which METRIC stays below LIMIT or TIMES its value at
    the lowest KEY, whichever is greater; is it the highest of all); None: none is."""
    found = sorted(select(rows, metric, conditions(body)),
                   key=lambda r: float(field(r, key)))
    if not found:
        raise Mistake(f"no rows of {metric} {' '.join(body)}")
    bound = max(float(limit), float(times) * float(found[0]["median"]))
    kept = list(itertools.takewhile(lambda r: float(r["median"]) <= bound, found))
    return (field(kept[-1], key) if kept else None), len(kept) == len(found)


def tell_reach(rows, words):
    """reach KEY METRIC A LIMIT TIMES: the highest KEY that keeps the bound."""
    key, metric, body = words[0], words[1], words[2:-2]
    found = select(rows, metric, conditions(body))
    if found and all(math.isnan(float(r["median"])) for r in found):
        return "no value"
    return reach(rows, key, metric, body, *words[-2:])[0] or "none"


def tell_further(rows, words):
    """further KEY METRIC LIMIT TIMES A / B >= FACTOR: does A reach FACTOR times as
    far as B does? What ends with the highest KEY that was tried is a lower bound."""
    split = words.index("/")
    (a, above), (b, below) = (reach(rows, words[0], words[1], body, words[2], words[3])
                              for body in (words[4:split], words[split + 1:-2]))
    asked = f"asked: at least {words[-1]} ×"
    if a is None or b is None or below:
        return f"**not measured** ({asked})"
    ratio_ = float(a) / float(b)
    return (f"**{'seen' if ratio_ >= float(words[-1]) else 'not seen'}** "
            f"({'at least ' if above else ''}{shown(ratio_, '×')}; {asked})")


def tell(rows, expression):
    """What stands in the text for an expression; see results/README.md."""
    words = expression.split()
    if words[0] == "seen":
        return tell_seen(rows, words[1:])
    if words[0] in ("best", "least"):
        return tell_extreme(rows, words)
    if words[0] == "diff":
        return compared(one(rows, words[1], conditions(words[2:])))
    if words[0] in ("reach", "further"):
        return (tell_reach if words[0] == "reach" else tell_further)(rows, words[1:])
    if "/" in words:
        return shown(ratio(rows, words[0], words[1:]), "×")
    row = one(rows, words[0], conditions(words[1:]))
    return shown(float(row["median"]), row["unit"])


METRIC_AT = {"seen": 1, "diff": 1, "best": 2, "least": 2, "reach": 2, "further": 2}  # words before the metric
EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.S)
