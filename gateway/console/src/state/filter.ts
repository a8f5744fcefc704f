import type { IncidentFilter, IncidentSort, IncidentSummaryFragment, RuleKind, Verdict } from "../gql/documents";

export type Period = "all" | "hour" | "shift" | "day" | "week" | "custom";
export type Order = "newest" | "oldest" | "score" | "lastSeen";

/** What the person chose; from and to are ISO times, used with period "custom". */
export interface Choice {
  cameras: string[];
  kinds: RuleKind[];
  verdicts: Verdict[];
  period: Period;
  from: string | null;
  to: string | null;
  hideFalse: boolean;
  order: Order;
}

export const EVERYTHING: Choice = {
  cameras: [],
  kinds: [],
  verdicts: [],
  period: "all",
  from: null,
  to: null,
  hideFalse: false,
  order: "newest",
};

const HOUR = 3_600_000;
const LENGTH: Partial<Record<Period, number>> = { hour: HOUR, shift: 12 * HOUR, day: 24 * HOUR, week: 168 * HOUR };

const SORTS: Record<Order, IncidentSort> = {
  newest: { by: "OPENED_AT", direction: "DESC" },
  oldest: { by: "OPENED_AT", direction: "ASC" },
  score: { by: "SCORE", direction: "DESC" },
  lastSeen: { by: "LAST_SEEN", direction: "DESC" },
};

export function sortOf(choice: Choice): IncidentSort {
  return SORTS[choice.order];
}

export function isEverything(choice: Choice): boolean {
  return JSON.stringify({ ...choice, order: EVERYTHING.order }) === JSON.stringify(EVERYTHING);
}

export function filterOf(choice: Choice, now: number): IncidentFilter {
  const length = LENGTH[choice.period];
  return {
    cameraIds: choice.cameras.length ? choice.cameras : null,
    kinds: choice.kinds.length ? choice.kinds : null,
    verdicts: choice.verdicts.length ? choice.verdicts : null,
    from: length ? new Date(now - length).toISOString() : choice.period === "custom" ? choice.from : null,
    to: choice.period === "custom" ? choice.to : null,
    includeFalsePositives: !choice.hideFalse,
  };
}

/** Whether a changed incident belongs in the list: the same conditions as the server's. */
export function matches(choice: Choice, row: IncidentSummaryFragment, now: number): boolean {
  const filter = filterOf(choice, now);
  const at = Date.parse(row.openedAt);
  return (
    (!filter.cameraIds || filter.cameraIds.includes(row.cameraId)) &&
    (!filter.kinds || filter.kinds.includes(row.kind)) &&
    (!filter.verdicts || filter.verdicts.includes(row.verdict)) &&
    (!filter.from || at >= Date.parse(filter.from)) &&
    (!filter.to || at < Date.parse(filter.to)) &&
    (!choice.hideFalse || row.verdict !== "FALSE_POSITIVE")
  );
}

/** Negative when a stands before b in the chosen order. */
export function compare(order: Order, a: IncidentSummaryFragment, b: IncidentSummaryFragment): number {
  switch (order) {
    case "newest":
      return Date.parse(b.openedAt) - Date.parse(a.openedAt) || (a.id < b.id ? 1 : -1);
    case "oldest":
      return Date.parse(a.openedAt) - Date.parse(b.openedAt) || (a.id < b.id ? -1 : 1);
    case "score":
      return b.score - a.score || (a.id < b.id ? 1 : -1);
    case "lastSeen":
      return Date.parse(b.lastSeen) - Date.parse(a.lastSeen) || (a.id < b.id ? 1 : -1);
  }
}

const KEY = "kaska.filter";

export function remembered(): Choice {
  try {
    const stored = sessionStorage.getItem(KEY);
    return stored ? { ...EVERYTHING, ...(JSON.parse(stored) as Partial<Choice>) } : EVERYTHING;
  } catch {
    return EVERYTHING;
  }
}

export function remember(choice: Choice): void {
  sessionStorage.setItem(KEY, JSON.stringify(choice));
}
