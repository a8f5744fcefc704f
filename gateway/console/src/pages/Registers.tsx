import { Button } from "antd";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { ru } from "../locale/ru";
import { type Choice, EVERYTHING, isEverything, type Register } from "../registers/choice";
import { Filters } from "../registers/Filters";
import { Table } from "../registers/Table";
import { useRegister } from "../registers/useRegister";

const words = ru.registers;
const TABS: Register[] = ["unprocessed", "violations"];

/** Survives the way to an incident and back. */
const kept: Record<Register, Choice> = { unprocessed: EVERYTHING, violations: EVERYTHING };

/** Incidents that wait for a person, and violations that were recognised. */
export default function Registers() {
  const register: Register = useLocation().pathname.endsWith("/violations") ? "violations" : "unprocessed";
  useTitle(words.tabs[register]);
  return (
    <div className="registers">
      <Contents key={register} register={register} />
    </div>
  );
}

function Contents({ register }: { register: Register }) {
  const [choice, setChoice] = useState(kept[register]);
  const { entries, total, hasNext, loading, error, changed, more, reload } = useRegister(register, choice);
  const change = (part: Partial<Choice>) => {
    kept[register] = { ...choice, ...part };
    setChoice(kept[register]);
  };
  const filtered = !isEverything(choice);
  return (
    <>
      <div className="page-head">
        <h1>{words.title}</h1>
        <Tabs register={register} />
        <span className="muted" aria-live="polite">
          {entries.length || (!loading && !error) ? words.total(total) : null}
        </span>
        {changed ? (
          <span className="register-changed" role="status">
            {words.changed} <Button size="small" onClick={reload}>{words.reload}</Button>
          </span>
        ) : null}
      </div>
      <Filters register={register} choice={choice} change={change} />
      {error ? <Trouble code={error} onRetry={reload} /> : null}
      {entries.length ? (
        <Table register={register} entries={entries} sort={choice.sort} onSort={(sort) => change({ sort })} />
      ) : null}
      {!entries.length && loading ? <Skeleton of="table" /> : null}
      {!entries.length && !loading && !error ? (
        <Nothing
          text={filtered ? words.emptyFiltered : words.empty[register]}
          hint={filtered ? undefined : words.emptyHint[register]}
        />
      ) : null}
      <div className="rows-end">
        {hasNext ? (
          <Button type="text" loading={loading} onClick={more}>
            {ru.list.more}
          </Button>
        ) : entries.length > 8 ? (
          <span className="muted">{words.end}</span>
        ) : null}
      </div>
    </>
  );
}

function Tabs({ register }: { register: Register }) {
  return (
    <nav className="tabs" aria-label={words.title}>
      {TABS.map((tab) => (
        <Link key={tab} to={`/incidents/${tab}`} aria-current={tab === register ? "page" : undefined}>
          {words.tabs[tab]}
        </Link>
      ))}
    </nav>
  );
}
