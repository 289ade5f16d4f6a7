# draw.py - the panels of a figure, drawn by gnuplot.
#
# A panel is lines over a numeric axis or bars over names. Colours are Okabe and
# Ito's; the SVG has no background and grey axes: it is read on white and on black.
import math
import subprocess

from rows import Mistake, field, scale_of

INK = "#777777"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
           "#8C6D31", "#7F7F7F")
POINTS = (7, 5, 9, 13, 11, 15, 4, 6)



def quoted(text):
    return "'" + str(text).replace("'", "’") + "'"


def label(panel, key, value):
    known = panel.get("names", {})
    return known.get(value, value.removeprefix("go1.27,") if key == "policy" else value)


def number(text):
    try:
        return float(text)
    except ValueError:
        return math.inf


def ordered(panel, key, rows):
    """The values of a key in these rows, as figure.json orders them, else sorted
    as numbers, else as they come."""
    values = list(dict.fromkeys(field(r, key) for r in rows))
    known = list(panel.get("names", {}))
    if all(v in known for v in values):
        return sorted(values, key=known.index)
    return sorted(values, key=number)


def panel_rows(panel, rows):
    found = []
    for row in rows:
        if row["metric"] == panel["y"] and not math.isnan(float(row["median"])) and all(
                field(row, k) in ([v] if isinstance(v, str) else v)
                for k, v in panel.get("where", {}).items()):
            found.append(row)
    if not found:
        raise Mistake(f"panel \"{panel['title']}\": no data")
    return found


def relative(panel, rows):
    """The rows as multiples of the line that "relative" names, at the same x."""
    if "relative" not in panel:
        return rows
    base = {field(r, panel["x"]): float(r["median"]) for r in rows
            if field(r, panel["line"]) == panel["relative"]}
    made = []
    for row in rows:
        one = base.get(field(row, panel["x"]), math.nan)
        made.append({**row, "unit": "×", **{k: float(row[k]) / one
                                            for k in ("median", "low", "high")}})
    return made


def axis_scale(rows):
    """(factor, unit) in which a panel's axis is written."""
    unit = rows[0]["unit"]
    top = max(float(r["high"]) for r in rows) * (1e-9 if unit == "ns" else 1)
    scale, name = scale_of(top, "s" if unit == "ns" else unit)
    return scale * (1e9 if unit == "ns" else 1), name


def below_zero(rows):
    """Differences may be."""
    return any(float(r["low"]) < 0 for r in rows)


def key_rows(panel, lines):
    """The key has two columns when its names are short enough for that."""
    wide = any(len(label(panel, panel["line"], v)) > 11 for v in lines)
    return len(lines) if wide else -(-len(lines) // 2)


def ticks(panel, xs, place, numeric):
    """The x axis's marks; they are tilted where they would not fit side by side."""
    factor = panel.get("x_scale", 1)
    texts = [f"{float(x) / factor:g}" if numeric else label(panel, panel["x"], x) for x in xs]
    crowded = not numeric and sum(len(t) + 2 for t in texts) > 40
    marks = ", ".join(f"{quoted(t)} {place[x]:g}" for t, x in zip(texts, xs))
    tilt = "rotate by -35" if crowded else "norotate"
    return f"set xtics ({marks}) noenhanced {tilt} textcolor rgb ink"


def x_range(places, log, bars):
    low, high = min(places), max(places)
    if log:
        room = (high / low) ** 0.06
        return f"set xrange [{low / room}:{high * room}]"
    room = 0.6 if bars else (high - low) * 0.06 or 0.5
    return f"set xrange [{low - room}:{high + room}]"


def draw_panel(panel, rows):
    """gnuplot's commands for one panel."""
    rows = relative(panel, panel_rows(panel, rows))
    scale, unit = axis_scale(rows)
    bars = panel.get("kind", "lines") == "bars"
    xs, lines = (ordered(panel, panel[k], rows) for k in ("x", "line"))
    log = panel.get("log", "")
    numeric = not bars and all(number(x) < math.inf for x in xs)
    place = {x: float(x) if numeric else i for i, x in enumerate(xs)}
    below = panel.get("x_label", "" if bars else panel["x"])
    beside = panel.get("y_label", panel["y"]) + (f" ({unit})" if unit else "")
    out = [f"set title {quoted(panel['title'])} textcolor rgb ink",
           f"set xlabel {quoted(below)}.\"\\n\" textcolor rgb ink",
           f"set ylabel {quoted(beside)} textcolor rgb ink",
           f"set key maxrows {key_rows(panel, lines)}",
           "unset logscale", f"set logscale {log}" if log else "",
           "set yrange [*:*]" if "y" in log or below_zero(rows) else "set yrange [0:*]",
           ticks(panel, xs, place, numeric), x_range(place.values(), "x" in log, bars)]
    return out + draw_lines(panel, rows, lines, place, scale, bars)


def draw_lines(panel, rows, lines, place, scale, bars):
    out, plots = [], []
    width = 0.8 / len(lines)
    for i, line in enumerate(lines):
        data = []
        for row in rows:
            if field(row, panel["line"]) == line:
                at = place[field(row, panel["x"])]
                at += (i - (len(lines) - 1) / 2) * width if bars else 0
                data.append((at, *(float(row[k]) / scale for k in ("median", "low", "high"))))
        out.append(f"$d{i} << E")
        out += [" ".join(f"{v:.6g}" for v in d) for d in sorted(data)] + ["E"]
        name = quoted(label(panel, panel["line"], line))
        colour = COLOURS[i % len(COLOURS)]
        if bars:
            plots += [f"$d{i} using 1:2:({width * 0.9:g}) with boxes fill solid 0.7 noborder "
                      f"linecolor rgb '{colour}' title {name}",
                      f"$d{i} using 1:3:(0):($4 - $3) with vectors nohead linewidth 2 "
                      f"linecolor rgb ink notitle"]
        else:
            plots.append(f"$d{i} using 1:2:3:4 with yerrorlines linewidth 2 pointtype "
                         f"{POINTS[i % len(POINTS)]} linecolor rgb '{colour}' title {name}")
    return out + ["plot " + ", \\\n  ".join(plots)]


def script(figure, rows, terminal):
    """gnuplot's script for the whole figure, two panels to a row."""
    panels = figure["panels"]
    keys = [key_rows(p, ordered(p, p["line"], panel_rows(p, rows))) for p in panels]
    size = 480, 340 + 18 * max(keys)
    across = 1 if len(panels) == 1 else 2
    down = -(-len(panels) // across)
    out = ["set encoding utf8", f"ink = '{INK}'",
           f"set terminal {terminal} size {size[0] * across},{size[1] * down} noenhanced",
           "set border 3 linecolor rgb ink", "set tics nomirror out textcolor rgb ink",
           "set grid ytics linecolor rgb ink linewidth 0.3", "set boxwidth 1 relative",
           "set key outside bottom center vertical Left reverse noenhanced textcolor rgb ink",
           f"set multiplot layout {down},{across}"]
    for panel in panels:
        out += draw_panel(panel, rows)
    return "\n".join(out + ["unset multiplot"]) + "\n"


def draw(figure, rows):
    """The SVG of a figure, as text."""
    commands = script(figure, rows, "svg font 'sans-serif,13'")
    done = subprocess.run(["gnuplot", "-"], input=commands, text=True,
                          capture_output=True, timeout=60)
    if done.returncode or not done.stdout.rstrip().endswith("</svg>"):
        raise Mistake(f"gnuplot failed: {done.stderr.strip()[-300:]}")
    return done.stdout
