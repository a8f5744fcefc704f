import type {
  CameraSetupFragment,
  Direction,
  Lamp,
  ObjectClass,
  RuleInput,
  RuleKind,
  UsualRuleQuery,
} from "../gql/documents";
import { ru } from "../locale/ru";
import type { ScheduleDraft, WindowDraft } from "./schedule";

export type StoredRule = CameraSetupFragment["rules"][number];
export type Usual = UsualRuleQuery["usualRule"];

/** A rule while a person writes it. */
export interface RuleDraft {
  /** null: a new one */
  ruleId: string | null;
  /** that it was opened with; null: a new one */
  version: number | null;
  kind: RuleKind | null;
  name: string;
  zoneId: string | null;
  thresholdMin: number;
  thresholdMax: number;
  dwellS: number;
  windowS: number;
  gapS: number;
  objectClasses: ObjectClass[];
  schedule: ScheduleDraft | null;
  minPersonHeight: number;
  atGate: boolean;
  forbidden: Direction | null;
  near: number;
  forbiddenLamps: Lamp[];
}

export const KINDS = Object.keys(ru.kind) as RuleKind[];
export const LAMPS = Object.keys(ru.setup.lamps) as Lamp[];

/** What rules of people, vehicles and animals can be told to look at; the other classes belong to kinds of their own. */
export const CLASSES: ObjectClass[] = ["PERSON", "CAR", "TRUCK", "BUS", "MOTORCYCLE", "BICYCLE", "ANIMAL"];

const EQUIPMENT: ReadonlySet<RuleKind> = new Set<RuleKind>(["NO_HELMET", "NO_VEST", "NO_GLASSES", "NO_GLOVES", "NO_MASK"]);

const NUMBERS = ["thresholdMin", "thresholdMax", "dwellS", "windowS", "gapS", "minPersonHeight", "near"] as const;

export const NEW_RULE: RuleDraft = {
  ruleId: null,
  version: null,
  kind: null,
  name: "",
  zoneId: null,
  thresholdMin: 0.4,
  thresholdMax: 0.7,
  dwellS: 1,
  windowS: 5,
  gapS: 3,
  objectClasses: ["PERSON"],
  schedule: null,
  minPersonHeight: 0,
  atGate: false,
  forbidden: null,
  near: 0,
  forbiddenLamps: [],
};

export function ruleDraftOf(rule: StoredRule): RuleDraft {
  const { id: ruleId, version, name, kind, zoneId, objectClasses, atGate, forbidden, forbiddenLamps } = rule;
  const schedule = rule.schedule && { tz: rule.schedule.tz, windows: rule.schedule.windows.map(windowOf) };
  const words = { ruleId, version, name, kind, zoneId, objectClasses, schedule, atGate, forbidden, forbiddenLamps };
  return { ...NEW_RULE, ...words, ...Object.fromEntries(NUMBERS.map((each) => [each, tidy(rule[each])])) };
}

function windowOf({ days, start, end }: WindowDraft): WindowDraft {
  return { days, start, end };
}

/** The read model keeps single precision; what a person entered has fewer digits. */
function tidy(value: number): number {
  return Number(value.toPrecision(6));
}

/** As a rule of this kind usually begins; a name of one's own, the zone and the schedule stay. */
export function usually(draft: RuleDraft, usual: Usual): RuleDraft {
  const { kind, thresholdMin, thresholdMax, dwellS, windowS, gapS, objectClasses, forbidden, near, forbiddenLamps } = usual;
  const isOwnName = draft.name !== "" && !Object.values(ru.kind).includes(draft.name);
  const name = isOwnName ? draft.name : ru.kind[kind];
  const settings = { thresholdMin, thresholdMax, dwellS, windowS, gapS, objectClasses, forbidden, near, forbiddenLamps };
  return { ...draft, ...settings, kind, name, minPersonHeight: 0, atGate: false };
}

/** Whether a kind is about what people wear. */
export function isEquipment(kind: RuleKind): boolean {
  return EQUIPMENT.has(kind);
}

/** Which fields a rule of a kind has; what only other kinds say is not shown. */
export function usesOf(usual: Usual, draft: RuleDraft) {
  const equipment = isEquipment(usual.kind);
  return {
    classes: !equipment && usual.objectClasses.every((each) => CLASSES.includes(each)),
    height: draft.objectClasses.includes("PERSON"),
    gate: equipment && draft.zoneId !== null,
    forbidden: usual.forbidden !== null,
    near: usual.near > 0,
    lamps: usual.forbiddenLamps.length > 0,
  };
}

/** What is sent; what the rule does not use is left out. */
export function ruleInputOf(draft: RuleDraft, usual: Usual, cameraId: string): RuleInput {
  const { ruleId, version: expectedVersion, zoneId, thresholdMin, thresholdMax } = draft;
  const { dwellS, windowS, gapS, objectClasses, schedule } = draft;
  const uses = usesOf(usual, draft);
  return {
    ...{ ruleId, expectedVersion, cameraId, zoneId, name: draft.name.trim(), kind: usual.kind },
    ...{ thresholdMin, thresholdMax, dwellS, windowS, gapS, objectClasses, schedule },
    minPersonHeight: uses.height ? draft.minPersonHeight : 0,
    atGate: uses.gate && draft.atGate,
    forbidden: uses.forbidden ? draft.forbidden : null,
    near: uses.near ? draft.near : 0,
    forbiddenLamps: uses.lamps ? draft.forbiddenLamps : [],
  };
}
