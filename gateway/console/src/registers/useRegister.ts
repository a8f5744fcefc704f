import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { codeOf } from "../api/errors";
import { type RegisterPageFragment, UnprocessedEventsDocument, ViolationsDocument } from "../gql/documents";
import { useIncidents } from "../state/Incidents";
import { type Choice, filterOf, type Register } from "./choice";

export type Entry = RegisterPageFragment["edges"][number]["node"];

const SETTLE_MS = 1_000;

interface Shown {
  entries: Entry[];
  total: number;
  cursor: string | null;
  pages: number;
}

const NONE: Shown = { entries: [], total: 0, cursor: null, pages: 0 };

/**
 * Pages of a register. While the first page is all that is shown it follows the incidents by itself; rows further down do
 * not move under the reader's hand: changed says then that there is something new.
 */
export function useRegister(register: Register, choice: Choice) {
  const client = useClient();
  const { changed: incidents } = useIncidents();
  const [shown, setShown] = useState(NONE);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const [changed, setChanged] = useState(false);
  const asked = useRef(0);

  const load = useCallback(
    async (after: string | null) => {
      const ticket = ++asked.current;
      setLoading(true);
      setError(null);
      const variables = { filter: filterOf(choice), sort: choice.sort, after };
      const { data, error: failed } =
        register === "unprocessed"
          ? await client.query(UnprocessedEventsDocument, variables).toPromise()
          : await client
              .query(ViolationsDocument, { ...variables, includeFalsePositives: choice.showFalse })
              .toPromise();
      if (ticket !== asked.current) {
        return;
      }
      setLoading(false);
      if (failed || !data) {
        setError(failed ? codeOf(failed) : "internal");
        return;
      }
      const { edges, pageInfo, totalCount } = data.register;
      setShown((before) => ({
        entries: [...(after ? before.entries : []), ...edges.map(({ node }) => node)],
        total: totalCount,
        cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
        pages: after ? before.pages + 1 : 1,
      }));
      if (after === null) {
        setChanged(false);
      }
    },
    [client, register, choice],
  );

  useEffect(() => {
    setShown(NONE);
    void load(null);
  }, [load]);

  const seen = useRef(incidents);
  const { pages } = shown;
  useEffect(() => {
    if (seen.current === incidents || pages === 0) {
      return undefined;
    }
    if (pages > 1) {
      seen.current = incidents;
      setChanged(true);
      return undefined;
    }
    const timer = setTimeout(() => {
      seen.current = incidents;
      void load(null);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [incidents, pages, load]);

  const { cursor } = shown;
  const more = useCallback(() => void load(cursor), [load, cursor]);
  const reload = useCallback(() => void load(null), [load]);
  return { ...shown, hasNext: cursor !== null, loading, error, changed, more, reload };
}
