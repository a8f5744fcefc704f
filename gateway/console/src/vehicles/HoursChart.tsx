import { useWidth } from "../components/useWidth";

const HEIGHT = 140;
const LEFT = 34;
const BOTTOM = 22;
const TOP = 10;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** A bar for each hour of the day. counts: 24 numbers. */
export function HoursChart({ counts, label }: { counts: number[]; label: string }) {
  const [width, measure] = useWidth(900);
  const most = Math.max(1, ...counts);
  const step = (width - LEFT) / HOURS.length;
  const y = (n: number) => TOP + (1 - n / most) * (HEIGHT - TOP - BOTTOM);
  return (
    <figure className="panel chart hours" ref={measure}>
      <figcaption className="muted">{label}</figcaption>
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        {[0, most].map((n) => (
          <g key={n} className="chart-grid">
            <line x1={LEFT} x2={width} y1={y(n)} y2={y(n)} />
            <text x={LEFT - 8} y={y(n) + 4} textAnchor="end">
              {n}
            </text>
          </g>
        ))}
        {HOURS.map((hour) => {
          const n = counts[hour] ?? 0;
          return (
            <g key={hour}>
              <rect className="hours-bar" x={LEFT + step * hour + 2} width={Math.max(1, step - 4)} y={y(n)} height={y(0) - y(n)}>
                <title>{`${hour}:00 – ${n}`}</title>
              </rect>
              {hour % 2 === 0 ? (
                <text className="days-label" x={LEFT + step * (hour + 0.5)} y={HEIGHT - 6} textAnchor="middle">
                  {hour}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
