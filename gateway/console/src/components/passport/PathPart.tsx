import type { PassportSheetFragment } from "../../gql/documents";
import { ru } from "../../locale/ru";
import { usePlantTime } from "../../state/PlantTime";
import { exactPercent } from "../format";
import { Section } from "./Sheet";

const words = ru.passport;
const WIDTH = 860;
const HEIGHT = 180;
const LEFT = 44;
const RIGHT = 140;
const TOP = 10;
const BOTTOM = 22;

/** How the score grew, where it crossed the thresholds, and whether that is what was recorded. */
export function PathPart({ passport }: { passport: PassportSheetFragment }) {
  const { path } = passport;
  const time = usePlantTime();
  return (
    <Section title={words.path} aside={path.repeats === null ? null : path.repeats ? words.repeats : words.differs}>
      {path.points.length > 1 ? <Chart passport={passport} /> : <p className="muted sheet-text">{words.noPath}</p>}
      <ul className="sheet-list">
        {momentsOf(passport).map(({ at, text, sequence }) => (
          <li key={`${at} ${text}`}>
            <time dateTime={at}>{time.precise(at)}</time> {text}{" "}
            {sequence === null ? null : <span className="muted">{words.record(sequence)}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface PathMoment {
  at: string;
  text: string;
  sequence: number | null;
}

/** Crossings and the opening, in the order in which they happened. */
function momentsOf({ path, known }: PassportSheetFragment): PathMoment[] {
  const crossings = path.crossings.map((crossing) => ({
    at: crossing.at,
    text: `${words.crossing(words.threshold[crossing.threshold], crossing.upwards)}: ${exactPercent(crossing.score)}`,
    sequence: crossing.sequence,
  }));
  const opened = { at: known.openedAt, text: `${words.opened}: ${exactPercent(known.openingScore)}`, sequence: null };
  return [...crossings, opened].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function Chart({ passport }: { passport: PassportSheetFragment }) {
  const { path, known } = passport;
  const time = usePlantTime();
  const times = path.points.map((point) => Date.parse(point.at));
  const first = times[0] ?? 0;
  const span = Math.max(1, (times[times.length - 1] ?? first) - first);
  const x = (at: number) => LEFT + ((at - first) / span) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - value) * (HEIGHT - TOP - BOTTOM);
  const decided = Date.parse(known.openedAt);
  const line = path.points.map((point, i) => `${x(times[i] ?? 0)},${y(point.score)}`).join(" ");
  return (
    <svg className="sheet-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.pathLabel}>
      {(["thresholdMin", "thresholdMax"] as const).map((name) => (
        <g key={name} className={`chart-threshold ${name === "thresholdMin" ? "chart-review" : "chart-violation"}`}>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(known[name])} y2={y(known[name])} />
          <text x={WIDTH - RIGHT + 6} y={y(known[name]) + 4}>
            {words.threshold[name === "thresholdMin" ? "MIN" : "MAX"]} {exactPercent(known[name])}
          </text>
        </g>
      ))}
      <g className="chart-grid">
        {[0, 1].map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 6} y={y(value) + 4} textAnchor="end">
              {value * 100} %
            </text>
          </g>
        ))}
        <text x={LEFT} y={HEIGHT - 4}>
          {time.precise(path.points[0]?.at ?? known.firstSeen)}
        </text>
        <text x={WIDTH - RIGHT} y={HEIGHT - 4} textAnchor="end">
          {time.precise(path.points[path.points.length - 1]?.at ?? known.lastSeen)}
        </text>
      </g>
      {decided >= first && decided <= first + span ? (
        <g className="chart-decision">
          <line x1={x(decided)} x2={x(decided)} y1={TOP} y2={HEIGHT - BOTTOM} />
        </g>
      ) : null}
      <polyline className="chart-line" points={line} />
      {path.crossings.map((crossing, i) => (
        <circle key={i} className="chart-dot" cx={x(Date.parse(crossing.at))} cy={y(crossing.score)} r={4} />
      ))}
    </svg>
  );
}
