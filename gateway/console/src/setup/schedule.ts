/** When a rule is in force: windows of wall time on weekdays, 0 is Monday. An end not after the start is on the next day. */
export interface ScheduleDraft {
  tz: string;
  windows: WindowDraft[];
}

export interface WindowDraft {
  days: number[];
  /** HH:MM */
  start: string;
  end: string;
}

const WORKING_DAYS = [0, 1, 2, 3, 4];
const WEEKEND = [5, 6];

export const WORKING_HOURS: WindowDraft[] = [{ days: WORKING_DAYS, start: "08:00", end: "18:00" }];
export const OTHER_HOURS: WindowDraft[] = [
  { days: WORKING_DAYS, start: "18:00", end: "08:00" },
  { days: WEEKEND, start: "00:00", end: "00:00" },
];

export function isWindowWhole({ days, start, end }: WindowDraft): boolean {
  return days.length > 0 && isClock(start) && isClock(end);
}

export function isClock(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text);
}

/** What was meant by 8, 930, 8.15 or 24:00; what is none of them stays. */
export function asClock(text: string): string {
  const [, hours, minutes = "00"] = /^\s*(\d{1,2})(?:[:.,\s-]?(\d\d))?\s*$/.exec(text) ?? [];
  const wanted = hours === undefined ? text : `${(hours === "24" ? "00" : hours).padStart(2, "0")}:${minutes}`;
  return isClock(wanted) ? wanted : text;
}

export function isScheduleWhole(schedule: ScheduleDraft | null): boolean {
  return schedule === null || (schedule.windows.length > 0 && schedule.windows.every(isWindowWhole));
}

/** Runs of weekdays and their hours in words; names: of the days, from Monday. */
export function inWords({ windows }: ScheduleDraft, names: readonly string[]): string {
  return windows.map(({ days, start, end }) => `${daysInWords(days, names)} ${start}–${end}`).join("; ");
}

function daysInWords(days: number[], names: readonly string[]): string {
  const runs: number[][] = [];
  for (const day of [...days].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run.at(-1) === day - 1) {
      run.push(day);
    } else {
      runs.push([day]);
    }
  }
  return runs
    .map((run) => [run[0], run.length > 1 ? run.at(-1) : undefined].flatMap((day) => (day === undefined ? [] : names[day])))
    .map((ends) => ends.join("–"))
    .join(", ");
}
