import { Machines } from "../components/Machines";
import type { CameraSetupFragment } from "../gql/documents";
import { useMay } from "../state/Rights";
import { MachineTeaching } from "./MachineTeaching";

const KINDS = new Set(["GUARD_OPEN", "LAMP", "UNATTENDED"]);

/** The machines before a camera, how they look now, and how each of them is taught. Nothing where there is none. */
export function Teaching({ camera }: { camera: CameraSetupFragment }) {
  const mayWatch = useMay("WATCH_LIVE");
  const about = new Set(camera.rules.filter(({ kind }) => KINDS.has(kind)).map(({ zoneId }) => zoneId));
  const zones = camera.zones.filter(({ id }) => about.has(id));
  if (!zones.length) {
    return null;
  }
  return (
    <>
      {mayWatch ? <Machines cameraId={camera.id} /> : null}
      {zones.map((zone) => (
        <MachineTeaching key={zone.id} camera={camera} zone={zone} mayTake={mayWatch && camera.stillUrl !== null} />
      ))}
    </>
  );
}
