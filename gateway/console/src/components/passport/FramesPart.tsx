import { Button } from "antd";
import type { PassportSheetFragment } from "../../gql/documents";
import { ru } from "../../locale/ru";
import { usePlantTime } from "../../state/PlantTime";
import { exactPercent } from "../format";
import { Section } from "./Sheet";

const words = ru.passport;

interface Props {
  passport: PassportSheetFragment;
  /** frames on a page */
  page: number;
  onPage: (first: number) => void;
}

/** The recorded model outputs, frame by frame. */
export function FramesPart({ passport, page, onPage }: Props) {
  const { frames, path } = passport;
  const time = usePlantTime();
  const scores = new Map(path.points.map((point) => [point.sequence, point.score]));
  const last = frames.first + frames.rows.length;
  return (
    <Section title={words.frames} aside={words.framesShown(frames.rows.length ? frames.first + 1 : 0, last, frames.total)}>
      {frames.rows.length ? (
        <table className="sheet-table">
          <thead>
            <tr>
              {words.frameColumns.map((name) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {frames.rows.map((row) => (
              <tr key={row.sequence}>
                <td>
                  <code>{row.sequence}</code>
                </td>
                <td>{time.precise(row.capturedAt)}</td>
                <td>{row.seen ? exactPercent(row.seen.score) : words.notSeen}</td>
                <td>{row.seen && row.seen.hit !== null ? exactPercent(row.seen.hit) : ""}</td>
                <td>{scores.has(row.sequence) ? exactPercent(scores.get(row.sequence) ?? 0) : ""}</td>
                <td>
                  <code>{row.seen?.box.map((value) => value.toFixed(3)).join(" ")}</code>
                </td>
                <td>
                  {row.seen?.attributes
                    .map((a) => `${words.attribute[a.attribute]} ${exactPercent(a.present)} / ${exactPercent(a.absent)}`)
                    .join(", ")}
                </td>
                <td>{row.others || ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="muted sheet-text">{words.source[frames.source]}</p>
      )}
      {frames.total > page ? (
        <div className="sheet-pages no-print">
          <Button disabled={frames.first === 0} onClick={() => onPage(Math.max(0, frames.first - page))}>
            {words.earlier}
          </Button>
          <Button disabled={last >= frames.total} onClick={() => onPage(last)}>
            {words.later}
          </Button>
        </div>
      ) : null}
    </Section>
  );
}
