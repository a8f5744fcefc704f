import { useEffect } from "react";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { type CameraViewFragment, CamerasDocument } from "../gql/documents";

const PERIOD_MS = 5_000;

/** Cameras and how they are doing, read again every five seconds. */
export function useCameras(): { cameras: CameraViewFragment[] | null; error: string | null } {
  const [{ data, error }, again] = useQuery({ query: CamerasDocument });
  useEffect(() => {
    const timer = setInterval(() => again({ requestPolicy: "network-only" }), PERIOD_MS);
    return () => clearInterval(timer);
  }, [again]);
  return { cameras: data?.cameras ?? null, error: error ? codeOf(error) : null };
}
