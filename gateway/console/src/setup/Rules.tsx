import { PlusOutlined } from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { percent } from "../components/format";
import { type CameraSetupFragment, RetireRuleDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { Attach, Detach } from "./Analytics";
import { CasePacks } from "./CasePacks";
import { Refusal } from "./Field";
import { NEW_RULE, type RuleDraft, ruleDraftOf, type StoredRule } from "./rule";
import { RuleForm } from "./RuleForm";
import { inWords } from "./schedule";
import { useSetup } from "./useSetup";

const words = ru.setup;

interface Props {
  camera: CameraSetupFragment;
  mayChange: boolean;
  /** a pack changes the camera's settings and zones, too */
  mayConfigure: boolean;
  onChanged: () => void;
}

/** What is looked for on the camera; one rule at a time can be written. */
export function Rules({ camera, mayChange, mayConfigure, onChanged }: Props) {
  const [draft, setDraft] = useState<RuleDraft | null>(null);
  const [asking, setAsking] = useState<"attach" | "detach" | "pack" | null>(null);
  const close = () => setAsking(null);
  const reload = (ruleId: string | null) => {
    onChanged();
    const newest = camera.rules.find(({ id }) => id === ruleId);
    setDraft(newest ? ruleDraftOf(newest) : null);
  };
  return (
    <div className={draft ? "setup-rules setup-rules-form" : "setup-rules"}>
      <section className="panel" aria-label={words.rules}>
        <div className="panel-head">
          <h2>{words.rules}</h2>
          {mayChange && !draft ? (
            <span className="setup-head-buttons">
              {camera.rules.length ? <Button onClick={() => setAsking("detach")}>{words.detach}</Button> : null}
              {mayConfigure ? <Button onClick={() => setAsking("pack")}>{words.pack}</Button> : null}
              <Button type={camera.rules.length ? "default" : "primary"} onClick={() => setAsking("attach")}>
                {words.attach}
              </Button>
              <Button icon={<PlusOutlined />} onClick={() => setDraft(NEW_RULE)}>
                {words.newRule}
              </Button>
            </span>
          ) : null}
        </div>
        {camera.rules.length ? (
          <ul className="setup-list setup-rule-list">
            {camera.rules.map((rule) => (
              <OneRule
                key={rule.id}
                rule={rule}
                zone={camera.zones.find(({ id }) => id === rule.zoneId)?.name ?? words.wholePicture}
                isOpen={draft?.ruleId === rule.id}
                onChanged={onChanged}
                onEdit={mayChange ? () => setDraft(ruleDraftOf(rule)) : null}
                onRetired={() => draft?.ruleId === rule.id && setDraft(null)}
              />
            ))}
          </ul>
        ) : (
          <p className="muted">{words.noRules}</p>
        )}
      </section>
      {draft ? (
        <RuleForm
          key={`${draft.ruleId ?? "new"} ${draft.version}`}
          camera={camera}
          stored={draft}
          onChanged={onChanged}
          onClose={() => setDraft(null)}
          onReload={() => reload(draft.ruleId)}
        />
      ) : null}
      {asking === "attach" ? <Attach camera={camera} onChanged={onChanged} onClose={close} /> : null}
      {asking === "pack" ? <CasePacks camera={camera} onChanged={onChanged} onClose={close} /> : null}
      {asking === "detach" ? <Detach camera={camera} onChanged={onChanged} onClose={close} /> : null}
    </div>
  );
}

interface OneProps {
  rule: StoredRule;
  zone: string;
  isOpen: boolean;
  onChanged: () => void;
  /** null: the rule can only be looked at */
  onEdit: (() => void) | null;
  onRetired: () => void;
}

function OneRule({ rule, zone, isOpen, onChanged, onEdit, onRetired }: OneProps) {
  const { busy, refused, send } = useSetup(onChanged);
  const retire = async () => {
    if (await send(RetireRuleDocument, { ruleId: rule.id }, words.ruleRetired)) {
      onRetired();
    }
  };
  const when = rule.schedule ? inWords(rule.schedule, words.days) : words.always;
  return (
    <li className={isOpen ? "setup-open" : undefined}>
      <b>{rule.name}</b>
      <span className="muted">{[ru.kind[rule.kind], zone, rule.atGate ? words.atGate : ""].filter(Boolean).join(" · ")}</span>
      <span className="muted">{ru.incident.thresholdsText(percent(rule.thresholdMin), percent(rule.thresholdMax))}</span>
      <span className="muted">{when}</span>
      <span className="setup-buttons">
        {onEdit ? (
          <Button size="small" onClick={onEdit} aria-label={words.editRule(rule.name)}>
            {words.changeRule}
          </Button>
        ) : null}
        <Link to={`/what-if?rule=${rule.id}`} aria-label={words.whatIfOf(rule.name)}>
          {words.whatIf}
        </Link>
        {onEdit ? (
          <Popconfirm
            title={words.retireRuleAsk}
            description={words.retireRuleHint}
            okText={words.retire}
            cancelText={words.cancel}
            onConfirm={() => void retire()}
          >
            <Button size="small" type="text" danger disabled={busy} aria-label={words.retireRule(rule.name)}>
              {words.retire}
            </Button>
          </Popconfirm>
        ) : null}
      </span>
      <Refusal refused={refused} shown={[]} />
    </li>
  );
}
