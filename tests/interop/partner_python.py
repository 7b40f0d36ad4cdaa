"""Apache DataSketches for Python, which is the C++ library."""

import datasketches as ds

VERBS = {"union": ds.theta_union, "intersect": ds.theta_intersection}


def serde(family, kind):
    """What has to be said to write and read items that are objects."""
    return [ds.PyLongsSerDe()] if (family, kind) == ("items", "long") else []


class Partner:
    name = "Python (C++)"

    def __init__(self, tools):
        self.version = tools.version_of("datasketches")

    def offers(self, family, kind):
        return kind != "binary" and (family != "kll" or kind in ("double", "float"))

    @staticmethod
    def empty(family, kind, size):
        if family == "hll":
            return ds.hll_sketch(size, ds.HLL_8)
        if family == "theta":
            return ds.update_theta_sketch(size)
        if family == "kll":
            return ds.kll_floats_sketch(size) if kind == "float" else ds.kll_doubles_sketch(size)
        if family == "tdigest":
            return ds.tdigest_double(size)
        # frequent_items_sketch of objects would write text by its code points, each in a byte.
        return ds.frequent_strings_sketch(size) if kind == "string" else ds.frequent_items_sketch(size)

    @staticmethod
    def written(family, kind, sketch):
        if family == "hll":
            return sketch.serialize_compact()
        if family == "theta":
            return (sketch.compact() if isinstance(sketch, ds.update_theta_sketch) else sketch).serialize()
        return sketch.serialize(*serde(family, kind))

    def read(self, family, kind, image):
        if family == "hll":
            return ds.hll_sketch.deserialize(image)
        if family == "theta":
            return ds.compact_theta_sketch.deserialize(image)
        return type(self.empty(family, kind, 10)).deserialize(image, *serde(family, kind))

    def build(self, family, kind, size, values):
        sketch = self.empty(family, kind, size)
        for value in values:
            sketch.update(value)
        return self.written(family, kind, sketch)

    def merge(self, family, kind, size, images):
        sketches = [self.read(family, kind, image) for image in images]
        if family in ("hll", "theta"):
            union = ds.hll_union(size) if family == "hll" else ds.theta_union(size)
            for sketch in sketches:
                union.update(sketch)
            return self.written(family, kind, union.get_result(ds.HLL_8) if family == "hll" else union.get_result())
        into = self.empty(family, kind, size)
        for sketch in sketches:
            into.merge(sketch)
        return self.written(family, kind, into)

    def again(self, family, kind, image):
        sketch = self.read(family, kind, image)
        if family != "hll":
            return self.written(family, kind, sketch)
        union = ds.hll_union(sketch.lg_config_k)
        union.update(sketch)
        return union.get_result(ds.HLL_8).serialize_compact()

    def algebra(self, verb, left, right):
        left, right = (self.read("theta", None, image) for image in (left, right))
        if verb == "except":
            return ds.theta_a_not_b().compute(left, right).serialize()
        operation = VERBS[verb]()
        operation.update(left)
        operation.update(right)
        return operation.get_result().serialize()

    def ask(self, family, kind, image, probes=()):
        sketch = self.read(family, kind, image)
        if family in ("hll", "theta"):
            return {"estimate": sketch.get_estimate(), "lower": sketch.get_lower_bound(2),
                    "upper": sketch.get_upper_bound(2)}
        if family == "items":
            return {f"{name}{number}": getattr(sketch, f"get_{name}_bound")(probe)
                    for number, probe in enumerate(probes) for name in ("lower", "upper")}
        if sketch.is_empty():
            return {"n": 0}
        inclusive = [True] if family == "kll" else []  # which is not Python's default
        said = {f"rank{number}": sketch.get_rank(probe, *inclusive) for number, probe in enumerate(probes)}
        said.update(n=sketch.get_total_weight() if family == "tdigest" else sketch.n, min=sketch.get_min_value(),
                    max=sketch.get_max_value())
        if family == "kll":
            said["error"] = sketch.normalized_rank_error(False)
        return said

    def own_checks(self, ours):
        import checks
        yield "300 random streams in one pass: estimates of hll and theta", \
            lambda: checks.estimates_of_random_streams(ours, self)
