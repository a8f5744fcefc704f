import { Spin } from "antd";
import { ru } from "../locale/ru";

export function Waiting() {
  return (
    <div className="waiting" role="status" aria-label={ru.loading}>
      <Spin size="large" />
    </div>
  );
}
