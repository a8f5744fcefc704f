import { useCallback, useState } from "react";
import { type AnyVariables, type TypedDocumentNode, useClient, useQuery } from "urql";
import { codeOf } from "../api/errors";
import { useLast } from "../components/useLast";
import { useReadAgain } from "../components/useReadAgain";
import { MachineAlbumDocument } from "../gql/documents";
import { LARGEST_FILE } from "./album";

interface Answer {
  payload: { __typename?: string; code?: string };
}

const WHILE_TAUGHT_MS = 1_000;
const OTHERWISE_MS = 15_000;

/** The pictures of a zone's machine, and what can be done with them. problem: the code of the last refusal. */
export function useAlbum(zoneId: string) {
  const client = useClient();
  const [{ data, error }, again] = useQuery({ query: MachineAlbumDocument, variables: { zoneId } });
  const answer = data?.machineAlbum;
  const album = useLast(answer?.__typename === "MachineAlbum" ? answer : undefined);
  const refused = answer?.__typename === "Refusal" ? answer.code : null;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const goesOn = Boolean(album?.progress ?? (album?.lessons[0] && !album.lessons[0].endedAt));
  useReadAgain(again, goesOn ? WHILE_TAUGHT_MS : OTHERWISE_MS);
  const reload = useCallback(() => again({ requestPolicy: "network-only" }), [again]);

  const work = async (done: () => Promise<string | null>): Promise<void> => {
    setBusy(true);
    setProblem(await done());
    setBusy(false);
    reload();
  };
  const send = <V extends AnyVariables>(document: TypedDocumentNode<Answer, V>, variables: V) =>
    work(async () => {
      const answer = await client.mutation(document, variables).toPromise();
      return answer.data?.payload.code ?? (answer.error ? codeOf(answer.error) : null);
    });
  const upload = (files: File[], states: string[], cropped: boolean) =>
    work(async () => {
      for (const file of files) {
        const refused = await uploaded(zoneId, file, states, cropped);
        if (refused !== null) {
          return refused;
        }
      }
      return null;
    });
  return { album, error: error ? codeOf(error) : refused, busy, problem, goesOn, reload, send, upload };
}

/** null when it was kept, or the code of the refusal. */
async function uploaded(zoneId: string, file: File, states: string[], cropped: boolean): Promise<string | null> {
  if (file.size > LARGEST_FILE) {
    return "picture_too_large";
  }
  const asked = new URLSearchParams([...states.map((state) => ["states", state]), ["cropped", String(cropped)]]);
  try {
    const url = `/api/machines/${encodeURIComponent(zoneId)}/pictures?${asked}`;
    const response = await fetch(url, { method: "POST", headers: { "Content-Type": file.type }, body: file });
    return response.ok ? null : await codeIn(response);
  } catch {
    return "network";
  }
}

async function codeIn(response: Response): Promise<string> {
  if (response.status === 413) {
    return "picture_too_large";
  }
  const plain: unknown = await response.json().catch(() => null);
  const code = plain !== null && typeof plain === "object" && "code" in plain ? plain.code : null;
  return typeof code === "string" ? code : response.status === 404 ? "zone_unknown" : "internal";
}
