import { Spin } from "antd";
import { ru } from "../locale/ru";

/** The whole page is on its way. */
export function Waiting() {
  return (
    <div className="waiting" role="status" aria-label={ru.loading}>
      <Spin size="large" />
    </div>
  );
}

type Shape = "rows" | "table" | "tiles" | "sheet" | "strip";

const BONES: Record<Shape, number> = { rows: 6, table: 8, tiles: 3, sheet: 3, strip: 1 };

/** The outline of what is on its way. */
export function Skeleton({ of }: { of: Shape }) {
  return (
    <div className={`skeleton skeleton-${of}`} role="status" aria-label={ru.loading}>
      {Array.from({ length: BONES[of] }, (_, n) => (
        <span key={n} className="bone" />
      ))}
    </div>
  );
}
