import type { Verdict } from "../gql/documents";
import { ru } from "../locale/ru";

export function VerdictChip({ verdict }: { verdict: Verdict }) {
  return <span className={`chip chip-${verdict.toLowerCase()}`}>{ru.verdict[verdict]}</span>;
}
