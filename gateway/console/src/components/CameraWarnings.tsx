import type { CameraViewFragment, RuleKind, TroubleKind } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { decimal, percent } from "./format";

const hintOf: Partial<Record<TroubleKind, string>> = {
  MODEL_NOT_LOADED: ru.cameras.modelNotLoadedHint,
  LOGIN_WITHHELD: ru.cameras.loginWithheldHint,
  OVERLOADED: ru.cameras.overloadedHint,
  DETECTOR_REPLACED: ru.cameras.detectorReplacedHint,
  SECOND_STREAM_SILENT: ru.cameras.secondStreamSilentHint,
  CLOCK_WRONG: ru.cameras.clockWrongHint,
  EVIDENCE_WAITS: ru.cameras.evidenceWaitsHint,
  RULE_RESTS: ru.cameras.ruleRestsHint,
};

function told({ kind, about }: CameraViewFragment["troubles"][number]): string {
  switch (kind) {
    case "MODEL_NOT_LOADED":
      return ru.cameras.modelNotLoaded(about);
    case "LOGIN_WITHHELD":
      return about === "second" ? ru.cameras.secondLoginWithheld : ru.cameras.loginWithheld;
    case "OVERLOADED":
      return ru.cameras.overloaded(decimal(Number(about)));
    case "DETECTOR_REPLACED":
      return ru.cameras.detectorReplaced;
    case "SECOND_STREAM_SILENT":
      return ru.cameras.secondStreamSilent;
    case "STREAM_FAILS":
      return ru.cameras.streamFails(ru.cameras.streamFault[about] ?? about);
    case "SECOND_STREAM_FAILS":
      return ru.cameras.secondStreamFails(ru.cameras.streamFault[about] ?? about);
    case "CLOCK_WRONG":
      return ru.cameras.clockWrong(Number(about));
    case "EVIDENCE_WAITS":
      return ru.cameras.evidenceWaits(about);
    case "RULE_RESTS":
      return ru.cameras.ruleRests(ru.kind[about as RuleKind] ?? about);
  }
}

/** What keeps a camera from being believed now: a picture that shows nothing, alarms that are false ever more often. */
export function CameraWarnings({ camera, hints = false }: { camera: CameraViewFragment; hints?: boolean }) {
  const { dateTime } = usePlantTime();
  const { faults, falseAlarms, sameAddress, troubles } = camera;
  const rises = falseAlarms?.rising ? falseAlarms : null;
  if (!faults.length && !rises && !sameAddress.length && !troubles.length) {
    return null;
  }
  return (
    <ul className="camera-warnings" aria-label={ru.cameras.warnings}>
      {faults.map(({ fault, since }) => (
        <li key={fault}>
          {ru.cameras.blind(ru.pictureFault[fault], dateTime(since))}
          {hints ? <small>{ru.cameras.blindHint}</small> : null}
          {hints && fault === "MOVED" ? <small>{ru.cameras.movedHint}</small> : null}
        </li>
      ))}
      {troubles.map((trouble) => (
        <li key={`${trouble.kind} ${trouble.about}`}>
          {told(trouble)}
          {hints ? <small>{hintOf[trouble.kind] ?? ru.cameras.streamFaultHint[trouble.about]}</small> : null}
        </li>
      ))}
      {sameAddress.length ? (
        <li>
          {ru.cameras.sameAddress(sameAddress.join(", "))}
          {hints ? <small>{ru.cameras.sameAddressHint}</small> : null}
        </li>
      ) : null}
      {rises ? (
        <li>
          {ru.cameras.falseAlarms(percent(rises.share ?? 0), percent(rises.pastShare ?? 0))}
          {hints ? <small>{ru.cameras.falseAlarmsHint}</small> : null}
        </li>
      ) : null}
    </ul>
  );
}
