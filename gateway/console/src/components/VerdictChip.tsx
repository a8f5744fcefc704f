import type { RuleKind, Verdict } from "../gql/documents";
import { ru } from "../locale/ru";

/** Kinds that warn of what may come, and forbid nothing (R66). */
const WARNINGS: ReadonlySet<RuleKind> = new Set<RuleKind>(["LOITERING"]);

interface Props {
  verdict: Verdict;
  /** of the incident, where it is known: some only warn */
  kind?: RuleKind;
}

export function VerdictChip({ verdict, kind }: Props) {
  const tone = toneOf(verdict, kind);
  return <span className={`chip chip-${tone}`}>{tone === "warning" ? ru.warning : ru.verdict[verdict]}</span>;
}

/** How an incident is coloured; a sure warning is no violation. */
export function toneOf(verdict: Verdict, kind?: RuleKind): string {
  return verdict === "VIOLATION" && kind && WARNINGS.has(kind) ? "warning" : verdict.toLowerCase();
}
