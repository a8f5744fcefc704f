import { ReloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { ru } from "../locale/ru";

const words = ru.setup;
const USUAL_ASPECT = 16 / 9;

interface Props {
  /** the picture; null when the camera has none */
  url: string | null;
  name: string;
  /** what lies over it; aspect: its width by its height */
  children: (aspect: number) => ReactNode;
}

/** What zones are drawn on: the camera's newest still, or a plain ground of the usual form. */
export function Ground({ url, name, children }: Props) {
  const [asked, setAsked] = useState(0);
  const [aspect, setAspect] = useState(USUAL_ASPECT);
  const [isLost, setLost] = useState(false);
  const again = () => {
    setLost(false);
    setAsked(asked + 1);
  };
  const fresh = url && asked ? `${url}${url.includes("?") ? "&" : "?"}again=${asked}` : url;
  return (
    <>
      <div className="ground" style={{ aspectRatio: aspect }}>
        {fresh && !isLost ? (
          <img
            key={fresh}
            src={fresh}
            alt={ru.cameras.livePicture(name)}
            draggable={false}
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setAspect(naturalWidth / naturalHeight)}
            onError={() => setLost(true)}
          />
        ) : null}
        {children(aspect)}
      </div>
      <div className="ground-foot muted">
        {fresh && !isLost ? words.still : words.noStill}
        {url ? (
          <Button size="small" icon={<ReloadOutlined />} onClick={again}>
            {words.refresh}
          </Button>
        ) : null}
      </div>
    </>
  );
}
