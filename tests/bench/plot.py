"""Plots as SVG: for light and dark pages, small, and the same bytes everywhere."""

import math

# Colours that people with any kind of colour vision can tell apart (after Okabe, Ito
# 2008), lighter on dark pages.  Each goes with a mark of its own.
STYLE = """
text{font:12px system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.title{font-weight:600}.end{text-anchor:end}.mid{text-anchor:middle}
.page{fill:#fff}.grid{stroke:#d8dee4}.box{fill:none;stroke:#8c959f}
.line,.dash{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round}
.dash{stroke-width:1.4;stroke-dasharray:5 4}
.full,.open{fill:currentColor;stroke:currentColor;stroke-width:1.4}.open{fill:none}
.c0{color:#0072b2}.c1{color:#d55e00}.c2{color:#009e73}.c3{color:#a03c82}
.c4{color:#8a6500}.c5{color:#57606a}
@media(prefers-color-scheme:dark){
text{fill:#e6edf3}.page{fill:#0d1117}.grid{stroke:#2b323b}.box{stroke:#656e79}
.c0{color:#56b4e9}.c1{color:#ff8f4a}.c2{color:#3dc79b}.c3{color:#e08cc4}
.c4{color:#e6b93c}.c5{color:#9aa4af}}
""".strip().replace("\n", "")

MARKS = [
    "m-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0",
    "m-3.1 -3.1h6.2v6.2h-6.2z",
    "m0 -4.2l4 7h-8z",
    "m0 -4.4l4.4 4.4l-4.4 4.4l-4.4 -4.4z",
    "m0 4.2l4 -7h-8z",
    "m-4.2 -1.8h8.4v3.6h-8.4z",
]


def number(value):
    """A coordinate, in tenths of a pixel."""
    tenths = round(value * 10)
    return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10:.1f}"


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Scale:
    """From values to 0..1; `ticks` are pairs of a value and its label."""

    def __init__(self, low, high, ticks, curve=lambda value: value):
        self.curve, self.ticks = curve, ticks
        self.low, self.high = curve(low), curve(high)

    def __call__(self, value):
        share = (self.curve(value) - self.low) / (self.high - self.low)
        if not -1e-9 <= share <= 1 + 1e-9:
            raise ValueError(f"{value} is beyond the end of its axis")
        return share


def log_scale(low, high, ticks):
    return Scale(low, high, ticks, math.log10)


def zero_log_scale(low, high, ticks):
    """Logarithmic from `low` up; 0 has a place of its own below."""
    zero = math.log10(low) - 0.08 * math.log10(high / low)

    def curve(value):
        if 0 < value < low:
            raise ValueError(f"{value} is between 0 and the end of its axis")
        return math.log10(value) if value > 0 else zero

    return Scale(0, high, [(0, "0"), *ticks], curve)


def logit_scale(low, high, ticks):
    return Scale(low, high, ticks, lambda q: math.log10(q / (1 - q)))


class Panel:
    """A frame with axes to draw in; `box` is left, top, width and height."""

    def __init__(self, box, x, y):
        self.left, self.top, self.width, self.height = box
        self.x, self.y, self.parts = x, y, []

    def place(self, point):
        return (self.left + self.width * self.x(point[0]),
                self.top + self.height * (1 - self.y(point[1])))

    def text(self, x, y, text, style):
        self.parts.append(
            f'<text class="{style}" x="{number(x)}" y="{number(y)}">{escaped(text)}</text>')

    def axes(self, title, below, y_labels=True):
        """A tick without a label has no line either."""
        right, bottom = self.left + self.width, self.top + self.height
        grid = []
        for value, label in self.x.ticks:
            at = self.left + self.width * self.x(value)
            if label:
                grid.append(f"M{number(at)} {self.top}v{self.height}")
                self.text(at, bottom + 16, label, "mid")
        for value, label in self.y.ticks:
            at = self.top + self.height * (1 - self.y(value))
            grid.append(f"M{self.left} {number(at)}h{self.width}")
            if y_labels:
                self.text(self.left - 6, at + 4, label, "end")
        self.parts.append(f'<path class="grid" d="{"".join(grid)}"/>')
        self.parts.append(f'<path class="box" d="M{self.left} {self.top}H{right}V{bottom}'
                          f'H{self.left}z"/>')
        self.text(self.left, self.top - 9, title, "title")
        self.text(self.left + self.width / 2, bottom + 34, below, "mid")

    def line(self, colour, points, style="line"):
        path = "L".join(f"{number(x)} {number(y)}" for x, y in map(self.place, points))
        self.parts.append(f'<path class="{style} c{colour}" d="M{path}"/>')

    def marks(self, colour, points, style="full"):
        path = "".join(f"M{number(x)} {number(y)}{MARKS[colour]}"
                       for x, y in map(self.place, points))
        self.parts.append(f'<path class="{style} c{colour}" d="{path}"/>')

    def curve(self, colour, points):
        self.line(colour, points)
        self.marks(colour, points)


def key(x, y, colour, styles, text):
    """An entry of the legend: a sample of each style, and what it stands for."""
    parts = []
    for style in styles:
        path = f"M{x} {y - 4}h26" if style in ("line", "dash") \
            else f"M{x + 13} {y - 4}{MARKS[colour]}"
        parts.append(f'<path class="{style} c{colour}" d="{path}"/>')
    return [*parts, f'<text x="{x + 32}" y="{y}">{escaped(text)}</text>']


def picture(height, title, description, parts):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="764" height="{height}"'
        f' viewBox="0 0 764 {height}" role="img">',
        f"<title>{escaped(title)}</title>", f"<desc>{escaped(description)}</desc>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="764" height="{height}" rx="6"/>', *parts, "</svg>", ""])
