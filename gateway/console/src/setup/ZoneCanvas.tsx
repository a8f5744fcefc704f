import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { ru } from "../locale/ru";
import { type Drawing, drawingOf, joined, lineMoved, moved, withMiddle, without, withVertex } from "./drawing";
import { crossingEdges, edgesOf, FEWEST, inside, type Point } from "./geometry";
import { Handle, LineArrow, LineHandles, Middles, percent } from "./Handles";
import { placeOf, useHold } from "./useHold";

const words = ru.setup;

type Zone = Parameters<typeof drawingOf>[0];

interface Props {
  /** width by height of the picture */
  aspect: number;
  zones: Zone[];
  drawing: Drawing | null;
  onDraw: (drawing: Drawing) => void;
  /** null: zones can only be looked at */
  onChoose: ((zoneId: string) => void) | null;
  onGiveUp: () => void;
}

/** A double click that closes a polygon must not remove the vertex that it hit. */
const DOUBLE_CLICK_MS = 600;

/** The zones over a camera's picture; one of them can be drawn. */
export function ZoneCanvas({ aspect, zones, drawing, onDraw, onChoose, onGiveUp }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const closedAt = useRef(0);
  const [pointer, setPointer] = useState<Point | null>(null);
  const { held, grasp } = useHold(svg, (grip, to) => {
    if (drawing) {
      onDraw("end" in grip ? lineMoved(drawing, grip.end, to) : moved(drawing, grip.vertex, to));
    }
  });
  const isOpen = drawing !== null && !drawing.closed;
  const isDrawing = drawing !== null;
  useEffect(() => {
    if (isDrawing) {
      svg.current?.focus({ preventScroll: true });
    }
  }, [isDrawing]);
  const close = () => {
    if (drawing && isOpen && drawing.points.length >= FEWEST) {
      closedAt.current = performance.now();
      onDraw(joined(drawing));
    }
  };
  const addVertex = (event: PointerEvent) => {
    if (drawing && isOpen && event.button === 0) {
      const at = inside(placeOf(svg.current, event));
      onDraw(withVertex(drawing, at));
      grasp(event, { vertex: drawing.points.length }, at);
    }
  };
  const press = (event: KeyboardEvent) => {
    if (!drawing || !["Enter", "Escape", "Delete", "Backspace"].includes(event.key)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") {
      close();
    } else if (event.key === "Escape") {
      onGiveUp();
    } else if (isOpen) {
      onDraw(without(drawing, drawing.points.length - 1));
    }
  };
  const finish = (n: number) => {
    if (!drawing || performance.now() - closedAt.current < DOUBLE_CLICK_MS) {
      return;
    }
    if (isOpen && n === drawing.points.length - 1) {
      close();
    } else {
      onDraw(without(drawing, n));
    }
  };
  return (
    <svg
      ref={svg}
      className={`drawing${isOpen ? " drawing-open" : ""}${drawing ? " drawing-busy" : ""}`}
      role="group"
      aria-label={words.picture}
      tabIndex={drawing ? 0 : -1}
      onPointerDown={addVertex}
      onPointerMove={(event) => isOpen && setPointer(placeOf(svg.current, event))}
      onPointerLeave={() => setPointer(null)}
      onKeyDown={press}
    >
      <defs>
        <marker id="way-head" viewBox="0 0 10 10" refX="6" refY="5" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0 10 5 0 10Z" />
        </marker>
      </defs>
      {zones
        .filter((zone) => zone.id !== drawing?.zoneId)
        .map((zone) => (
          <Other key={zone.id} zone={zone} aspect={aspect} onChoose={drawing ? null : onChoose} />
        ))}
      {drawing ? (
        <>
          <Form drawing={drawing} pointer={held ? null : pointer} />
          <Middles
            drawing={drawing}
            onInsert={(event, n, at) => {
              onDraw(withMiddle(drawing, n));
              grasp(event, { vertex: n + 1 }, at);
            }}
          />
          <LineHandles
            drawing={drawing}
            aspect={aspect}
            onGrasp={(event, end, at) => grasp(event, { end }, at)}
            onMove={(end, to) => onDraw(lineMoved(drawing, end, to))}
          />
          {drawing.points.map((at, n) => (
            <Handle
              key={n}
              at={at}
              className={isOpen && n === 0 && drawing.points.length >= FEWEST ? "handle-closing" : ""}
              label={words.vertex(n + 1, drawing.points.length, at)}
              onGrasp={(event) => grasp(event, { vertex: n }, at)}
              onMove={(to) => onDraw(moved(drawing, n, to))}
              onRemove={() => onDraw(without(drawing, n))}
              onInsert={() => onDraw(withMiddle(drawing, n))}
              onPress={isOpen && n === 0 ? close : undefined}
              onFinish={() => finish(n)}
            />
          ))}
        </>
      ) : null}
    </svg>
  );
}

/** A zone that is not being drawn; onChoose null: something else is. */
function Other({ zone, aspect, onChoose }: { zone: Zone; aspect: number; onChoose: ((id: string) => void) | null }) {
  const { points, line } = drawingOf(zone);
  const [left, top] = points.reduce((best, point) => (point[1] < best[1] ? point : best), [0, 1]);
  const choose = () => onChoose?.(zone.id);
  return (
    <g
      className="zone-other"
      role={onChoose ? "button" : undefined}
      tabIndex={onChoose ? 0 : undefined}
      aria-label={words.edit(zone.name)}
      onClick={choose}
      onKeyDown={(event) => event.key === "Enter" && choose()}
    >
      <Picture>
        <polygon points={listed(points)} />
      </Picture>
      {line ? <LineArrow line={line} aspect={aspect} /> : null}
      <text className="zone-name" x={percent(left)} y={percent(top)} dx={left > 0.8 ? -6 : 6} dy={18} data-end={left > 0.8 || undefined}>
        {zone.name}
      </text>
    </g>
  );
}

/** The polygon that is being drawn, what of it crosses itself, and where the next edge would go. */
function Form({ drawing: { points, closed }, pointer }: { drawing: Drawing; pointer: Point | null }) {
  const crossing = crossingEdges(points, closed);
  const last = points.at(-1);
  const first = points[0];
  return (
    <Picture>
      <polygon className={`zone-form${crossing.size ? " zone-crossing" : ""}`} points={listed(points)} />
      {edgesOf(points, closed).map(([a, b], n) => (
        <polyline key={n} className={crossing.has(n) ? "zone-edge zone-edge-crossing" : "zone-edge"} points={listed([a, b])} />
      ))}
      {pointer && last && first && !closed ? (
        <polyline className="zone-next" points={listed(points.length > 1 ? [last, pointer, first] : [last, pointer])} />
      ) : null}
    </Picture>
  );
}

/** The drawing's unit is the picture. */
function Picture({ children }: { children: ReactNode }) {
  return (
    <svg className="drawing-picture" viewBox="0 0 1 1" preserveAspectRatio="none">
      {children}
    </svg>
  );
}

function listed(points: Point[]): string {
  return points.map((point) => point.join(",")).join(" ");
}
