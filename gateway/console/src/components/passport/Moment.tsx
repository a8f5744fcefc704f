import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { ru } from "../../locale/ru";
import { usePlantTime } from "../../state/PlantTime";
import { momentOf, wallTime } from "../../state/plantMoment";

const words = ru.passport;

/** As known on which date, in the plant's time; nothing chosen is now. */
export function Moment({ at, onChange }: { at: string | null; onChange: (at: string | null) => void }) {
  const { zone } = usePlantTime();
  const [typed, setTyped] = useState(at ? wallTime(at, zone) : "");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const moment = typed ? momentOf(typed, zone) : null;
    setWrong(Boolean(typed) && moment === null);
    if (!typed || moment) {
      onChange(moment);
    }
  };
  const forget = () => {
    setTyped("");
    setWrong(false);
    onChange(null);
  };
  return (
    <form className="moment no-print" onSubmit={submit}>
      <label>
        {words.asKnown}{" "}
        <input
          type="datetime-local"
          step={1}
          value={typed}
          max={wallTime(Date.now(), zone)}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <span className="muted">{zone}</span>
      <Button htmlType="submit">{words.show}</Button>
      {at ? (
        <Button type="link" onClick={forget}>
          {words.backToNow}
        </Button>
      ) : null}
      {wrong ? <span role="alert">{words.noSuchTime}</span> : null}
    </form>
  );
}
