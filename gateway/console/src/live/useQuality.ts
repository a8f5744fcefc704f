import { useState } from "react";
import type { CameraViewFragment } from "../gql/documents";
import { useAccount } from "../state/Account";

export type Quality = CameraViewFragment["liveViews"][number]["quality"];

const keyOf = (login: string) => `kaska.live-quality.${login}`;

/** The quality that the signed-in person chose last, on this browser; the choice holds for all cameras. */
export function useQuality(camera: CameraViewFragment | undefined): [Quality, (chosen: Quality) => void] {
  const { session } = useAccount();
  const login = session?.login ?? "";
  const [chosen, setChosen] = useState(() => remembered(login));
  const offered = camera?.liveViews.some((view) => view.quality === chosen);
  const choose = (quality: Quality) => {
    setChosen(quality);
    try {
      window.localStorage.setItem(keyOf(login), quality);
    } catch {
      // a browser that keeps nothing asks again next time
    }
  };
  return [offered ? (chosen as Quality) : "ORIGINAL", choose];
}

function remembered(login: string): string {
  try {
    return window.localStorage.getItem(keyOf(login)) ?? "ORIGINAL";
  } catch {
    return "ORIGINAL";
  }
}
