import { useCallback, useEffect } from "react";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { type CameraViewFragment, CamerasDocument } from "../gql/documents";
import { useLast } from "./useLast";

const PERIOD_MS = 5_000;

interface Cameras {
  cameras: CameraViewFragment[] | null;
  error: string | null;
  reload: () => void;
}

/** Cameras and how they are doing, read again every five seconds. */
export function useCameras(): Cameras {
  const [{ data, error }, again] = useQuery({ query: CamerasDocument });
  const reload = useCallback(() => again({ requestPolicy: "network-only" }), [again]);
  useEffect(() => {
    const timer = setInterval(reload, PERIOD_MS);
    return () => clearInterval(timer);
  }, [reload]);
  return { cameras: useLast(data?.cameras), error: error ? codeOf(error) : null, reload };
}
