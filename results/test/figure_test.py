# figure_test.py - what a reference figure's text says of its data.
import math
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "reference"))
import rows  # noqa: E402
from tell import tell  # noqa: E402


def row(policy, procs, median, metric="throughput", unit="op/s", params="load=5"):
    return dict(zip(rows.COLUMNS, ("s", "fib", policy, str(procs), "none", params, metric,
                                   unit, "6", "0", str(median), str(median), str(median))))


ROWS = [row("go1.27", 1, 1000), row("go1.27", 2, 1970), row("go1.0", 1, math.nan)]
LOADS = [row("go1.27", 1, y, "p99", "ns", f"load={x}")
         for x, y in ((5, 1000), (40, 2999), (20, 2000), (60, 9000), (80, 100))]


class Texts(unittest.TestCase):
    def test_a_value_has_its_unit(self):
        self.assertEqual(tell(ROWS, "throughput policy=go1.27 procs=2"), "1.97 k/s")
        self.assertEqual(rows.shown(2.5e-6, "s"), "2.5 µs")
        self.assertEqual(rows.shown(1500, "ns"), "1.5 µs")
        self.assertEqual(rows.shown(5.1e-6, "1"), "5.1 in a million")
        self.assertEqual(rows.shown(0.2768, "1"), "0.277")
        self.assertEqual(rows.shown(4, "1"), "4")
        self.assertEqual(rows.shown(600, "1"), "600")
        self.assertEqual(rows.shown(0, "1"), "0")
        self.assertEqual(rows.shown(math.nan, "s"), "no value")

    def test_a_ratio_says_only_what_differs(self):
        self.assertEqual(tell(ROWS, "throughput policy=go1.27 procs=2 / procs=1"), "1.97 ×")

    def test_a_difference_that_may_be_none_is_not_told(self):
        lost = {**row("go1.27", 1, 2.5, "lost", "%"), "low": "-1", "high": "4"}
        self.assertEqual(tell([lost], "diff lost procs=1"), "~ (-1 % .. 4 %)")
        lost["low"] = "1"
        self.assertEqual(tell([lost], "diff lost procs=1"), "2.5 % (1 % .. 4 %)")
        lost["n"] = "5"
        self.assertEqual(tell([lost], "diff lost procs=1"), "~ (1 % .. 4 %)")

    def test_an_effect_is_judged(self):
        effect = "seen throughput policy=go1.27 procs=2 / procs=1 >= "
        self.assertTrue(tell(ROWS, effect + "1.6").startswith("**seen**"))
        self.assertTrue(tell(ROWS, effect + "1.98").startswith("**not seen**"))
        self.assertTrue(tell(ROWS, "seen throughput policy=go1.0 procs=1 >= 1")
                        .startswith("**not measured**"))

    def test_a_row_that_is_not_there_is_a_mistake(self):
        for wrong in ("throughput procs=9", "throughput", "throughput procs"):
            with self.assertRaises(rows.Mistake):
                tell(ROWS, wrong)

    def test_best_leaves_out_what_has_no_value(self):
        self.assertEqual(tell(ROWS, "best procs throughput"), "2")
        self.assertEqual(tell(ROWS, "least procs throughput policy=go1.27"), "1")

    def test_reach_ends_at_the_first_breach(self):
        self.assertEqual(tell(LOADS, "reach load p99 policy=go1.27 200 3"), "40")
        self.assertEqual(tell(LOADS, "reach load p99 policy=go1.27 100000 1"), "80")
        self.assertEqual(tell(LOADS, "reach load p99 policy=go1.27 1 0.5"), "none")
        self.assertEqual(tell(ROWS, "reach procs throughput policy=go1.0 200 3"), "no value")

    def test_how_much_further_one_reaches(self):
        slow = [row("go1.0", 1, y, "p99", "ns", f"load={x}") for x, y in ((5, 1000), (10, 900), (20, 9000))]
        ask = "further load p99 200 3 policy=go1.27 / policy=go1.0 >= "
        self.assertEqual(tell(LOADS + slow, ask + "3"), "**seen** (4 ×; asked: at least 3 ×)")
        self.assertTrue(tell(LOADS + slow, ask + "5").startswith("**not seen** (4 ×"))
        # All that was tried is kept: of who is above a lower bound, of who is below nothing.
        self.assertTrue(tell(LOADS[:2] + slow, ask + "3").startswith("**seen** (at least 4 ×"))
        self.assertTrue(tell(LOADS + slow[:2], ask + "3").startswith("**not measured**"))


class Data(unittest.TestCase):
    def test_the_interval_of_a_median(self):
        # k from the binomial distribution: 6 values have their range, 9 and 10
        # leave one out on each side, 20 leave five.
        for n, low, high in ((2, 1, 2), (6, 1, 6), (9, 2, 8), (10, 2, 9), (20, 6, 15)):
            self.assertEqual(rows.interval(list(range(n, 0, -1))), (low, high))

    def test_a_policy_is_written_short(self):
        self.assertEqual(rows.short("go1.27,preempt=timer:slice=50000ns"), "go1.27,preempt=timer:50us")
        self.assertEqual(rows.short("go1.27,syscall=pool:threads=4"), "go1.27,syscall=pool:4")

    def test_disturbed_trials_are_left_out_unless_most_are(self):
        clean, bad = {"noise": {}}, {"noise": {"disturbed": True}}
        self.assertEqual(rows.undisturbed([bad, clean, clean]), [clean, clean])
        self.assertEqual(rows.undisturbed([bad, clean, bad]), [bad, clean, bad])

    def test_what_is_absent_is_no_zero(self):
        found = {"operations": (10, "1"), "polls": (5, "1")}
        self.assertEqual(rows.value_of("polls/op", found), (0.5, "1"))
        self.assertIsNone(rows.value_of("cpu-time/op", found))
        self.assertIsNone(rows.value_of("polls/op", {"polls": (5, "1")}))

    def test_a_point_without_a_number_stays_a_row(self):
        point = ("fib", "go1.0", 1, None, "{}")
        made = list(rows.point_rows("s", point, [], 2, ["throughput"]))
        self.assertEqual([(r["n"], r["failed"], r["median"]) for r in made], [(0, 2, "nan")])


if __name__ == "__main__":
    unittest.main()
