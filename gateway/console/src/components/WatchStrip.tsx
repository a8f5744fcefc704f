import { type PointerEvent, useState } from "react";
import type { CameraViewFragment, CoverageQuery } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { decimal, percent, seconds } from "./format";

type Coverage = CoverageQuery["coverage"];
type Bucket = Coverage["buckets"][number];

const WIDTH = 1440;
const HEIGHT = 26;
const MOST_REASONS = 3;

/** A day of one camera: green where it was watched, red where nobody looked, and why. */
export function WatchStrip({ camera, coverage }: { camera: CameraViewFragment; coverage: Coverage }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const time = usePlantTime();
  const { buckets } = coverage;
  const width = WIDTH / Math.max(1, buckets.length);
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const { left, width: whole } = event.currentTarget.getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / whole) * buckets.length);
    setPointed(Math.max(0, Math.min(buckets.length - 1, at)));
  };
  const bucket = pointed === null ? undefined : buckets[pointed];
  const words = bucket ? describe(bucket, time.time) : lastWord(buckets);
  return (
    <div className="watch panel">
      <div className="watch-head">
        <b>{camera.name}</b>
        <span className="watch-share">{coverage.watched === null ? ru.ledger.unknown : ru.ledger.watched(share(coverage.watched))}</span>
        <span className="muted watch-now" title={words}>
          {words}
        </span>
      </div>
      <svg
        className="watch-strip"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={ru.ledger.stripLabel(camera.name)}
        onPointerMove={point}
        onPointerLeave={() => setPointed(null)}
      >
        {buckets.map((each, i) => (
          <rect
            key={each.start}
            className={`watch-${each.state.toLowerCase()}${i === pointed ? " watch-pointed" : ""}`}
            x={i * width}
            width={width}
            height={HEIGHT}
          />
        ))}
      </svg>
      <div className="watch-scale muted" aria-hidden="true">
        {scale(coverage).map((at) => (
          <span key={at}>{time.time(at).slice(0, 5)}</span>
        ))}
      </div>
    </div>
  );
}

/** A share below one never reads as a hundred percent: what is missing matters here. */
function share(value: number): string {
  return value < 1 && value > 0.995 ? `${decimal(Math.floor(value * 1000) / 10)} %` : percent(value);
}

function describe(bucket: Bucket, time: (iso: string) => string): string {
  const when = `${time(bucket.start).slice(0, 5)}–${time(bucket.end).slice(0, 5)}`;
  if (bucket.watched === null) {
    return `${when} · ${ru.ledger.unknown}`;
  }
  const s = Math.max(1, seconds(bucket.start, bucket.end));
  const rate = ru.ledger.rate(decimal(bucket.analysed / s), bucket.targetFps);
  const rates = [rate, ru.ledger.detector(decimal(bucket.detected / s))];
  const what = [when, ru.watchState[bucket.state], share(bucket.watched), ...reasons(bucket), ...drops(bucket)];
  return [...what, ...rates, ...bucket.models.map((model) => model.id)].join(" · ");
}

/** The reasons of the gaps, the longest first. */
function reasons(bucket: Bucket): string[] {
  const lost = new Map<Bucket["gaps"][number]["reason"], number>();
  for (const gap of bucket.gaps) {
    lost.set(gap.reason, (lost.get(gap.reason) ?? 0) + seconds(gap.since, gap.until));
  }
  return [...lost]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_REASONS)
    .map(([reason, s]) => ru.ledger.lost(ru.gapReason[reason], ru.ledger.duration(s)));
}

function drops(bucket: Bucket): string[] {
  return bucket.dropped.map((each) => ru.ledger.dropped(ru.dropReason[each.reason], each.frames));
}

/** Without a pointer the strip tells what is the case now. */
function lastWord(buckets: Bucket[]): string {
  const last = [...buckets].reverse().find((bucket) => bucket.watched !== null);
  return last ? [ru.watchState[last.state], ...reasons(last)].join(" · ") : "";
}

function scale({ start, end }: Coverage): string[] {
  const first = Date.parse(start);
  const step = (Date.parse(end) - first) / 8;
  return Array.from({ length: 9 }, (_, i) => new Date(first + i * step).toISOString());
}
