import { useState } from "react";
import { ru } from "../locale/ru";
import { useWidth } from "./useWidth";

export interface DayCounts {
  day: string;
  opened: number;
  violations: number;
  inReview: number;
  falsePositives: number;
  dismissed: number;
}

const HEIGHT = 200;
const LEFT = 40;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;
const WIDEST = 46;
/** Fewest pixels between two labels of days. */
const LABEL_GAP = 64;

/** From the bottom up. */
const PARTS = ["violations", "inReview", "falsePositives", "dismissed"] as const;

/** A bar for each day, from its violations up to what was dismissed. */
export function DaysChart({ days }: { days: DayCounts[] }) {
  const [width, measure] = useWidth(900);
  const [hovered, setHovered] = useState<DayCounts | null>(null);
  const most = Math.max(1, ...days.map((day) => day.opened));
  const step = (width - LEFT - RIGHT) / Math.max(1, days.length);
  const bar = Math.min(WIDEST, step * 0.72);
  const y = (n: number) => TOP + (1 - n / most) * (HEIGHT - TOP - BOTTOM);
  const every = Math.max(1, Math.ceil(LABEL_GAP / step));
  return (
    <div className="panel chart days" ref={measure}>
      <svg width={width} height={HEIGHT} role="img" aria-label={ru.statistics.chart}>
        {[0, Math.ceil(most / 2), most].map((n) => (
          <g key={n} className="chart-grid">
            <line x1={LEFT} x2={width - RIGHT} y1={y(n)} y2={y(n)} />
            <text x={LEFT - 8} y={y(n) + 4} textAnchor="end">
              {n}
            </text>
          </g>
        ))}
        {days.map((day, i) => {
          const x = LEFT + step * i + (step - bar) / 2;
          return (
            <g key={day.day} onPointerEnter={() => setHovered(day)} onPointerLeave={() => setHovered(null)}>
              <rect className="days-ground" x={LEFT + step * i} width={step} y={TOP} height={HEIGHT - TOP - BOTTOM} />
              {stacked(day).map(({ part, from, to }) => (
                <rect key={part} className={`days-${part}`} x={x} width={bar} y={y(to)} height={y(from) - y(to)} />
              ))}
              {i % every === 0 ? (
                <text className="days-label" x={x + bar / 2} y={HEIGHT - 8} textAnchor="middle">
                  {shortDay(day.day)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <ul className="days-legend muted" aria-hidden="true">
        {PARTS.map((part) => (
          <li key={part} className={`legend-${part}`}>
            {ru.statistics[part]}
            {hovered ? `: ${hovered[part]}` : null}
          </li>
        ))}
        {hovered ? <li className="days-hovered">{shortDay(hovered.day)}</li> : null}
      </ul>
    </div>
  );
}

function stacked(day: DayCounts): { part: (typeof PARTS)[number]; from: number; to: number }[] {
  let from = 0;
  return PARTS.map((part) => {
    const to = from + day[part];
    const piece = { part, from, to };
    from = to;
    return piece;
  }).filter(({ from: low, to }) => to > low);
}

/** 2026-03-02 as 02.03 */
export function shortDay(day: string): string {
  const [, month, date] = day.split("-");
  return `${date}.${month}`;
}
