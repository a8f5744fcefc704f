import type { ReactNode } from "react";

/** A part of the passport with its heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel sheet-part" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        {aside ? <span className="muted">{aside}</span> : null}
      </div>
      {children}
    </section>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
