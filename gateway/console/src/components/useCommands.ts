import { App } from "antd";
import { useCallback, useState } from "react";
import { type AnyVariables, type TypedDocumentNode, useClient } from "urql";
import { codeOf } from "../api/errors";
import { newCommandId } from "./format";

/** What was changed, or a refusal with its code. */
interface Answer {
  payload: { __typename?: string; code?: string; message?: string } & Partial<Changed>;
}

/** By whom and when something was changed meanwhile; null: not known. */
export interface Changed {
  changedBy: string | null;
  changedAt: string | null;
}

const NOBODY: Changed = { changedBy: null, changedAt: null };

/**
 * Sends commands. problem: the code of the last refusal; told: its sentence; changed: of one by somebody else's change.
 * True when what was asked is done.
 */
export function useCommands(onChanged: () => void) {
  const client = useClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const [changed, setChanged] = useState<Changed>(NOBODY);

  const send = async <V extends AnyVariables>(
    document: TypedDocumentNode<Answer, V & { commandId: string }>,
    variables: V,
    done: string,
  ): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    const { data, error } = await client.mutation(document, { ...variables, commandId: newCommandId() }).toPromise();
    setBusy(false);
    onChanged();
    if (data && data.payload.__typename !== "Refusal") {
      void message.success(done);
      return true;
    }
    setTold(data?.payload.message ?? null);
    setChanged({ ...NOBODY, ...data?.payload });
    setProblem(data?.payload.code ?? (error ? codeOf(error) : "internal"));
    return false;
  };
  const forget = useCallback(() => setProblem(null), []);
  return { busy, problem, told, changed, send, forget };
}
