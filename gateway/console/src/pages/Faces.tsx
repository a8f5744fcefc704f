import { useState } from "react";
import { Link, useParams } from "react-router";
import { useQuery } from "urql";
import { CameraSelect } from "../components/CameraSelect";
import { useTitle } from "../components/useTitle";
import { PersonDays } from "../faces/PersonDays";
import { Sightings } from "../faces/Sightings";
import { CamerasDocument, FaceModuleDocument } from "../gql/documents";
import { ru } from "../locale/ru";

const words = ru.faces;
const VIEWS = { seen: Sightings, days: PersonDays } as const;
type Tab = keyof typeof VIEWS;

/** People who were known by their faces: who was where, and when they were there. */
export default function Faces() {
  const tab: Tab = useParams().view === "days" ? "days" : "seen";
  const [chosen, choose] = useState<string[]>([]);
  useTitle(words.title);
  const View = VIEWS[tab];
  return (
    <div className="registers faces">
      <div className="page-head">
        <h1>{words.title}</h1>
        <nav className="tabs" aria-label={words.title}>
          {(Object.keys(VIEWS) as Tab[]).map((each) => (
            <Link key={each} to={each === "seen" ? "/faces" : `/faces/${each}`} aria-current={each === tab ? "page" : undefined}>
              {words.tabs[each]}
            </Link>
          ))}
        </nav>
        <CameraSelect value={chosen} onChange={choose} />
      </div>
      <Module />
      <View key={`${tab} ${chosen.join()}`} cameras={chosen} />
    </div>
  );
}

/** Whether faces are compared now. */
function Module() {
  const [{ data }] = useQuery({ query: FaceModuleDocument });
  const [{ data: plant }] = useQuery({ query: CamerasDocument });
  if (!data) {
    return null;
  }
  const { isHeard, cameraIds } = data.faceModule;
  const names = cameraIds.map((id) => plant?.cameras.find((camera) => camera.id === id)?.name ?? id);
  const state = isHeard ? (names.length ? words.on(names.join(", ")) : words.off) : words.silent;
  return (
    <div className="faces-module" role="status">
      <b>{state}</b>
      {isHeard && !names.length ? <span className="muted">{words.offHint}</span> : null}
      <span className="muted">{words.noPictures}</span>
    </div>
  );
}
