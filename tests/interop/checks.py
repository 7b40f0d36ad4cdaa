"""What is asked of every system.  Equal means: theta, the same hashes and theta, and the same estimate; HLL,
the same registers, and the same estimate, or after a merge one within 1 %; KLL, the same n, smallest and
largest value, and every rank within the sum of both bounds; frequent items, bounds that hold the truth on both
sides; t-digest, which has no bound, ranks within 5 %.  Of one image all say the same.
"""

import collections
import math
import random

import images
import streams

SIZES = {"hll": 12, "theta": 12, "kll": 200, "items": 10, "tdigest": 200}
KINDS = {"hll": streams.KINDS, "theta": streams.KINDS, "kll": ("double",), "items": ("string", "long"),
         "tdigest": ("double",)}
DECODED = {"hll": images.hll, "theta": images.theta}


class Differ(Exception):
    """Two systems do not agree."""


def near(left, right, relative, absolute=0.0):
    return math.isclose(left, right, rel_tol=relative, abs_tol=absolute)


def demand(holds, what):
    if not holds:
        raise Differ(what)


def same_image(family, left, right):
    if family in DECODED:
        left, right = DECODED[family](left), DECODED[family](right)
        demand(left == right, f"{len(left[1])} and {len(right[1])} entries, not the same")


def same_answers(left, right, relative=1e-9, absolute=0.0):
    """Of what both have an answer to."""
    common = left.keys() & right.keys()
    demand(common or not left or not right, f"no common answers: {left} {right}")
    for name in sorted(common):
        demand(near(left[name], right[name], relative, absolute), f"{name}: {left[name]} and {right[name]}")


