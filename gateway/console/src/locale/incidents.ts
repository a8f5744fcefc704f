/** Words of the list of incidents. */
import { plural } from "./plural";

export const list = {
  title: "События",
  total: (n: number) => `${n.toLocaleString("ru-RU")} ${plural(n, "событие", "события", "событий")}`,
  camera: "Камера",
  anyCamera: "Все камеры",
  kind: "Вид",
  anyKind: "Все виды",
  verdict: "Решение",
  anyVerdict: "Все решения",
  period: "Период",
  sort: "Порядок",
  hideFalse: "Скрыть ложные",
  reset: "Сбросить",
  empty: "Событий нет",
  emptyHint: "Новые события появятся здесь сами, обновлять страницу не нужно.",
  emptyFiltered: "Под условия отбора не подходит ни одно событие.",
  more: "Показать ещё",
  end: "Это все события",
  score: "Оценка",
  zone: "Зона",
  rule: "Правило",
  time: "Время",
  photo: "Снимок",
  photoPending: "Снимок готовится",
  photoMissing: "Снимка нет",
  photoUnreadable: "Снимок не читается",
  photoExpired: "Снимок удалён",
  open: (what: string, camera: string, time: string) => `${what}, ${camera}, ${time}`,
  /** Several intruders at once are one alarm. */
  sameAlarm: "та же тревога",
  decidedBy: (login: string) => `решил(а) ${login}`,
  ongoing: "продолжается",
};

export const periods = {
  all: "Всё время",
  hour: "Последний час",
  shift: "Смена (12 часов)",
  day: "Сутки",
  week: "Неделя",
  custom: "Свой период",
};

export const sorts = {
  newest: "Сначала новые",
  oldest: "Сначала старые",
  score: "По оценке",
  lastSeen: "По последнему наблюдению",
};
