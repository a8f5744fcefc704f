import type { KeyboardEvent, PointerEvent } from "react";
import { ru } from "../locale/ru";
import type { Drawing, End } from "./drawing";
import { arrowOf, edgesOf, middle, type Point } from "./geometry";

const words = ru.setup;
const STEP = 0.005;
const LONG_STEP = 0.05;
const ARROW = 0.09;
/** An edge that is shorter has no room for a handle in its middle. */
const SHORT = 0.035;

export type Grasp = (event: PointerEvent, at: Point) => void;

interface HandleProps {
  at: Point;
  className: string;
  label: string;
  onGrasp: Grasp;
  onMove: (to: Point) => void;
  onRemove?: (() => void) | undefined;
  onInsert?: (() => void) | undefined;
  onPress?: (() => void) | undefined;
  onFinish?: (() => void) | undefined;
}

/** What a hand, or the arrow keys, can move: a disc of a fixed size, with more around it that answers to the pointer. */
export function Handle({ at, className, label, onGrasp, onMove, onRemove, onInsert, onPress, onFinish }: HandleProps) {
  const place = { cx: percent(at[0]), cy: percent(at[1]) };
  const press = (event: KeyboardEvent) => {
    const step = event.shiftKey ? LONG_STEP : STEP;
    const [x, y] = at;
    const actions: Record<string, (() => void) | undefined> = {
      ArrowLeft: () => onMove([x - step, y]),
      ArrowRight: () => onMove([x + step, y]),
      ArrowUp: () => onMove([x, y - step]),
      ArrowDown: () => onMove([x, y + step]),
      Delete: onRemove,
      Backspace: onRemove,
      Insert: onInsert,
      "+": onInsert,
    };
    const action = actions[event.key];
    if (action) {
      event.preventDefault();
      event.stopPropagation();
      action();
    }
  };
  return (
    <g
      className={`handle ${className}`}
      role="button"
      tabIndex={0}
      aria-label={label}
      onPointerDown={(event) => {
        event.stopPropagation();
        if (event.button === 0) {
          onGrasp(event, at);
        }
      }}
      onClick={onPress}
      onDoubleClick={onFinish}
      onKeyDown={press}
    >
      <circle className="handle-reach" {...place} r={13} />
      <circle className="handle-disc" {...place} r={6} />
    </g>
  );
}

/** The middles of the edges: to press one adds a vertex there. */
export function Middles({ drawing, onInsert }: { drawing: Drawing; onInsert: (event: PointerEvent, n: number, at: Point) => void }) {
  return edgesOf(drawing.points, drawing.closed).map(([a, b], n) => {
    const [x, y] = middle(a, b);
    if (Math.hypot(a[0] - b[0], a[1] - b[1]) < SHORT) {
      return null;
    }
    return (
      <g
        key={`${x} ${y}`}
        className="handle handle-middle"
        data-edge={n + 1}
        onPointerDown={(event) => {
          event.stopPropagation();
          if (event.button === 0) {
            onInsert(event, n, [x, y]);
          }
        }}
      >
        <title>{words.addBetween}</title>
        <circle className="handle-reach" cx={percent(x)} cy={percent(y)} r={10} />
        <circle className="handle-disc" cx={percent(x)} cy={percent(y)} r={4} />
      </g>
    );
  });
}

interface LineProps {
  drawing: Drawing;
  aspect: number;
  onGrasp: (event: PointerEvent, end: End, at: Point) => void;
  onMove: (end: End, to: Point) => void;
}

/** The line over the zone, its two ends, and the arrow that says which way is in. */
export function LineHandles({ drawing: { line }, aspect, onGrasp, onMove }: LineProps) {
  if (!line) {
    return null;
  }
  return (
    <>
      <LineArrow line={line} aspect={aspect} />
      {(["start", "end"] as const).map((end) => (
        <Handle
          key={end}
          at={line[end]}
          className="handle-line"
          label={words.lineEnd[end]}
          onGrasp={(event, at) => onGrasp(event, end, at)}
          onMove={(to) => onMove(end, to)}
        />
      ))}
    </>
  );
}

export function LineArrow({ line, aspect }: { line: NonNullable<Drawing["line"]>; aspect: number }) {
  const [from, to] = arrowOf(line, aspect, ARROW);
  return (
    <g className="way">
      <line className="way-line" {...ends(line.start, line.end)} />
      <line className="way-arrow" markerEnd="url(#way-head)" {...ends(from, to)} />
      <text className="way-word" x={percent(to[0])} y={percent(to[1])} dx={10} dy={4}>
        {words.inward}
      </text>
    </g>
  );
}

function ends(a: Point, b: Point) {
  return { x1: percent(a[0]), y1: percent(a[1]), x2: percent(b[0]), y2: percent(b[1]) };
}

export function percent(part: number): string {
  return `${part * 100}%`;
}
