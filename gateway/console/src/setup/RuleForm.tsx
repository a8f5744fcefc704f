import { Button, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { Trouble } from "../components/Trouble";
import { type CameraSetupFragment, PublishRuleDocument, type RuleKind, UsualRuleDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { Field, Refusal } from "./Field";
import { isEquipment, KINDS, type RuleDraft, ruleInputOf, type Usual, usesOf, usually } from "./rule";
import { RuleOptions } from "./RuleOptions";
import { isScheduleWhole, type ScheduleDraft } from "./schedule";
import { ScheduleField } from "./ScheduleField";
import { ThresholdsField } from "./ThresholdsField";
import { TimesFields } from "./TimesFields";
import { useSetup } from "./useSetup";
import { useUnsaved } from "./useUnsaved";

const words = ru.setup;
const FIELDS = [
  ...["kind", "name", "zoneId", "thresholds", "dwellS", "windowS", "gapS", "schedule"],
  ...["objectClasses", "minPersonHeight", "forbidden", "near", "forbiddenLamps"],
];

interface Props {
  camera: CameraSetupFragment;
  stored: RuleDraft;
  onChanged: () => void;
  onClose: () => void;
  /** after somebody else's change */
  onReload: () => void;
}

/** A new rule, or a new version of one. */
export function RuleForm({ camera, stored, onChanged, onClose, onReload }: Props) {
  const { busy, refused, send } = useSetup(onChanged);
  const [draft, setDraft] = useState(stored);
  const { usual, error, again } = useUsual(draft.kind);
  const [isFilled, setFilled] = useState(stored.kind !== null);
  useEffect(() => {
    if (usual && !isFilled) {
      setFilled(true);
      setDraft((before) => usually(before, usual));
    }
  }, [usual, isFilled]);
  const change = (part: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...part }));
  const chooseKind = (kind: RuleKind) => {
    setFilled(false);
    change({ kind });
  };
  const publish = async () => {
    if (usual && (await send(PublishRuleDocument, { input: ruleInputOf(draft, usual, camera.id) }, words.ruleSaved))) {
      onClose();
    }
  };
  const isChanged = JSON.stringify(draft) !== JSON.stringify(stored);
  useUnsaved(isChanged);
  return (
    <form
      ref={intoView}
      className="panel rule-form"
      aria-label={words.rule}
      onSubmit={(event) => {
        event.preventDefault();
        void publish();
      }}
    >
      <div className="panel-head">
        <h2>{stored.ruleId === null ? words.newRule : stored.name}</h2>
      </div>
      <Field label={words.kind} name="kind" refused={refused} hint={draft.kind ? ru.ruleWords.kindHint[draft.kind] : undefined}>
        <Select<RuleKind>
          aria-label={words.kind}
          placeholder={words.kindPlaceholder}
          value={draft.kind}
          onChange={chooseKind}
          options={KINDS.map((value) => ({ value, label: ru.kind[value] }))}
          showSearch={{ optionFilterProp: "label" }}
        />
      </Field>
      {error ? <Trouble code={error} onRetry={again} /> : null}
      {usual && isFilled ? (
        <>
          <div className="field-pair">
            <Field label={words.ruleName} name="name" refused={refused}>
              <Input
                aria-label={words.ruleName}
                maxLength={200}
                value={draft.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            </Field>
            <ZoneField camera={camera} usual={usual} value={draft.zoneId} onChange={(zoneId) => change({ zoneId })} refused={refused} />
          </div>
          <ThresholdsField
            min={draft.thresholdMin}
            max={draft.thresholdMax}
            onChange={(thresholdMin, thresholdMax) => change({ thresholdMin, thresholdMax })}
            refused={refused}
          />
          <TimesFields draft={draft} onChange={change} refused={refused} />
          <RuleOptions draft={draft} usual={usual} onChange={change} refused={refused} />
          <ScheduleField
            value={draft.schedule}
            onChange={(schedule: ScheduleDraft | null) => change({ schedule })}
            refused={refused}
          />
        </>
      ) : null}
      <Refusal refused={refused} shown={FIELDS} onReload={onReload} />
      <div className="setup-buttons">
        <Button
          type="primary"
          htmlType="submit"
          loading={busy}
          disabled={!usual || !isChanged || !isWhole(draft, usual)}
        >
          {words.publish}
        </Button>
        <Button onClick={onClose}>{words.cancel}</Button>
      </div>
    </form>
  );
}

/** What was just opened may lie below the page's end. */
function intoView(form: HTMLFormElement | null): void {
  form?.scrollIntoView({ block: "start" });
}

function isWhole(draft: RuleDraft, usual: Usual): boolean {
  const hasZone = draft.zoneId !== null || !usual.needsZone;
  const hasLamps = draft.forbiddenLamps.length > 0 || !usesOf(usual, draft).lamps;
  return hasZone && hasLamps && draft.name.trim() !== "" && draft.objectClasses.length > 0 && isScheduleWhole(draft.schedule);
}

interface ZoneProps {
  camera: CameraSetupFragment;
  usual: Usual;
  value: string | null;
  onChange: (zoneId: string | null) => void;
  refused: Parameters<typeof Field>[0]["refused"];
}

function ZoneField({ camera, usual, value, onChange, refused }: ZoneProps) {
  const chosen = camera.zones.find(({ id }) => id === value);
  const [only] = camera.zones.length === 1 ? camera.zones : [];
  const hint = hintOf(camera, usual, chosen);
  useEffect(() => {
    if (usual.needsZone && !chosen && only) {
      onChange(only.id);
    }
  });
  return (
    <Field label={words.zone} name="zoneId" refused={refused ?? null} hint={hint}>
      <Select<string>
        aria-label={words.zone}
        allowClear={!usual.needsZone}
        placeholder={usual.needsZone ? words.zonePlaceholder : words.wholePicture}
        value={chosen?.id ?? null}
        onChange={(id: string | undefined) => onChange(id ?? null)}
        options={camera.zones.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </Field>
  );
}

function hintOf(camera: CameraSetupFragment, usual: Usual, chosen: CameraSetupFragment["zones"][number] | undefined) {
  if (!chosen) {
    const forGate = isEquipment(usual.kind) && camera.zones.length ? ru.ruleWords.gateNeedsZone : undefined;
    return usual.needsZone && !camera.zones.length ? words.zoneMissing : forGate;
  }
  return usual.needsLine && !chosen.line ? words.lineMissing : undefined;
}

/** What rules of a kind usually say; null while it is not known. */
function useUsual(kind: RuleKind | null) {
  const [{ data, error }, again] = useQuery({
    query: UsualRuleDocument,
    variables: { kind: kind ?? "DANGER_ZONE" },
    pause: kind === null,
  });
  const usual = data && data.usualRule.kind === kind ? data.usualRule : null;
  return { usual, error: error ? codeOf(error) : null, again: () => again({ requestPolicy: "network-only" }) };
}
