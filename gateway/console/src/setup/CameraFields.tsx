import { Input, InputNumber, Select, Switch } from "antd";
import { ru } from "../locale/ru";
import { type CameraDraft, identifierOf, WIDTHS } from "./camera";
import { Field } from "./Field";
import type { Refused } from "./refusals";

const words = ru.setup;

export const CAMERA_FIELDS = ["cameraId", "name", "source", "analysisSource", "targetFps", "analysisWidth"];

interface Props {
  draft: CameraDraft;
  onChange: (draft: CameraDraft) => void;
  refused: Refused | null;
  /** a new camera still gets its identifier */
  isNew: boolean;
}

/** What a camera is connected with. */
export function CameraFields({ draft, onChange, refused, isNew }: Props) {
  const change = (part: Partial<CameraDraft>) => onChange({ ...draft, ...part });
  const rename = (name: string) => {
    const follows = isNew && draft.cameraId === identifierOf(draft.name);
    change(follows ? { name, cameraId: identifierOf(name) } : { name });
  };
  return (
    <div className="camera-fields">
      <Field label={words.cameraName} name="name" refused={refused}>
        <Input
          aria-label={words.cameraName}
          placeholder={words.cameraNamePlaceholder}
          maxLength={200}
          value={draft.name}
          onChange={(event) => rename(event.target.value)}
        />
      </Field>
      {isNew ? (
        <Field label={words.cameraId} name="cameraId" refused={refused} hint={words.cameraIdHint}>
          <Input
            aria-label={words.cameraId}
            maxLength={40}
            value={draft.cameraId}
            onChange={(event) => change({ cameraId: event.target.value })}
          />
        </Field>
      ) : null}
      <Field label={words.source} name="source" refused={refused} hint={words.sourceHint}>
        <Input
          aria-label={words.source}
          placeholder="rtsp://192.168.1.64/main"
          value={draft.source}
          onChange={(event) => change({ source: event.target.value })}
        />
      </Field>
      <Field label={words.analysisSource} aside={words.optional} name="analysisSource" refused={refused} hint={words.analysisSourceHint}>
        <Input
          aria-label={words.analysisSource}
          placeholder="rtsp://192.168.1.64/sub"
          value={draft.analysisSource}
          onChange={(event) => change({ analysisSource: event.target.value })}
        />
      </Field>
      <div className="field-pair">
        <Field label={words.targetFps} name="targetFps" refused={refused} hint={words.targetFpsHint}>
          <InputNumber<number>
            aria-label={words.targetFps}
            min={0.2}
            max={60}
            decimalSeparator=","
            value={draft.targetFps}
            onChange={(targetFps) => targetFps !== null && change({ targetFps })}
          />
        </Field>
        <Field label={words.analysisWidth} name="analysisWidth" refused={refused} hint={words.analysisWidthHint}>
          <Select<number>
            aria-label={words.analysisWidth}
            value={draft.analysisWidth}
            onChange={(analysisWidth) => change({ analysisWidth })}
            options={[...new Set([...WIDTHS, draft.analysisWidth])]
              .sort((a, b) => a - b)
              .map((value) => ({ value, label: `${value} ${words.pixels}` }))}
          />
        </Field>
      </div>
      <Choice label={words.ppe} hint={words.ppeHint} value={draft.ppe} onChange={(ppe) => change({ ppe })} />
      <Choice label={words.plates} hint={words.platesHint} value={draft.plates} onChange={(plates) => change({ plates })} />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  hint: string;
  value: boolean;
  isBlocked?: boolean;
  onChange: (value: boolean) => void;
}

/** A switch with what it means beside it. */
export function Choice({ label, hint, value, isBlocked = false, onChange }: ChoiceProps) {
  return (
    <label className="field-choice">
      <Switch size="small" checked={value} disabled={isBlocked} onChange={onChange} aria-label={label} />
      <span>
        {label}
        <small className="muted">{hint}</small>
      </span>
    </label>
  );
}
