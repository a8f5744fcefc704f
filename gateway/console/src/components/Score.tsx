import type { Verdict } from "../gql/documents";
import { percent } from "./format";

interface Props {
  score: number;
  min: number;
  max: number;
  verdict: Verdict;
}

/** A score as a number and as a place between the rule's thresholds. */
export function Score({ score, min, max, verdict }: Props) {
  return (
    <span className={`score score-${verdict.toLowerCase()}`}>
      <b>{percent(score)}</b>
      <svg width="56" height="6" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" rx="3" className="score-rail" />
        <rect width={Math.max(2, score * 100)} height="6" rx="3" className="score-bar" />
        <rect x={min * 100 - 0.75} width="1.5" height="6" className="score-mark" />
        <rect x={max * 100 - 0.75} width="1.5" height="6" className="score-mark" />
      </svg>
    </span>
  );
}
