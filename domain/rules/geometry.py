"""Boxes against polygons, on plain floats. Called by the hit functions for every track in every frame."""

from domain.contracts.detections import Box
from domain.contracts.plant import DirectionLine, Polygon

MAX_VERTICES = 256


class PolygonRefused(ValueError):
    """A zone is a simple polygon of 3 to 256 different points inside the picture."""


def checked_polygon(polygon: Polygon) -> Polygon:
    """The polygon itself when a zone may have it (FAULTS E1, E2, E3). Raises PolygonRefused naming the fault."""
    if not 3 <= len(polygon) <= MAX_VERTICES:
        raise PolygonRefused(f"a zone has 3 to {MAX_VERTICES} points, not {len(polygon)}")
    for i, (x, y) in enumerate(polygon):
        if not (0.0 <= x <= 1.0 and 0.0 <= y <= 1.0):
            raise PolygonRefused(f"point {i + 1} ({x:g}, {y:g}) is outside the picture (0..1)")
    if len(set(polygon)) != len(polygon):
        raise PolygonRefused("two points of the zone are the same")
    _refuse_crossing(polygon)
    if abs(signed_area(polygon)) < 1e-6:
        raise PolygonRefused("the zone has no area")
    return polygon


def signed_area(polygon: Polygon) -> float:
    """Area in units of the picture; its sign tells the direction of the vertices."""
    total = 0.0
    x1, y1 = polygon[-1]
    for x2, y2 in polygon:
        total += x1 * y2 - x2 * y1
        x1, y1 = x2, y2
    return total / 2


def contains(polygon: Polygon, x: float, y: float) -> bool:
    """Whether a point lies inside, by the even-odd rule."""
    inside = False
    x1, y1 = polygon[-1]
    for x2, y2 in polygon:
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
        x1, y1 = x2, y2
    return inside


def side_of(line: DirectionLine, x: float, y: float) -> int:
    """1 where `in` leads to, -1 on the other side, 0 on the line."""
    (x1, y1), (x2, y2) = line.start, line.end
    turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
    return (turn > 0.0) - (turn < 0.0)


def covered_fraction(polygon: Polygon, box: Box) -> float:
    """Which part of the box, 0..1, lies inside the polygon.

    Clips the polygon by the box's four sides (Sutherland and Hodgman 1974): exact for a convex clip window, whatever
    the polygon's form.
    """
    x1, y1, x2, y2 = box
    area = (x2 - x1) * (y2 - y1)
    if area <= 0.0:
        return 0.0
    points = list(polygon)
    for axis, bound, sign in ((0, x1, 1.0), (0, x2, -1.0), (1, y1, 1.0), (1, y2, -1.0)):
        points = _clip(points, axis, bound, sign)
        if not points:
            return 0.0
    return min(1.0, abs(signed_area(tuple(points))) / area)


def part_inside(box: Box, region: Box) -> float:
    """Which part of the box, 0..1, lies inside the region."""
    x1, y1, x2, y2 = box
    area = (x2 - x1) * (y2 - y1)
    across = min(x2, region[2]) - max(x1, region[0])
    down = min(y2, region[3]) - max(y1, region[1])
    return across * down / area if across > 0.0 and down > 0.0 and area > 0.0 else 0.0


def _clip(points: list[tuple[float, float]], axis: int, bound: float, sign: float) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    last = points[-1]
    last_side = (last[axis] - bound) * sign
    for point in points:
        side = (point[axis] - bound) * sign
        if (side >= 0.0) != (last_side >= 0.0):
            t = last_side / (last_side - side)
            kept.append((last[0] + t * (point[0] - last[0]), last[1] + t * (point[1] - last[1])))
        if side >= 0.0:
            kept.append(point)
        last, last_side = point, side
    return kept


def _refuse_crossing(polygon: Polygon) -> None:
    n = len(polygon)
    edges = [(polygon[i], polygon[(i + 1) % n]) for i in range(n)]
    for i in range(n):
        for j in range(i + 2, n):
            if (i, j) != (0, n - 1) and _cross(*edges[i], *edges[j]):
                raise PolygonRefused(f"side {i + 1} crosses side {j + 1}")


Point = tuple[float, float]


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _turn(a, b, c) * _turn(a, b, d) <= 0.0 and _turn(c, d, a) * _turn(c, d, b) <= 0.0 and _boxes_meet(a, b, c, d)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _boxes_meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    return all(max(min(a[k], b[k]), min(c[k], d[k])) <= min(max(a[k], b[k]), max(c[k], d[k])) for k in (0, 1))
