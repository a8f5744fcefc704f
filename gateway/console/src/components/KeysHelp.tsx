import { Modal } from "antd";
import { ru } from "../locale/ru";

const ROWS: [string[], string][] = [
  [["↑", "↓"], ru.keys.move],
  [["Enter"], ru.keys.open],
  [["C"], ru.keys.confirm],
  [["F"], ru.keys.falsePositive],
  [["R"], ru.keys.reopen],
  [["J"], ru.keys.next],
  [["K"], ru.keys.previous],
  [["V"], ru.keys.media],
  [["Esc"], ru.keys.back],
  [["?"], ru.keys.help],
];

export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} onCancel={onClose} title={ru.keys.title} footer={null} width={440}>
      <dl className="keys">
        {ROWS.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
