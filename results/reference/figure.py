# figure.py - from the stores of a reference figure to its data, plot and text.
#
# A figure is a directory beside this file:
#
#   figure.json  its title, the sweeps it needs and the panels that are drawn
#   *.yaml       specs of dyno sweep; "script" in figure.json names instead a script
#                that makes data.csv (--data FILE), and the seconds of a repetition
#   text.md      the text, with expressions in {{ }} where a number stands
#   data.csv     made: medians with 95 % intervals of all that is drawn or told
#   plot.svg     made: the panels
#   README.md    made: the text with the numbers in their places
#
# The numbers of a text come from data.csv and nowhere else, so that none of them
# can be stale: `stale` makes the README again in memory and compares. What an
# effect is asked to be stands in the text too; whether it is seen, the data say.
# rows.py makes the data, tell.py the texts, draw.py the plots; scripts/figures
# runs the sweeps, and nothing is started from here but gnuplot.
import itertools
import json
import pathlib

from draw import draw, panel_rows
from rows import TOLD_FROM, Mistake, gather, read_rows, write_rows
from tell import EXPRESSION, METRIC_AT, tell

HERE = pathlib.Path(__file__).resolve().parent
MADE = ("data.csv", "plot.svg", "README.md")


def names():
    return sorted(p.parent.name for p in HERE.glob("*/figure.json"))


def load(name):
    """The figure's description, checked as far as a run depends on it."""
    where = HERE / name
    try:
        figure = json.loads((where / "figure.json").read_text())
    except (OSError, ValueError) as e:
        raise Mistake(f"{where}/figure.json: {e}")
    for key in ("title", "answers", "panels", "sweeps"):
        if key not in figure:
            raise Mistake(f"{where}/figure.json: \"{key}\" is missing")
    figure["name"], figure["dir"] = name, where
    return figure


def runs(figure):
    """Each sweep of the figure: (stem of its store, spec, {parameter: value}).

    A spec gives a parameter one value; "param" in figure.json gives it several,
    with a sweep of its own for each."""
    for sweep in figure["sweeps"]:
        spec = figure["dir"] / sweep["spec"]
        params = sweep.get("param", {})
        for values in itertools.product(*params.values()):
            chosen = dict(zip(params, values))
            tail = "".join(f"-{k}-{v}" for k, v in chosen.items())
            yield spec.stem + tail, spec, chosen


def wanted(figure, text):
    """The metrics that panels draw and the text tells, in a fixed order."""
    found = {p["y"] for p in figure["panels"]}
    for expression in EXPRESSION.findall(text):
        words = expression.split()
        found.add(words[METRIC_AT.get(words[0], 0)])
    return sorted(found)


def span(numbers):
    low, high = min(numbers), max(numbers)
    return f"{low}" if low == high else f"{low} to {high}"


def page(figure, rows, note):
    """The README of a figure."""
    text = (figure["dir"] / "text.md").read_text()

    def put(match):
        try:
            return tell(rows, match.group(1))
        except (Mistake, ValueError, IndexError) as e:
            raise Mistake(f"{figure['name']}/text.md: {{{{{match.group(1)}}}}}: {e}")
    body = EXPRESSION.sub(put, text)
    trials = [int(r["n"]) for r in rows]
    failed = sum({(r["spec"], r["workload"], r["policy"], r["procs"], r["m_cap"],
                   r["params"]): int(r["failed"]) for r in rows}.values())
    lines = [f"# {figure['title']}", "", f"![{figure['title']}](plot.svg)", "",
             body.strip(), "", "---", "",
             f"{note}. {span(trials)} trials a point"
             + (f", {failed} failed" if failed else "") + "."]
    if min(trials) < TOLD_FROM:
        lines.append("**A short run**: fewer than 6 trials have no 95 % interval; bars"
                     " are their range.")
    lines += ["", f"Answers {figure['answers']}. Made from data.csv by `scripts/figures"
              f" {figure['name']}`; the numbers stand in text.md as expressions."]
    return "\n".join(lines) + "\n"


def make_data(figure, stores):
    text = (figure["dir"] / "text.md").read_text()
    where = [(spec.stem, stores[stem]) for stem, spec, _ in runs(figure)]
    rows, note = gather(where, wanted(figure, text))
    for row in rows:  # a preset is stored as its axes; here it has its name again
        row["policy"] = figure.get("policies", {}).get(row["policy"], row["policy"])
    write_rows(figure["dir"] / "data.csv", rows, note)


def make_page(figure):
    """Plot and README from data.csv."""
    rows, note = read_rows(figure["dir"] / "data.csv")
    svg, text = draw(figure, rows), page(figure, rows, note)
    (figure["dir"] / "plot.svg").write_text(svg)
    (figure["dir"] / "README.md").write_text(text)


def index():
    """The table of all figures."""
    lines = ["# The reference figures", "",
             "Each has its specs, its data, its plot and a text that says what it shows on this",
             "machine, what the literature reports, and what two CPUs cannot show. All are measured",
             "again by `scripts/figures`, one by `scripts/figures NAME`.", "",
             "| figure | shows | answers |", "|---|---|---|"]
    for name in names():
        figure = load(name)
        lines.append(f"| [{name}]({name}/README.md) | {figure['title']} | {figure['answers']} |")
    return "\n".join(lines) + "\n"


def stale_index():
    path = HERE / "README.md"
    if path.is_file() and path.read_text() == index():
        return []
    return ["results/reference/README.md is not the list of figures; "
            "run scripts/figures --redraw"]


def stale(figure):
    """What is wrong with the figure as it lies there, a line each."""
    missing = [f for f in ("text.md", *MADE) if not (figure["dir"] / f).is_file()]
    missing += [s.name for _, s, _ in runs(figure) if not s.is_file()]
    if missing:
        return [f"{figure['name']}: {f} is missing" for f in missing]
    try:
        rows, note = read_rows(figure["dir"] / "data.csv")
        expected = page(figure, rows, note)
        for panel in figure["panels"]:
            panel_rows(panel, rows)
    except (Mistake, KeyError, ValueError) as e:
        return [f"{figure['name']}: {e}"]
    if (figure["dir"] / "README.md").read_text() != expected:
        return [f"{figure['name']}: README.md is not what text.md and data.csv make; "
                f"run scripts/figures --redraw {figure['name']}"]
    return []
