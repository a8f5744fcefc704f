import { App } from "antd";
import { useState } from "react";
import { type AnyVariables, type TypedDocumentNode, useClient } from "urql";
import { codeOf } from "../api/errors";
import { newCommandId } from "../components/format";
import type { AttachAnalyticsMutation, RuleKind } from "../gql/documents";
import { type Refused, refusedOf } from "./refusals";

/** A kind that was not attached or detached, and why. */
interface Failure {
  kind: RuleKind;
  words: string;
}

/** Attaches or detaches many kinds at once: of these, some may be refused. True when all was done. */
export function useAnalytics(onChanged: () => void) {
  const client = useClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [failures, setFailures] = useState<Failure[]>([]);

  const change = async <V extends AnyVariables>(
    document: TypedDocumentNode<AttachAnalyticsMutation, V & { commandId: string }>,
    variables: V,
    done: string,
  ): Promise<boolean> => {
    setBusy(true);
    setRefused(null);
    setFailures([]);
    const { data, error } = await client.mutation(document, { ...variables, commandId: newCommandId() }).toPromise();
    setBusy(false);
    onChanged();
    if (data?.payload.__typename !== "Analytics") {
      setRefused(refusedOf(data?.payload.code ?? (error ? codeOf(error) : "internal"), data?.payload.message ?? null));
      return false;
    }
    const failed = data.payload.refused;
    setFailures(failed.map((each) => ({ kind: each.kind, words: refusedOf(each.code, each.message).words })));
    if (!failed.length) {
      void message.success(done);
    }
    return !failed.length;
  };
  return { busy, refused, failures, change };
}
