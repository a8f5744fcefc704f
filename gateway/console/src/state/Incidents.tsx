import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { useClient, useSubscription } from "urql";
import { codeOf } from "../api/errors";
import { IncidentChangedDocument, IncidentsDocument, type IncidentSummaryFragment } from "../gql/documents";
import { type Choice, compare, filterOf, matches, remember, remembered, sortOf } from "./filter";
import { useLink } from "./Link";

const PAGE = 50;

interface List {
  rows: IncidentSummaryFragment[];
  total: number;
  cursor: string | null;
  hasNext: boolean;
  loading: boolean;
  error: string | null;
  /** incidents that came while the list was open, for their entrance */
  fresh: ReadonlySet<string>;
}

interface Incidents extends List {
  choice: Choice;
  choose: (change: Partial<Choice>) => void;
  more: () => void;
  reload: () => void;
  /** the newest change of each incident that the socket told of */
  changed: ReadonlyMap<string, number>;
}

type Action =
  | { type: "load" }
  | { type: "page"; rows: IncidentSummaryFragment[]; total: number; cursor: string | null; hasNext: boolean; first: boolean }
  | { type: "failed"; code: string }
  | { type: "changed"; row: IncidentSummaryFragment; choice: Choice };

const EMPTY: List = {
  rows: [],
  total: 0,
  cursor: null,
  hasNext: false,
  loading: true,
  error: null,
  fresh: new Set(),
};

const Context = createContext<Incidents | null>(null);

export function IncidentsProvider({ children }: { children: ReactNode }) {
  const client = useClient();
  const { epoch } = useLink();
  const [choice, setChoice] = useState(remembered);
  const [list, dispatch] = useReducer(reduce, EMPTY);
  const [changed, setChanged] = useState<ReadonlyMap<string, number>>(new Map());
  const asked = useRef(0);

  const load = useCallback(
    async (after: string | null) => {
      const ticket = ++asked.current;
      dispatch({ type: "load" });
      const variables = { filter: filterOf(choice, Date.now()), sort: sortOf(choice), first: PAGE, after };
      const { data, error } = await client.query(IncidentsDocument, variables).toPromise();
      if (ticket !== asked.current) {
        return;
      }
      if (error || !data) {
        dispatch({ type: "failed", code: error ? codeOf(error) : "internal" });
        return;
      }
      const { edges, pageInfo, totalCount } = data.incidents;
      dispatch({
        type: "page",
        rows: edges.map((edge) => edge.node),
        total: totalCount,
        cursor: pageInfo.endCursor,
        hasNext: pageInfo.hasNextPage,
        first: after === null,
      });
    },
    [client, choice],
  );

  useEffect(() => {
    void load(null);
  }, [load, epoch]);

  const latest = useRef(choice);
  latest.current = choice;
  useSubscription({ query: IncidentChangedDocument }, (_, data) => {
    const row = data.incidentChanged;
    dispatch({ type: "changed", row, choice: latest.current });
    setChanged((known) => new Map(known).set(row.id, row.position));
    return data;
  });

  const choose = useCallback((change: Partial<Choice>) => {
    setChoice((known) => {
      const next = { ...known, ...change };
      remember(next);
      return next;
    });
  }, []);

  const { cursor } = list;
  const more = useCallback(() => void load(cursor), [load, cursor]);
  const reload = useCallback(() => void load(null), [load]);
  const incidents = useMemo(
    () => ({ ...list, choice, choose, more, reload, changed }),
    [list, choice, choose, more, reload, changed],
  );
  return <Context value={incidents}>{children}</Context>;
}

export function useIncidents(): Incidents {
  const incidents = useContext(Context);
  if (!incidents) {
    throw new Error("useIncidents outside of IncidentsProvider");
  }
  return incidents;
}

function reduce(list: List, action: Action): List {
  switch (action.type) {
    case "load":
      return { ...list, loading: true, error: null };
    case "failed":
      return { ...list, loading: false, error: action.code };
    case "page": {
      const before = action.first ? [] : list.rows;
      const known = new Set(before.map((row) => row.id));
      const rows = [...before, ...action.rows.filter((row) => !known.has(row.id))];
      const { total, cursor, hasNext } = action;
      return { rows, total, cursor, hasNext, loading: false, error: null, fresh: action.first ? new Set() : list.fresh };
    }
    case "changed":
      return changedIn(list, action.row, action.choice);
  }
}

function changedIn(list: List, row: IncidentSummaryFragment, choice: Choice): List {
  const known = list.rows.find((other) => other.id === row.id);
  if (known && known.position > row.position) {
    return list;
  }
  const others = known ? list.rows.filter((other) => other.id !== row.id) : list.rows;
  if (!matches(choice, row, Date.now())) {
    return known ? { ...list, rows: others, total: Math.max(0, list.total - 1) } : list;
  }
  const place = others.findIndex((other) => compare(choice.order, row, other) < 0);
  if (place < 0 && list.hasNext) {
    return known ? { ...list, rows: others } : { ...list, total: list.total + 1 };
  }
  const rows = place < 0 ? [...others, row] : [...others.slice(0, place), row, ...others.slice(place)];
  return known
    ? { ...list, rows }
    : { ...list, rows, total: list.total + 1, fresh: new Set(list.fresh).add(row.id) };
}
