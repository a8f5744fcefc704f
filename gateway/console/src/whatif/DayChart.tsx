import type { WhatIfJobQuery } from "../gql/documents";
import { ru } from "../locale/ru";

export type Day = NonNullable<WhatIfJobQuery["whatIfJob"]>["days"][number];

const HEIGHT = 150;
const FOOT = 22;
const HEAD = 16;
const WIDEST = 96;
const MOST = 62;

/** Incidents per day: a pair of bars, as it was and as it would be; violations are the filled part. */
export function DayChart({ days }: { days: Day[] }) {
  const shown = days.slice(-MOST);
  const most = Math.max(1, ...shown.flatMap((day) => [day.before, day.after]));
  const slot = Math.min(WIDEST, Math.max(16, 960 / Math.max(1, shown.length)));
  const bar = slot * 0.32;
  const tall = (count: number) => (count / most) * (HEIGHT - FOOT - HEAD);
  const every = Math.ceil(46 / slot);
  return (
    <div className="what-if-chart">
      <svg width={Math.max(1, shown.length) * slot + 8} height={HEIGHT} role="img" aria-label={ru.whatIf.chartLabel}>
        {shown.map((day, i) => {
          const x = 4 + i * slot + slot / 2;
          const sides = [
            { key: "before", at: x - bar - 1, all: day.before, violations: day.violationsBefore },
            { key: "after", at: x + 1, all: day.after, violations: day.violationsAfter },
          ];
          return (
            <g key={day.day}>
              <title>{ru.whatIf.dayTitle(date(day.day), day.before, day.after, day.violationsBefore, day.violationsAfter)}</title>
              {sides.map((side) => (
                <g key={side.key} className={`what-if-bar what-if-${side.key}`}>
                  <rect x={side.at} width={bar} y={HEIGHT - FOOT - tall(side.all)} height={tall(side.all)} rx={1.5} />
                  <rect
                    className="what-if-violations"
                    x={side.at}
                    width={bar}
                    y={HEIGHT - FOOT - tall(side.violations)}
                    height={tall(side.violations)}
                    rx={1.5}
                  />
                  {slot >= 40 ? (
                    <text x={side.at + bar / 2} y={HEIGHT - FOOT - tall(side.all) - 4} textAnchor="middle">
                      {side.all}
                    </text>
                  ) : null}
                </g>
              ))}
              {i % every === 0 ? (
                <text className="what-if-day" x={x} y={HEIGHT - 6} textAnchor="middle">
                  {date(day.day)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <div className="what-if-legend muted">
        <span className="what-if-key what-if-key-before">{ru.whatIf.before}</span>
        <span className="what-if-key what-if-key-after">{ru.whatIf.after}</span>
        <span className="what-if-key what-if-key-violations">{ru.whatIf.violations}</span>
        {days.length > MOST ? <span>{ru.whatIf.lastDays(MOST, days.length)}</span> : null}
      </div>
    </div>
  );
}

/** 2026-03-02 as 02.03. */
export function date(day: string): string {
  return `${day.slice(8, 10)}.${day.slice(5, 7)}`;
}
