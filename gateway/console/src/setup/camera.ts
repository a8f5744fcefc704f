import type { RegisterCameraMutationVariables } from "../gql/documents";
import { ru } from "../locale/ru";

/** A camera's settings while a person writes them. */
export interface CameraDraft {
  cameraId: string;
  name: string;
  source: string;
  analysisSource: string;
  targetFps: number;
  analysisWidth: number;
  ppe: boolean;
  plates: boolean;
}

export const NEW_CAMERA: CameraDraft = {
  cameraId: "",
  name: "",
  source: "",
  analysisSource: "",
  targetFps: 10,
  analysisWidth: 1280,
  ppe: false,
  plates: false,
};

export const WIDTHS = [640, 960, 1280, 1920, 2560, 3840];
const LONGEST_ID = 40;

interface StoredCamera {
  id: string;
  name: string;
  source: string | null;
  analysisSource: string | null;
  targetFps: number;
  analysisWidth: number;
  ppe: boolean;
  plates: boolean;
}

export function cameraDraftOf(camera: StoredCamera): CameraDraft {
  const { id, source, analysisSource, name, targetFps, analysisWidth, ppe, plates } = camera;
  const addresses = { source: source ?? "", analysisSource: analysisSource ?? "" };
  return { cameraId: id, name, targetFps: Number(targetFps.toPrecision(6)), analysisWidth, ppe, plates, ...addresses };
}

export function cameraInputOf(draft: CameraDraft): Omit<RegisterCameraMutationVariables, "commandId"> {
  const analysisSource = draft.analysisSource.trim() || null;
  return { ...draft, name: draft.name.trim(), source: draft.source.trim(), analysisSource };
}

/** What an identifier could be, from a name in Russian. */
export function identifierOf(name: string): string {
  const latin = [...name.toLowerCase()].map((letter) => ru.setup.latin[letter] ?? letter).join("");
  return latin.replace(/[^a-z0-9]+/g, "-").slice(0, LONGEST_ID).replace(/^-+|-+$/g, "");
}
