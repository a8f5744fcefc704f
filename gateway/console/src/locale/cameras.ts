/** Words of the cameras' pages. */
import { plural } from "./plural";

export const cameras = {
  title: "Камеры",
  empty: "Камер пока нет",
  emptyHint: "Добавьте камеру: kaska demo --camera rtsp://…",
  fps: (n: string) => `${n} кадр/с`,
  zones: "Зоны",
  rules: "Правила",
  noZones: "Зоны не нарисованы",
  noRules: "Правил нет",
  open: (name: string) => `Открыть камеру ${name}`,
  incidents: "События камеры",
  back: "К списку камер",
  notFound: "Такой камеры нет",
  live: "Прямой эфир",
  livePicture: (name: string) => `Изображение камеры ${name}`,
  showBoxes: "Рамки",
  showZones: "Зоны",
  starting: "Подключение к камере…",
  noPicture: "Нет изображения",
  noPictureHint: "Поток прервался. Подключение повторяется само.",
  busy: "Сервер занят",
  busyHint: "Все места для перекодирования заняты. Выберите исходное качество или подождите.",
  quality: "Качество",
  qualities: { ORIGINAL: "Исходное", REDUCED: "Сниженное", OVERLAY: "С разметкой" },
  noFeed: "Прямой эфир не поддерживается этим браузером",
  delay: (s: string) => `задержка ${s} с`,
  helmet: "каска",
  noHelmet: "без каски",
};

export const retention = {
  title: "Срок хранения фото и видео",
  days: "Дней",
  own: (days: number) => `${days} ${plural(days, "день", "дня", "дней")}`,
  usual: "обычный срок",
  save: "Сохранить",
  makeUsual: "Вернуть обычный срок",
  saved: "Срок хранения изменён",
};
