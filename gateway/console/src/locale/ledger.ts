/** Words of the watch ledger. */
import { plural } from "./plural";

export const ledger = {
  title: "Журнал наблюдения",
  hint: "последние 24 часа: кто и когда действительно смотрел на камеры",
  coverage: "Наблюдение по камерам",
  unknown: "нет данных",
  watched: (share: string) => `наблюдение ${share}`,
  stripLabel: (camera: string) => `Наблюдение за камерой ${camera} за сутки`,
  rate: (fps: string, target: number | null) => (target === null ? `${fps} кадр/с` : `${fps} из ${target} кадр/с`),
  detector: (fps: string) => `детектор ${fps} кадр/с`,
  lost: (reason: string, how: string) => `${reason} ${how}`,
  dropped: (reason: string, n: number) =>
    `${n.toLocaleString("ru-RU")} ${plural(n, "кадр", "кадра", "кадров")}: ${reason}`,
  duration: (s: number) => {
    const whole = Math.round(s);
    const [h, m, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    const parts = h ? [`${h} ч`, m ? `${m} мин` : ""] : m ? [`${m} мин`, rest ? `${rest} с` : ""] : [`${rest} с`];
    return parts.filter(Boolean).join(" ");
  },
  visits: "Посещения зон",
  passages: "Проезды транспорта",
  noVisits: "Посещений зон не записано",
  noPassages: "Проездов не записано. Проезды пишутся по зонам, отмеченным как въезд.",
  entered: "Вход",
  left: "Выход",
  stayed: "Длительность",
  object: "Объект",
  zone: "Зона",
  camera: "Камера",
  score: "Оценка",
  track: "Трек",
  direction: "Направление",
  noDirection: "не определено",
  newer: "Новее",
  older: "Старее",
};
