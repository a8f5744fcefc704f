import { type PointerEvent, useMemo, useState } from "react";
import type { IncidentDetailsFragment, IncidentTrackQuery } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { decimal, percent } from "./format";
import { useWidth } from "./useWidth";

type Point = NonNullable<IncidentTrackQuery["incident"]>["track"][number];

interface Props {
  incident: IncidentDetailsFragment;
  points: Point[];
}

const HEIGHT = 168;
const LEFT = 44;
const RIGHT = 118;
const TOP = 10;
const BOTTOM = 24;
/** A longer silence breaks the line: nothing was seen in between. */
const GAP_MS = 1500;

export function ScoreChart({ incident, points }: Props) {
  const time = usePlantTime();
  const [width, measure] = useWidth(640);
  const [hovered, setHovered] = useState<number | null>(null);
  const { thresholdMin: min, thresholdMax: max } = incident.rule;

  const times = useMemo(() => points.map((point) => Date.parse(point.at)), [points]);
  const first = times[0] ?? 0;
  const span = Math.max(1, (times[times.length - 1] ?? first) - first);
  const inner = Math.max(1, width - LEFT - RIGHT);
  const x = (at: number) => LEFT + ((at - first) / span) * inner;
  const y = (value: number) => TOP + (1 - value) * (HEIGHT - TOP - BOTTOM);
  const segments = lines(points, times).map((part) => part.map(([at, v]) => `${x(at)},${y(v)}`).join(" "));
  const decided = Date.parse(incident.openedAt);
  const point = hovered === null ? undefined : points[hovered];

  const hover = (event: PointerEvent<SVGSVGElement>) => {
    const at = first + ((event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT) / inner) * span;
    setHovered(nearest(times, at));
  };
  return (
    <div className="chart" ref={measure}>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={ru.incident.chart.label}
        onPointerMove={hover}
        onPointerLeave={() => setHovered(null)}
      >
        <rect className="band-violation" x={LEFT} width={inner} y={y(1)} height={y(max) - y(1)} />
        <rect className="band-review" x={LEFT} width={inner} y={y(max)} height={y(min) - y(max)} />
        {[0, 0.5, 1].map((value) => (
          <g key={value} className="chart-grid">
            <line x1={LEFT} x2={LEFT + inner} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 8} y={y(value) + 4} textAnchor="end">
              {percent(value)}
            </text>
          </g>
        ))}
        <Threshold at={y(max)} x={LEFT + inner} from={LEFT} tone="violation" text={`${ru.incident.chart.max} ${percent(max)}`} />
        <Threshold at={y(min)} x={LEFT + inner} from={LEFT} tone="review" text={`${ru.incident.chart.min} ${percent(min)}`} />
        {decided >= first && decided <= first + span ? (
          <g className="chart-decision">
            <line x1={x(decided)} x2={x(decided)} y1={TOP} y2={HEIGHT - BOTTOM} />
            <text x={x(decided) + (x(decided) > LEFT + inner / 2 ? -6 : 6)} y={HEIGHT - BOTTOM - 6} textAnchor={x(decided) > LEFT + inner / 2 ? "end" : "start"}>
              {ru.incident.chart.decision}
            </text>
          </g>
        ) : null}
        {segments.map((part) => (
          <polyline key={part.slice(0, 40)} className="chart-line" points={part} />
        ))}
        {point && point.evidence !== null && hovered !== null ? (
          <circle className="chart-dot" cx={x(times[hovered] ?? first)} cy={y(point.evidence)} r={4} />
        ) : null}
        <g className="chart-grid">
          <text x={LEFT} y={HEIGHT - 6}>
            {time.time(incident.firstSeen)}
          </text>
          <text x={LEFT + inner} y={HEIGHT - 6} textAnchor="end">
            {ru.incident.chart.after(decimal(span / 1000))}
          </text>
        </g>
      </svg>
      <div className="chart-reading muted" aria-hidden="true">
        {point ? `${time.precise(point.at)} · ${point.evidence === null ? "–" : percent(point.evidence)}` : null}
      </div>
    </div>
  );
}

function Threshold({ at, x, from, tone, text }: { at: number; x: number; from: number; tone: string; text: string }) {
  return (
    <g className={`chart-threshold chart-${tone}`}>
      <line x1={from} x2={x} y1={at} y2={at} />
      <text x={x + 6} y={at + 4}>
        {text}
      </text>
    </g>
  );
}

/** Runs of points with a value and without a gap. */
function lines(points: Point[], times: number[]): [number, number][][] {
  const parts: [number, number][][] = [];
  let last = Number.NEGATIVE_INFINITY;
  points.forEach((point, i) => {
    const at = times[i] ?? 0;
    if (point.evidence === null) {
      return;
    }
    if (at - last > GAP_MS) {
      parts.push([]);
    }
    parts[parts.length - 1]?.push([at, point.evidence]);
    last = at;
  });
  return parts;
}

function nearest(times: number[], at: number): number {
  let best = 0;
  times.forEach((time, i) => {
    if (Math.abs(time - at) < Math.abs((times[best] ?? 0) - at)) {
      best = i;
    }
  });
  return best;
}
