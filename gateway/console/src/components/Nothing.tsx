import { Empty } from "antd";

/** There is nothing to show, and what may be done about it. */
export function Nothing({ text, hint }: { text: string; hint?: string }) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <div>{text}</div>
          {hint ? <div className="muted">{hint}</div> : null}
        </>
      }
    />
  );
}
