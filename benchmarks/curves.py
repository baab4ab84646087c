"""Growth curves as pictures: a figure against the number of listings, both on logarithmic scales, as SVG."""

from __future__ import annotations

import math
from html import escape

WIDTH, HEIGHT = 680, 380
LEFT, RIGHT, TOP, BOTTOM = 76, 496, 52, 330
LABEL_AT, LABEL_STEP = RIGHT + 12, 17
# Okabe and Ito's colours, which remain apart for the colour-blind; the shapes tell the series apart without colour.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
STYLE = "text{font:13px system-ui,sans-serif;fill:#24292f}.axis{fill:#57606a;font-size:12px}.name{font-weight:600}"


def growth_chart(title, series, *, unit):
    """Draw series: name to [(listings, figure)], all positive; a figure is labelled at each line's end."""
    points = [point for line in series.values() for point in line]
    across, up = scale([x for x, _ in points], LEFT, RIGHT), scale([y for _, y in points], BOTTOM, TOP)
    body = [*_grid(up, [y for _, y in points], unit), *_sizes(across, sorted({x for x, _ in points}))]
    widest = max(x for x, _ in points)
    places = _label_places({name: up(line[-1][1]) for name, line in series.items() if line[-1][0] == widest})
    for colour, (name, line) in zip(COLOURS, series.items(), strict=False):
        body += _line(name, [(across(x), up(y), y) for x, y in line], colour=colour, label=places.get(name), unit=unit)
    described = escape("; ".join(f"{name}: {', '.join(f'{y:.3g}' for _, y in line)}" for name, line in series.items()))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(title)}</title><desc>{described}</desc><style>{STYLE}</style>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f'<text x="16" y="24" class="name">{escape(title)}</text>{"".join(body)}</svg>\n'
    )


def scale(values, start, end):
    """Return the map from a positive value to its place between start and end, by its logarithm."""
    low, high = math.log10(min(values)), math.log10(max(values))
    span = high - low or 1.0
    return lambda value: start + (end - start) * (math.log10(value) - low) / span


def decades(values):
    """Powers of ten, and where there are few, 2 and 5 times them, within the range of the values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    steps = (1,) if high - low > 3 else (1, 2, 5)  # noqa: PLR2004 (more lines than about ten would only be noise)
    ticks = [step * 10.0**power for power in range(low, high + 1) for step in steps]
    return [tick for tick in ticks if min(values) <= tick <= max(values)]


def _grid(up, values, unit):
    for tick in decades(values):
        y = up(tick)
        yield f'<line x1="{LEFT}" x2="{RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d8dee4"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" class="axis">{tick:,g} {unit}</text>'


def _sizes(across, sizes):
    for size in sizes:
        x = across(size)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{BOTTOM + 6}" stroke="#eaeef2"/>'
        yield f'<text x="{x:.1f}" y="{BOTTOM + 22}" text-anchor="middle" class="axis">{size:,}</text>'
    yield f'<text x="{RIGHT}" y="{BOTTOM + 40}" text-anchor="end" class="axis">listings</text>'


def _label_places(ends):
    """Move labels at the right edge apart that would overlap, from the top down."""
    places, last = {}, -math.inf
    for name, y in sorted(ends.items(), key=lambda end: end[1]):
        last = max(y, last + LABEL_STEP)
        places[name] = last
    return places


def _line(name, points, *, colour, label, unit):
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    yield f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
    for x, y, _ in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    end_x, end_y, value = points[-1]
    x, y = (end_x - 8, end_y - 12) if label is None else (LABEL_AT, label + 4)
    yield f'<text x="{x:.1f}" y="{y:.1f}" style="fill:{colour}">{escape(name)} {_short(value)} {unit}</text>'


def _short(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 (three figures are enough)
