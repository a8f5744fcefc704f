import { Select } from "antd";
import { useQuery } from "urql";
import { CamerasDocument } from "../gql/documents";
import { ru } from "../locale/ru";

interface Props {
  value: string[];
  onChange: (cameras: string[]) => void;
  className?: string;
}

/** Any of the cameras, by name; none chosen means all. */
export function CameraSelect({ value, onChange, className = "filter-wide" }: Props) {
  const [{ data }] = useQuery({ query: CamerasDocument });
  return (
    <Select
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      className={className}
      aria-label={ru.list.camera}
      placeholder={ru.list.anyCamera}
      options={(data?.cameras ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
      showSearch={{ optionFilterProp: "label" }}
    />
  );
}
