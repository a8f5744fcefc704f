import type { WhatIfInput, WhatIfViewFragment } from "../gql/documents";
import { percent } from "../components/format";
import { ru } from "../locale/ru";

/** The rule as far as a what-if can move it. */
export interface Settings {
  thresholdMin: number;
  thresholdMax: number;
  dwellS: number;
  windowS: number;
  gapS: number;
}

export const NAMES = ["thresholdMin", "thresholdMax", "dwellS", "windowS", "gapS"] as const;

/** How far a slider goes: the server's range is wider, a person's hand is not. */
export function reach(name: "dwellS" | "windowS" | "gapS", now: number): { min: number; max: number; step: number } {
  const ends = { dwellS: { min: 0, max: 60 }, windowS: { min: 1, max: 120 }, gapS: { min: 0.5, max: 30 } }[name];
  return { min: Math.min(ends.min, now), max: Math.max(ends.max, Math.ceil(now * 2)), step: 0.5 };
}

/** What is sent: only what differs from the rule as it is. */
export function inputOf(ruleId: string, now: Settings, wanted: Settings, from: string | null, to: string | null): WhatIfInput {
  const moved = NAMES.filter((name) => Math.abs(wanted[name] - now[name]) > 1e-9);
  return { ruleId, from, to, ...Object.fromEntries(moved.map((name) => [name, wanted[name]])) } as WhatIfInput;
}

export function isMoved(now: Settings, wanted: Settings): boolean {
  return NAMES.some((name) => Math.abs(wanted[name] - now[name]) > 1e-9);
}

export function shown(name: (typeof NAMES)[number], value: number): string {
  return name.startsWith("threshold") ? percent(value) : ru.whatIf.seconds(value);
}

/** What a job asked, in words: each setting that was moved, from what to what. */
export function inWords(job: WhatIfViewFragment): string[] {
  const words = NAMES.flatMap((name) => {
    const wanted = job[name];
    if (wanted === null) {
      return [];
    }
    const now = job.rule?.[name];
    const before = now === undefined ? "" : `${shown(name, now)} → `;
    return [`${ru.whatIf.fields[name]} ${before}${shown(name, wanted)}`];
  });
  return job.polygon ? [...words, ru.whatIf.otherZone] : words;
}
