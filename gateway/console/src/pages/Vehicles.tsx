import { Select } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useQuery } from "urql";
import { useTitle } from "../components/useTitle";
import { CamerasDocument } from "../gql/documents";
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
  const [{ data }] = useQuery({ query: CamerasDocument });
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
        <Select
          mode="multiple"
          allowClear
          maxTagCount="responsive"
          className="filter-wide"
          aria-label={ru.list.camera}
          placeholder={ru.list.anyCamera}
          options={(data?.cameras ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={chosen}
          onChange={choose}
          showSearch={{ optionFilterProp: "label" }}
        />
      </div>
      <View key={`${tab} ${chosen.join()}`} cameras={chosen} />
    </div>
  );
}
