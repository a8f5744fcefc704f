import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Segmented } from "antd";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { Field } from "./Field";
import type { Refused } from "./refusals";
import { asClock, isClock, isWindowWhole, OTHER_HOURS, type ScheduleDraft, type WindowDraft, WORKING_HOURS } from "./schedule";

const words = ru.setup;

interface Props {
  value: ScheduleDraft | null;
  onChange: (schedule: ScheduleDraft | null) => void;
  refused: Refused | null;
}

/** Always, or in windows of time on weekdays. */
export function ScheduleField({ value, onChange, refused }: Props) {
  const { zone } = usePlantTime();
  const tz = value?.tz ?? zone;
  const set = (windows: WindowDraft[]) => onChange({ tz, windows });
  return (
    <Field label={words.schedule} name="schedule" refused={refused} hint={value ? words.scheduleTz(tz) : undefined}>
      <Segmented<boolean>
        aria-label={words.schedule}
        value={value !== null}
        onChange={(wanted) => (wanted ? set(WORKING_HOURS) : onChange(null))}
        options={[
          { value: false, label: words.alwaysOption },
          { value: true, label: words.scheduleOption },
        ]}
      />
      {value ? (
        <>
          {value.windows.map((each, n) => (
            <OneWindow
              key={n}
              number={n + 1}
              value={each}
              onChange={(next) => set(value.windows.with(n, next))}
              onRemove={value.windows.length > 1 ? () => set(value.windows.toSpliced(n, 1)) : null}
            />
          ))}
          <div className="schedule-buttons">
            <Button
              size="small"
              icon={<PlusOutlined />}
              onClick={() => set([...value.windows, { days: [], start: "08:00", end: "18:00" }])}
            >
              {words.addWindow}
            </Button>
            <Button size="small" type="text" onClick={() => set(WORKING_HOURS)}>
              {words.workingHours}
            </Button>
            <Button size="small" type="text" onClick={() => set(OTHER_HOURS)}>
              {words.otherHours}
            </Button>
          </div>
        </>
      ) : null}
    </Field>
  );
}

interface WindowProps {
  number: number;
  value: WindowDraft;
  onChange: (value: WindowDraft) => void;
  onRemove: (() => void) | null;
}

function OneWindow({ number, value, onChange, onRemove }: WindowProps) {
  const { days, start, end } = value;
  const toggle = (day: number) =>
    onChange({ ...value, days: days.includes(day) ? days.filter((other) => other !== day) : [...days, day].sort((a, b) => a - b) });
  const note = !isWindowWhole(value) ? "" : start === end ? words.wholeDay : end < start ? words.nextDay : "";
  return (
    <div className="schedule-window">
      <div className="schedule-days" role="group" aria-label={words.windowDays(number)}>
        {words.days.map((name, day) => (
          <button
            key={name}
            type="button"
            aria-label={words.dayNames[day]}
            aria-pressed={days.includes(day)}
            onClick={() => toggle(day)}
          >
            {name}
          </button>
        ))}
      </div>
      <div className="schedule-hours">
        <Clock label={words.from(number)} value={start} onChange={(next) => onChange({ ...value, start: next })} />
        <span className="muted">{words.till}</span>
        <Clock label={words.to(number)} value={end} onChange={(next) => onChange({ ...value, end: next })} />
        <span className="muted schedule-note">{note}</span>
        {onRemove ? (
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={words.removeWindow(number)} onClick={onRemove} />
        ) : null}
      </div>
    </div>
  );
}

/** HH:MM as a person writes it; the browser's own field would show the clock of its own language. */
function Clock({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <Input
      aria-label={label}
      placeholder="08:00"
      inputMode="numeric"
      maxLength={5}
      status={isClock(value) ? undefined : "error"}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onBlur={() => onChange(asClock(value))}
    />
  );
}
