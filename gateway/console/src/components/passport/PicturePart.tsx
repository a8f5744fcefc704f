import type { PassportSheetFragment } from "../../gql/documents";
import { ru } from "../../locale/ru";
import { exactPercent } from "../format";
import { Section } from "./Sheet";

const words = ru.passport;
const MOST_TRAIL = 24;

/** The photo with the zone as it was, the deciding box, and thin where the object was in other frames. */
export function PicturePart({ passport }: { passport: PassportSheetFragment }) {
  const { known } = passport;
  const photo = known.files.find((file) => file.kind === "PHOTO");
  const trail = trailOf(passport);
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = photo?.box ?? known.box;
  const tone = `overlay-${known.verdict.toLowerCase()}`;
  return (
    <Section title={words.picture} aside={words.pictureHint}>
      {photo?.url ? (
        <div className="stage">
          <img src={photo.url} alt={ru.incident.photoAlt} />
          <svg className={`overlay ${tone}`} viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label={words.overlay}>
            {known.decided.zone ? (
              <polygon className="overlay-zone" points={known.decided.zone.polygon.map((p) => p.join(",")).join(" ")} />
            ) : null}
            {trail.map(([a = 0, b = 0, c = 0, d = 0], i) => (
              <rect key={i} className="overlay-trail" x={a} y={b} width={c - a} height={d - b} />
            ))}
            <rect className="overlay-box" x={x1} y={y1} width={x2 - x1} height={y2 - y1} />
          </svg>
          <span
            className={`overlay-label ${tone}`}
            style={{ left: `${x1 * 100}%`, top: `${y1 * 100}%` }}
            data-below={y1 < 0.05 ? "" : undefined}
          >
            {ru.objectClass[known.objectClass]} {exactPercent(known.openingScore)}
          </span>
        </div>
      ) : (
        <p className="muted sheet-text">{words.noPhoto}</p>
      )}
    </Section>
  );
}

function trailOf({ frames }: PassportSheetFragment): number[][] {
  const boxes = frames.rows.flatMap((row) => (row.seen ? [row.seen.box] : []));
  const step = Math.max(1, Math.ceil(boxes.length / MOST_TRAIL));
  return boxes.filter((_, i) => i % step === 0);
}
