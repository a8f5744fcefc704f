import { useId } from "react";
import type { Verdict } from "../gql/documents";

interface Props {
  /** x1 y1 x2 y2 in 0..1 */
  box: number[] | null;
  label: string;
  tone: Verdict;
  /** vertices in 0..1 */
  polygon: number[][] | null;
}

/** Box and zone over a picture of any size: the drawing's unit is the picture. */
export function PictureOverlay({ box, label, tone, polygon }: Props) {
  const title = useId();
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box ?? [];
  return (
    <>
      <svg className={`overlay overlay-${tone.toLowerCase()}`} viewBox="0 0 1 1" preserveAspectRatio="none">
        <title id={title}>{label}</title>
        {polygon ? <polygon className="overlay-zone" points={polygon.map((p) => p.join(",")).join(" ")} /> : null}
        {box ? <rect className="overlay-box" x={x1} y={y1} width={x2 - x1} height={y2 - y1} /> : null}
      </svg>
      {box ? (
        <span
          className={`overlay-label overlay-${tone.toLowerCase()}`}
          style={{ left: `${x1 * 100}%`, top: `${y1 * 100}%` }}
          data-below={y1 < 0.05 ? "" : undefined}
        >
          {label}
        </span>
      ) : null}
    </>
  );
}
