import { Button } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { FilterBar } from "../components/FilterBar";
import { IncidentRow } from "../components/IncidentRow";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { useKeys } from "../components/useKeys";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { ru } from "../locale/ru";
import { isEverything } from "../state/filter";
import { useIncidents } from "../state/Incidents";

/** Survives the way to an incident and back. */
let lastOpened: string | null = null;

export default function IncidentList() {
  const { rows, total, loading, error, fresh, choice, hasNext, more, reload } = useIncidents();
  const [selected, setSelected] = useState<string | null>(lastOpened);
  const navigate = useNavigate();
  const list = useRef<HTMLDivElement>(null);

  const open = useCallback(
    (id: string) => {
      lastOpened = id;
      void navigate(`/incidents/${id}`);
    },
    [navigate],
  );
  const move = (by: number) => {
    const at = rows.findIndex((row) => row.id === selected);
    const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next) {
      setSelected(next.id);
      list.current?.querySelector(`[data-id="${next.id}"]`)?.scrollIntoView({ block: "nearest" });
    }
  };
  useKeys({
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    j: () => move(1),
    k: () => move(-1),
    Enter: () => selected && open(selected),
  });
  useTitle(ru.list.title);
  const end = useWhenSeen(() => {
    if (hasNext && !loading && !error) {
      more();
    }
  });
  useEffect(() => {
    list.current?.querySelector(`[data-id="${lastOpened ?? ""}"]`)?.scrollIntoView({ block: "center" });
  }, []);

  return (
    <div className="incidents">
      <div className="page-head">
        <h1>{ru.list.title}</h1>
        <span className="muted" aria-live="polite">
          {rows.length || (!loading && !error) ? ru.list.total(total) : null}
        </span>
      </div>
      <FilterBar />
      {error ? <Trouble code={error} onRetry={reload} /> : null}
      <div className="rows" role="list" aria-label={ru.list.title} ref={list}>
        {rows.map((row) => (
          <IncidentRow
            key={row.id}
            row={row}
            selected={row.id === selected}
            fresh={fresh.has(row.id)}
            onOpen={open}
          />
        ))}
      </div>
      {!rows.length && loading ? <Skeleton of="rows" /> : null}
      {!rows.length && !loading && !error ? (
        <Nothing text={ru.list.empty} hint={isEverything(choice) ? ru.list.emptyHint : ru.list.emptyFiltered} />
      ) : null}
      <div ref={end} className="rows-end">
        {hasNext ? (
          <Button type="text" loading={loading} onClick={more}>
            {ru.list.more}
          </Button>
        ) : rows.length > 8 ? (
          <span className="muted">{ru.list.end}</span>
        ) : null}
      </div>
    </div>
  );
}

function useWhenSeen(action: () => void) {
  const now = useRef(action);
  now.current = action;
  return useCallback((element: HTMLDivElement | null) => {
    if (!element) {
      return undefined;
    }
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        now.current();
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}