class Checks:
    """Of one family and kind of values, between us and another system."""

    def __init__(self, ours, partner, family, kind):
        self.ours, self.partner, self.family, self.kind = ours, partner, family, kind
        self.size = SIZES[family]
        self.whole = 0.5 if getattr(partner, "whole", False) else 0.0

    def build(self, system, values):
        return system.build(self.family, self.kind, self.size, values)

    def probes(self, values):
        if self.family in ("kll", "tdigest"):
            return sorted(values)[::max(1, len(values) // 50)] + [-1e300, 1e300]
        if self.family == "items":
            by_count = [value for value, _ in collections.Counter(values).most_common()]
            absent = [streams.value_of(self.kind, 10**9 + number) for number in range(2)]
            return by_count[:30] + by_count[-30:] + absent
        return []

    def ask(self, system, image, values):
        return system.ask(self.family, self.kind, image, self.probes(values))

    def truth_is_within(self, said, values):
        count = collections.Counter(values)
        for number, probe in enumerate(self.probes(values)):
            if f"lower{number}" in said:
                lower, upper = said[f"lower{number}"], said[f"upper{number}"]
                demand(lower <= count[probe] <= upper, f"{probe!r}: {lower} <= {count[probe]} <= {upper}")

    def equal(self, mine, theirs, values, merged=False):
        """Two sketches of the same values."""
        same_image(self.family, mine, theirs)
        left, right = self.ask(self.ours, mine, values), self.ask(self.ours, theirs, values)
        if self.family == "items":
            self.truth_is_within(left, values)
            self.truth_is_within(right, values)
        elif self.family == "hll":
            # After a merge the estimate is out of the registers alone, and both are ours.
            same_answers(left, right)
        elif self.family == "theta":
            same_answers(left, right, 0.0)
        else:
            slack = left.pop("error", 0.0) + right.pop("error", 0.0) if self.family == "kll" else 0.05
            for name in left:
                demand(near(left[name], right[name], 0.0, slack if name.startswith("rank") else 0.0),
                       f"{name}: {left[name]} and {right[name]}")
        if merged:
            self.read_alike(theirs, values, merged)

    def read_alike(self, image, values, merged=False):
        """One image, read here and there."""
        mine, theirs = self.ask(self.ours, image, values), self.ask(self.partner, image, values)
        if self.family == "items":
            self.truth_is_within(theirs, values)
        if mine.get("error") == 0.0:  # ours is of this sketch, theirs of its k
            del mine["error"]
        if self.family == "tdigest":
            same_answers(mine, theirs, 0.0, 0.05)
        elif self.family == "hll":
            if merged:  # by another estimator
                mine.pop("lower"), mine.pop("upper")
            same_answers(mine, theirs, 0.01 if merged else 1e-5, self.whole)
            if not merged:
                same_answers({"estimate": mine["estimate"]}, theirs, 1e-9, self.whole)
        else:
            same_answers(mine, theirs, 1e-9, ends(self.partner, mine) if self.family == "kll" else self.whole)

    # Each of these is a line that is printed.

    def built_alike(self):
        for name, values in streams.cases(self.kind):
            mine = self.build(self.ours, values)
            if self.family == "theta" and getattr(self.partner, "trims", False):
                mine = self.ours.merge(self.family, self.kind, self.size, [mine])
            with_name(name, self.equal, mine, self.build(self.partner, values), values)

    def theirs_is_read_here(self):
        for name, values in streams.cases(self.kind):
            with_name(name, self.read_alike, self.build(self.partner, values), values)

    def ours_is_read_there(self):
        for name, values in streams.cases(self.kind):
            image = self.build(self.ours, values)
            with_name(name, self.read_alike, image, values)
            again = self.partner.again(self.family, self.kind, image)
            with_name(name, same_image, self.family, image, again)

    def merged_alike(self):
        parts = streams.parts(self.kind)
        values = [value for part in parts for value in part]
        for systems in ((self.ours, self.partner), (self.partner, self.ours)):
            mixed = [self.build(systems[number % 2], part) for number, part in enumerate(parts)]
            mine, theirs = (system.merge(self.family, self.kind, self.size, mixed) for system in (self.ours, self.partner))
            self.equal(mine, theirs, values, merged=True)
            with_name("ours", self.read_alike, mine, values, merged=True)

    def algebra_is_alike(self):
        parts = streams.parts(self.kind)
        sides = [parts[0], parts[3], parts[2], []]
        for left in sides:
            for right in sides:
                a, b = self.build(self.ours, left), self.build(self.partner, right)
                for verb in ("union", "intersect", "except"):
                    mine, theirs = (system.algebra(verb, a, b) for system in (self.ours, self.partner))
                    with_name(f"{verb} of {len(left)} and {len(right)}", self.equal, mine, theirs, [])

    def all(self):
        yield "built alike", self.built_alike
        yield "theirs is read here", self.theirs_is_read_here
        yield "ours is read there", self.ours_is_read_there
        yield "merged alike, ours and theirs together", self.merged_alike
        if self.family == "theta":
            yield "union, intersect, except", self.algebra_is_alike


def with_name(name, check, *arguments, **options):
    try:
        check(*arguments, **options)
    except Differ as error:
        raise Differ(f"{name}: {error}") from error


def ends(partner, said):
    """Java counts the smallest and the largest value in ranks, whether they were kept or not."""
    return 2 / said["n"] if getattr(partner, "counts_ends", False) and said.get("n") else 0.0


def imported_alike(ours, partner, kind):
    """KLL of other numbers than doubles, which comes in by kll_import."""
    for name, values in (("few", streams.stream(kind, 12)), ("many", streams.stream(kind, 40000))):
        theirs = partner.build("kll", kind, 200, values)
        probes = sorted(values)[::max(1, len(values) // 50)]
        mine, said = ours.ask("kll", kind, ours.imported(kind, theirs), probes), partner.ask("kll", kind, theirs, probes)
        del mine["error"]
        with_name(name, same_answers, mine, said, 1e-9, ends(partner, mine))


def one_and_nothing(ours, partner):
    """1.0 and '' differ by design; with what docs/formats.md says to write, they do not."""
    for family in ("hll", "theta"):
        if partner.offers(family, "double"):
            alone = ours.build(family, "double", 12, [1.0])
            same_image(family, alone, partner.build(family, "long", 12, [1]))
            demand(DECODED[family](alone) != DECODED[family](partner.build(family, "double", 12, [1.0])), "1.0 is 1 there")
        theirs = partner.build(family, "string", 12, ["", "a"])
        # That for Rust leaves it to its caller to skip the empty text.
        value = "x" if partner.name == "Rust" else "nullif(x, '')"
        same_image(family, theirs, ours.over(f"{family}_sketch({value}, 12)", ["", "a"]))


def estimates_of_random_streams(ours, partner, count=300):
    """Built in one pass."""
    draw = random.Random(15)
    for number in range(count):
        kind = draw.choice(("long", "double", "string"))
        values = streams.stream(kind, int(10 ** draw.uniform(0, 4.3)), int(10 ** draw.uniform(0.5, 5)), number)
        for family in ("hll", "theta"):
            lg_k = draw.randint(5, 14)
            mine, theirs = (system.ask(family, kind, system.build(family, kind, lg_k, values))["estimate"]
                            for system in (ours, partner))
            demand(near(mine, theirs, 1e-12), f"{family}, stream {number}: {mine} and {theirs}")
