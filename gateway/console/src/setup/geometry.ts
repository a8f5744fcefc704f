/** Polygons and lines of zones: x y in 0..1 of the picture. What is refused here is what domain/rules/geometry.py refuses. */

export type Point = [number, number];

export interface Line {
  start: Point;
  end: Point;
}

export type PolygonFault = "few" | "many" | "same" | "crossing" | "flat";

export const FEWEST = 3;
/** The gateway takes no more. */
const MOST = 64;
const LEAST_AREA = 1e-6;
/** Of a zone's width, on each side. */
const LINE_ROOM = 0.1;

/** Why a zone cannot have this form; null: it can. */
export function polygonFault(points: Point[]): PolygonFault | null {
  if (points.length < FEWEST) {
    return "few";
  }
  if (points.length > MOST) {
    return "many";
  }
  if (new Set(points.map((point) => point.join())).size < points.length) {
    return "same";
  }
  if (crossingEdges(points, true).size) {
    return "crossing";
  }
  return Math.abs(signedArea(points)) < LEAST_AREA ? "flat" : null;
}

/** The edges that meet others but at their ends; edge n leads from vertex n to the next one. */
export function crossingEdges(points: Point[], closed: boolean): Set<number> {
  const found = new Set<number>();
  const edges = edgesOf(points, closed);
  edges.forEach(([a, b], i) => {
    for (let j = i + 2; j < edges.length; j++) {
      const [c, d] = edges[j] as [Point, Point];
      const joined = closed && i === 0 && j === edges.length - 1;
      if (!joined && cross(a, b, c, d)) {
        found.add(i).add(j);
      }
    }
  });
  return found;
}

export function edgesOf(points: Point[], closed: boolean): [Point, Point][] {
  const count = closed ? points.length : points.length - 1;
  return points.slice(0, Math.max(0, count)).map((point, n) => [point, points[(n + 1) % points.length] ?? point]);
}

export function middle(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** The point inside of the picture that is nearest, to a ten-thousandth: finer than a pixel of any camera. */
export function inside([x, y]: Point): Point {
  return [tidy(x), tidy(y)];
}

/** Where the arrow of a line ends that says which way is in; aspect: the picture's width by its height. */
export function arrowOf({ start, end }: Line, aspect: number, length: number): [Point, Point] {
  const from = middle(start, end);
  const dx = (end[0] - start[0]) * aspect;
  const dy = end[1] - start[1];
  const long = Math.hypot(dx, dy) || 1;
  return [from, [from[0] - ((dy / long) * length) / aspect, from[1] + (dx / long) * length]];
}

/** A line for a zone that has none: level, through its middle, with room at its ends for other handles. */
export function usualLine(points: Point[]): Line {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const y = (Math.min(...ys) + Math.max(...ys)) / 2;
  const left = Math.min(...xs);
  const right = Math.max(...xs);
  const room = (right - left) * LINE_ROOM;
  return { start: inside([left + room, y]), end: inside([right - room, y]) };
}

function tidy(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
}

function signedArea(points: Point[]): number {
  return edgesOf(points, true).reduce((sum, [[x1, y1], [x2, y2]]) => sum + x1 * y2 - x2 * y1, 0) / 2;
}

function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0 && boxesMeet(a, b, c, d);
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function boxesMeet(a: Point, b: Point, c: Point, d: Point): boolean {
  return ([0, 1] as const).every(
    (k) => Math.max(Math.min(a[k], b[k]), Math.min(c[k], d[k])) <= Math.min(Math.max(a[k], b[k]), Math.max(c[k], d[k])),
  );
}
