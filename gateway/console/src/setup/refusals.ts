import type { Changed } from "../components/useCommands";
import { ru, sentence } from "../locale/ru";

/** What was refused: the form's field that it is about, and words for a person. */
export interface Refused {
  field: string | null;
  words: string;
  /** somebody else changed it: what is in the form is of an older version */
  isStale?: boolean;
}

/** A refusal may begin with the field that it is about: `window_s: …`, `input.schedule.windows.days: …`. */
const FIELD = /^(?:input\.)?([A-Za-z_]+)[A-Za-z_.]*: /;

/** Codes that say by themselves which field is meant. */
const MEANT: Record<string, string> = {
  zone_unknown: "zoneId",
  zone_needed: "zoneId",
  zone_without_line: "zoneId",
  equipment_not_watched: "kind",
};

export function refusedOf(code: string, message: string | null): Refused {
  const named = message === null ? undefined : FIELD.exec(message)?.[1];
  const field = named?.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()).replace(/^threshold(Min|Max)$/, "thresholds");
  const words = isVague(code) && field !== undefined ? ru.setup.refused[field] : undefined;
  if (field !== undefined && words !== undefined) {
    return { field, words };
  }
  const general = ru.setup.codes[code] ?? sentence(code);
  return { field: MEANT[code] ?? null, words: isVague(code) && message ? `${general} (${message})` : general };
}

export function staleWords({ changedBy, changedAt }: Changed, dateTime: (iso: string) => string): string {
  const whoAndWhen = [changedBy, changedAt && dateTime(changedAt)].filter(Boolean).join(", ");
  return ru.setup.changedMeanwhile(whoAndWhen);
}

function isVague(code: string): boolean {
  return code === "invalid_input" || code === "field_refused";
}
