import { Modal } from "antd";
import { ru } from "../locale/ru";

const GROUPS: [string, [string[], string][]][] = [
  [
    ru.keys.inList,
    [
      [["↑", "↓"], ru.keys.move],
      [["Enter"], ru.keys.open],
    ],
  ],
  [
    ru.keys.atIncident,
    [
      [["C"], ru.keys.confirm],
      [["F"], ru.keys.falsePositive],
      [["R"], ru.keys.reopen],
      [["J"], ru.keys.next],
      [["K"], ru.keys.previous],
      [["V"], ru.keys.media],
      [["Esc"], ru.keys.back],
    ],
  ],
  [ru.keys.atCamera, [[["Esc"], ru.keys.up]]],
  [ru.keys.everywhere, [[["?"], ru.keys.help]]],
];

export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} onCancel={onClose} title={ru.keys.title} footer={null} width={440}>
      {GROUPS.map(([where, rows]) => (
        <section key={where} className="keys" aria-label={where}>
          <h2>{where}</h2>
          <dl>
            {rows.map(([keys, text]) => (
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
        </section>
      ))}
    </Modal>
  );
}
