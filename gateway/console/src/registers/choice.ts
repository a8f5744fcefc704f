import type { RegisterFilterInput, RegisterSortBy, RegisterSortInput, RuleKind } from "../gql/documents";

export type Register = "unprocessed" | "violations";

/** What the person asked a register for; from and to are ISO times. */
export interface Choice {
  cameras: string[];
  zones: string[];
  kinds: RuleKind[];
  from: string | null;
  to: string | null;
  scoreMin: number | null;
  assignee: string | null;
  commented: boolean;
  showFalse: boolean;
  sort: RegisterSortInput;
}

export const EVERYTHING: Choice = {
  cameras: [],
  zones: [],
  kinds: [],
  from: null,
  to: null,
  scoreMin: null,
  assignee: null,
  commented: false,
  showFalse: false,
  sort: { by: "OPENED_AT", direction: "DESC" },
};

export function isEverything({ sort: _, ...choice }: Choice): boolean {
  return JSON.stringify({ ...choice, sort: EVERYTHING.sort }) === JSON.stringify(EVERYTHING);
}

export function filterOf(choice: Choice): RegisterFilterInput {
  return {
    cameraIds: choice.cameras.length ? choice.cameras : null,
    zoneIds: choice.zones.length ? choice.zones : null,
    enterprise: null,
    kinds: choice.kinds.length ? choice.kinds : null,
    from: choice.from,
    to: choice.to,
    scoreMin: choice.scoreMin,
    scoreMax: null,
    assignees: choice.assignee === null ? null : [choice.assignee],
    commentsMin: choice.commented ? 1 : null,
    hasPhoto: null,
    hasClip: null,
  };
}

/** The order after a press on a column's head: the other way round, or the column anew. */
export function sortedBy(by: RegisterSortBy, now: RegisterSortInput): RegisterSortInput {
  if (by === now.by) {
    return { by, direction: now.direction === "DESC" ? "ASC" : "DESC" };
  }
  return { by, direction: by === "CAMERA" || by === "ZONE" || by === "ASSIGNEE" ? "ASC" : "DESC" };
}
