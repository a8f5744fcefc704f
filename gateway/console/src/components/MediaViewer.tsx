import { DownloadOutlined, ExpandOutlined } from "@ant-design/icons";
import { Alert, Button, Segmented, Switch, Tooltip } from "antd";
import { useRef, useState } from "react";
import type { EvidenceKind, IncidentDetailsFragment } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { PictureOverlay } from "./PictureOverlay";
import { useKeys } from "./useKeys";

type Shown = "PHOTO" | "CLIP";
type File = IncidentDetailsFragment["evidence"][number];

/** The photo with what the models saw drawn over it, and the clip. */
export function MediaViewer({ incident }: { incident: IncidentDetailsFragment }) {
  const [shown, setShown] = useState<Shown>("PHOTO");
  const [box, setBox] = useState(true);
  const [zone, setZone] = useState(true);
  const [drawn, setDrawn] = useState(false);
  useKeys({ v: () => setShown((now) => (now === "PHOTO" ? "CLIP" : "PHOTO")) });
  const photo = useSteady(fileOf(incident, "PHOTO"));
  const clip = useSteady(fileOf(incident, "CLIP"));
  return (
    <section className="panel media" aria-label={shown === "PHOTO" ? ru.incident.photo : ru.incident.clip}>
      <div className="panel-head">
        <Segmented<Shown>
          value={shown}
          onChange={setShown}
          options={[
            { value: "PHOTO", label: ru.incident.photo },
            { value: "CLIP", label: ru.incident.clip },
          ]}
        />
        {shown === "PHOTO" && photo?.url ? (
          <span className="media-tools">
            <label>
              <Switch size="small" checked={box} onChange={setBox} /> {ru.incident.showBox}
            </label>
            {incident.zone ? (
              <label>
                <Switch size="small" checked={zone} onChange={setZone} /> {ru.incident.showZone}
              </label>
            ) : null}
            <Tooltip title={ru.incident.fullSize}>
              <Button
                type="text"
                icon={<ExpandOutlined />}
                href={photo.url}
                target="_blank"
                aria-label={ru.incident.fullSize}
              />
            </Tooltip>
          </span>
        ) : null}
        {shown === "CLIP" && clip?.url ? (
          <span className="media-tools">
            {clip.overlayUrl ? (
              <Tooltip title={ru.incident.drawnHint}>
                <label>
                  <Switch size="small" checked={drawn} onChange={setDrawn} /> {ru.incident.drawn}
                </label>
              </Tooltip>
            ) : null}
            <Tooltip title={drawn ? ru.incident.downloadDrawn : ru.incident.download}>
              <Button
                type="text"
                icon={<DownloadOutlined />}
                href={(drawn && clip.overlayUrl) || clip.url}
                download
                aria-label={drawn ? ru.incident.downloadDrawn : ru.incident.download}
              />
            </Tooltip>
          </span>
        ) : null}
      </div>
      {shown === "PHOTO" ? (
        <Photo file={photo} incident={incident} box={box} zone={zone} />
      ) : (
        <Clip key={drawn ? "drawn" : "plain"} file={clip} drawn={drawn} />
      )}
    </section>
  );
}

interface PhotoProps {
  file: File | null;
  incident: IncidentDetailsFragment;
  box: boolean;
  zone: boolean;
}

function Photo({ file, incident, box, zone }: PhotoProps) {
  if (!file?.url || file.stored === "GONE") {
    return <NoFile file={file} />;
  }
  return (
    <div className="stage">
      <Altered file={file} />
      <img src={file.url} alt={ru.incident.photoAlt} />
      <PictureOverlay
        box={box ? (file.box ?? incident.box) : null}
        label={`${ru.objectClass[incident.objectClass]} ${Math.round(incident.score * 100)} %`}
        tone={incident.verdict}
        polygon={zone && incident.zone ? incident.zone.polygon : null}
      />
    </div>
  );
}

function Clip({ file, drawn }: { file: File | null; drawn: boolean }) {
  const [stage, setStage] = useState<"coming" | "shown" | "failed">("coming");
  if (!file?.url || file.stored === "GONE") {
    return <NoFile file={file} />;
  }
  const url = (drawn ? file.overlayUrl : file.playUrl) ?? file.url;
  const derived = url !== file.url;
  return (
    <div className="stage">
      <Altered file={file} />
      {derived && stage !== "shown" ? (
        <span className="muted" role="status">
          {stage === "failed" ? ru.incident.copyFailed : ru.incident.copyComing}
        </span>
      ) : null}
      <video
        src={url}
        onLoadedData={() => setStage("shown")}
        onError={() => setStage("failed")}
        controls
        autoPlay
        muted
        loop
        playsInline
        aria-label={ru.incident.clipLabel}
      />
    </div>
  );
}

/** A file whose bytes are not those of the history is shown, and never without saying so. */
function Altered({ file }: { file: File }) {
  return file.stored === "ALTERED" ? (
    <Alert className="stage-altered" type="error" showIcon title={ru.incident.altered} role="alert" />
  ) : null;
}

function NoFile({ file }: { file: File | null }) {
  const time = usePlantTime();
  if (file?.expiredAt) {
    const gone = file.expiredCause === "STORE_FULL" ? ru.incident.expiredForSpace : ru.incident.expired;
    return <div className="stage stage-empty muted">{gone(time.fullDate(file.expiredAt))}</div>;
  }
  if (file?.stored === "GONE") {
    return <div className="stage stage-empty muted">{ru.incident.gone}</div>;
  }
  const text = file?.missingReason ? ru.incident.missing(file.missingReason) : ru.incident.pending;
  return <div className="stage stage-empty muted">{text}</div>;
}

function fileOf(incident: IncidentDetailsFragment, kind: EvidenceKind): File | null {
  return incident.evidence.find((file) => file.kind === kind) ?? null;
}

/** Keeps the first link to the same file: links are signed anew with time, a running clip must not start again. */
function useSteady(file: File | null): File | null {
  const same = `${file?.sha256} ${file?.missingReason} ${file?.expiredAt} ${file?.stored}`;
  const kept = useRef({ same, file });
  if (kept.current.same !== same) {
    kept.current = { same, file };
  }
  return kept.current.file;
}
