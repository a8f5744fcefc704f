import { Alert, Checkbox, Modal, Select } from "antd";
import { useState } from "react";
import { AttachAnalyticsDocument, type CameraSetupFragment, DetachAnalyticsDocument, type RuleKind } from "../gql/documents";
import { ru } from "../locale/ru";
import { Field, Refusal } from "./Field";
import { KINDS } from "./rule";
import { useAnalytics } from "./useAnalytics";

const words = ru.setup;

interface Props {
  camera: CameraSetupFragment;
  onChanged: () => void;
  onClose: () => void;
}

/** Rules of several kinds at once, with their usual settings. */
export function Attach({ camera, onChanged, onClose }: Props) {
  const { busy, refused, failures, change } = useAnalytics(onChanged);
  const [kinds, setKinds] = useState<RuleKind[]>([]);
  const [zoneId, setZoneId] = useState<string | null>(null);
  const there = new Set(camera.rules.filter((rule) => rule.zoneId === zoneId).map(({ kind }) => kind));
  const wanted = kinds.filter((kind) => !there.has(kind));
  const attach = async () => {
    if (await change(AttachAnalyticsDocument, { cameraId: camera.id, kinds: wanted, zoneId }, words.attached)) {
      onClose();
    }
  };
  return (
    <Modal
      open
      title={words.attach}
      okText={words.attach}
      cancelText={words.cancel}
      okButtonProps={{ disabled: !wanted.length, loading: busy }}
      onOk={() => void attach()}
      onCancel={onClose}
      width={640}
    >
      <p className="muted">{words.attachHint}</p>
      <Kinds label={words.attach} kinds={KINDS} blocked={there} value={[...kinds, ...there]} onChange={(chosen) => setKinds(chosen.filter((kind) => !there.has(kind)))} />
      {camera.zones.length ? (
        <Field label={words.zone} name="zoneId" refused={refused} hint={words.attachZoneHint}>
          <Select<string>
            aria-label={words.zone}
            allowClear
            placeholder={words.wholePicture}
            value={zoneId}
            onChange={(id: string | undefined) => setZoneId(id ?? null)}
            options={camera.zones.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Field>
      ) : (
        <p className="muted">{words.attachZoneFirst}</p>
      )}
      <Refusal refused={refused} shown={camera.zones.length ? ["zoneId"] : []} />
      <Failures failures={failures} />
    </Modal>
  );
}

/** Takes the rules of some kinds away. */
export function Detach({ camera, onChanged, onClose }: Props) {
  const { busy, refused, failures, change } = useAnalytics(onChanged);
  const there = KINDS.filter((kind) => camera.rules.some((rule) => rule.kind === kind));
  const [kinds, setKinds] = useState<RuleKind[]>([]);
  const detach = async () => {
    if (await change(DetachAnalyticsDocument, { cameraId: camera.id, kinds }, words.detached)) {
      onClose();
    }
  };
  return (
    <Modal
      open
      title={words.detach}
      okText={words.detach}
      cancelText={words.cancel}
      okButtonProps={{ disabled: !kinds.length, loading: busy, danger: true }}
      onOk={() => void detach()}
      onCancel={onClose}
      width={640}
    >
      <p className="muted">{words.detachHint}</p>
      <Kinds label={words.detach} kinds={there} blocked={new Set()} value={kinds} onChange={setKinds} />
      <Refusal refused={refused} shown={[]} />
      <Failures failures={failures} />
    </Modal>
  );
}

/** What was not done, kind by kind. */
export function Failures({ failures }: { failures: ReturnType<typeof useAnalytics>["failures"] }) {
  if (!failures.length) {
    return null;
  }
  const list = failures.map(({ kind, words: why }) => (
    <div key={kind}>
      <b>{ru.kind[kind]}</b>: {why}
    </div>
  ));
  return <Alert type="error" showIcon title={list} role="alert" />;
}

interface KindsProps {
  label: string;
  kinds: RuleKind[];
  blocked: ReadonlySet<RuleKind>;
  value: RuleKind[];
  onChange: (kinds: RuleKind[]) => void;
}

function Kinds({ label, kinds, blocked, value, onChange }: KindsProps) {
  return (
    <div className="kinds" role="group" aria-label={label}>
      <Checkbox.Group
        value={value}
        onChange={onChange}
        options={kinds.map((kind) => ({ value: kind, label: ru.kind[kind], disabled: blocked.has(kind) }))}
      />
    </div>
  );
}
