import type { AlbumViewFragment, CameraSetupFragment } from "../gql/documents";
import { ru } from "../locale/ru";

const words = ru.teaching;

export const UNKNOWN = "unknown";
export const MOST_FILES = 50;
export const LARGEST_FILE = 16 << 20;

type Count = AlbumViewFragment["counts"][number];
type RuleKind = CameraSetupFragment["rules"][number]["kind"];

/** What must be told for a rule to judge. */
const NEEDED: Partial<Record<RuleKind, string[]>> = {
  GUARD_OPEN: ["guard", "running"],
  LAMP: ["lamp"],
  UNATTENDED: ["running"],
};

/** Aspects that the zone's rules need, and those of which there are pictures already, in their usual order. */
export function aspectsOf(counts: Count[], kinds: RuleKind[]): string[] {
  const needed = new Set(kinds.flatMap((kind) => NEEDED[kind] ?? []));
  const all = [...new Set(counts.map(({ aspect }) => aspect))];
  return all.filter((aspect) => needed.has(aspect) || counts.some((each) => each.aspect === aspect && each.examples > 0));
}

/** The states of an aspect, with how many pictures there are of each. */
export function statesOf(counts: Count[], aspect: string): Count[] {
  return counts.filter((each) => each.aspect === aspect);
}

/** The labels of a picture when one of them is pressed: one of each aspect at most; unknown goes with nothing. */
export function pressed(states: string[], state: string, counts: Count[]): string[] {
  if (states.includes(state)) {
    return states.filter((other) => other !== state);
  }
  if (state === UNKNOWN) {
    return [UNKNOWN];
  }
  const aspectOf = (name: string) => counts.find((each) => each.state === name)?.aspect;
  return [...states.filter((other) => other !== UNKNOWN && aspectOf(other) !== aspectOf(state)), state];
}

/** What is missing until the machine can be taught, a sentence each; none: it can be. */
export function missing(album: AlbumViewFragment): string[] {
  const shown = album.counts.filter(({ examples }) => examples > 0);
  if (!shown.length) {
    return [words.nothingLabelled];
  }
  const few = shown.filter(({ examples }) => examples < album.leastPictures);
  const alone = [...new Set(shown.map(({ aspect }) => aspect))].filter(
    (aspect) => shown.filter((each) => each.aspect === aspect).length === 1,
  );
  return [
    ...few.map(({ aspect, state, examples }) => words.more(stateName(aspect, state), album.leastPictures - examples)),
    ...alone.map((aspect) => words.another(ru.machines.aspect[aspect] ?? aspect)),
  ];
}

export function stateName(aspect: string | null, state: string): string {
  const name = ru.machines.state[state] ?? state;
  return aspect === null ? name : `${ru.machines.aspect[aspect] ?? aspect} ${name}`;
}
