import { useState } from "react";
import { Link, useParams } from "react-router";
import { CameraSelect } from "../components/CameraSelect";
import { useTitle } from "../components/useTitle";
import { ru } from "../locale/ru";
import { ParkingView } from "../vehicles/ParkingView";
import { Passages } from "../vehicles/Passages";
import { TrafficView } from "../vehicles/TrafficView";

const words = ru.vehicles;
const VIEWS = { passages: Passages, parking: ParkingView, traffic: TrafficView } as const;
type Tab = keyof typeof VIEWS;

/** Vehicles through gates: the register, who is inside, how often they came. */
export default function Vehicles() {
  const { view } = useParams();
  const tab: Tab = view === "parking" || view === "traffic" ? view : "passages";
  const [chosen, choose] = useState<string[]>([]);
  useTitle(words.title);
  const View = VIEWS[tab];
  return (
    <div className="registers vehicles">
      <div className="page-head">
        <h1>{words.title}</h1>
        <nav className="tabs" aria-label={words.title}>
          {(Object.keys(VIEWS) as Tab[]).map((each) => (
            <Link key={each} to={each === "passages" ? "/vehicles" : `/vehicles/${each}`} aria-current={each === tab ? "page" : undefined}>
              {words.tabs[each]}
            </Link>
          ))}
        </nav>
        <CameraSelect value={chosen} onChange={choose} />
      </div>
      <View key={`${tab} ${chosen.join()}`} cameras={chosen} />
    </div>
  );
}
