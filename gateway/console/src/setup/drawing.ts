import { crossingEdges, edgesOf, FEWEST, inside, type Line, middle, type Point, polygonFault, usualLine } from "./geometry";

/** A zone while a person draws it. */
export interface Drawing {
  /** null: a new one */
  zoneId: string | null;
  /** that it was opened with; null: a new one */
  version: number | null;
  name: string;
  points: Point[];
  /** the last vertex is joined to the first */
  closed: boolean;
  gate: boolean;
  line: Line | null;
}

interface StoredZone {
  id: string;
  version: number;
  name: string;
  polygon: number[][];
  gate: boolean;
  line: { start: number[]; end: number[] } | null;
}

export type End = "start" | "end";

export const NEW_ZONE: Drawing = { zoneId: null, version: null, name: "", points: [], closed: false, gate: false, line: null };

export function drawingOf(zone: StoredZone): Drawing {
  const line = zone.line && { start: point(zone.line.start), end: point(zone.line.end) };
  const { id: zoneId, version, name, gate } = zone;
  return { zoneId, version, name, points: zone.polygon.map(point), closed: true, gate, line };
}

export function withVertex(drawing: Drawing, at: Point): Drawing {
  return { ...drawing, points: [...drawing.points, inside(at)] };
}

/** A vertex in the middle of the edge that begins at vertex n. */
export function withMiddle(drawing: Drawing, n: number): Drawing {
  const edge = edgesOf(drawing.points, drawing.closed)[n];
  return edge ? { ...drawing, points: drawing.points.toSpliced(n + 1, 0, inside(middle(...edge))) } : drawing;
}

export function moved(drawing: Drawing, n: number, to: Point): Drawing {
  return { ...drawing, points: drawing.points.with(n, inside(to)) };
}

/** Without vertex n; what has too few left is open again. */
export function without(drawing: Drawing, n: number): Drawing {
  const points = drawing.points.toSpliced(n, 1);
  return { ...drawing, points, closed: drawing.closed && points.length >= FEWEST };
}

export function joined(drawing: Drawing): Drawing {
  return drawing.points.length >= FEWEST ? { ...drawing, closed: true } : drawing;
}

export function wholePicture(drawing: Drawing): Drawing {
  return { ...drawing, points: [[0, 0], [1, 0], [1, 1], [0, 1]], closed: true };
}

export function withLine(drawing: Drawing, wanted: boolean): Drawing {
  return { ...drawing, line: wanted ? (drawing.line ?? usualLine(drawing.points)) : null };
}

export function lineMoved(drawing: Drawing, end: End, to: Point): Drawing {
  return drawing.line ? { ...drawing, line: { ...drawing.line, [end]: inside(to) } } : drawing;
}

export function lineTurned(drawing: Drawing): Drawing {
  return drawing.line ? { ...drawing, line: { start: drawing.line.end, end: drawing.line.start } } : drawing;
}

export type Fault = NonNullable<ReturnType<typeof polygonFault>> | "open" | "name" | "line";

/** What must be done before it can be saved; null: nothing. */
export function faultOf(drawing: Drawing): Fault | null {
  const { points, closed, line } = drawing;
  if (points.length >= FEWEST && !closed) {
    return crossingEdges(points, false).size ? "crossing" : "open";
  }
  const fault = polygonFault(points);
  if (fault) {
    return fault;
  }
  if (line && line.start.join() === line.end.join()) {
    return "line";
  }
  return drawing.name.trim() ? null : "name";
}

export function isChanged(drawing: Drawing, stored: Drawing): boolean {
  return JSON.stringify(drawing) !== JSON.stringify(stored);
}

function point([x = 0, y = 0]: number[]): Point {
  return [x, y];
}
