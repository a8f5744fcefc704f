/** Words of teaching machines on a camera's set-up page. */
import type { TeachingFailure } from "../gql/documents";
import { plural } from "./plural";

const pictures = (n: number) => `${n} ${plural(n, "снимок", "снимка", "снимков")}`;

export const teaching = {
  title: (zone: string) => `Обучение станка: ${zone}`,
  steps:
    "Отметьте, что станок показывает сейчас, и снимите его. Нужны снимки разных моментов: днём и ночью, с оператором и без него, с разными деталями.",
  next: "Что на следующих снимках",
  take: "Снять с камеры",
  upload: "Загрузить снимки",
  files: "Файлы снимков",
  cropped: "На снимках только станок",
  croppedHint: "Без отметки файл считается полным кадром этой камеры, и из него вырезается зона станка.",
  kept: (n: number, most: number) => `${pictures(n)} из ${most}`,
  countsHead: "Состояние",
  ofLeast: (least: number) => `снимков, нужно ${least}`,
  short: { red: "красн.", yellow: "жёлт.", green: "зел.", off: "выкл.", unknown: "не понять" } as Record<string, string>,
  unknownHint: "Станок заслонён или в темноте: по такому снимку ничего не решается",
  nothingLabelled: "Пока нет ни одного снимка с отметкой.",
  more: (state: string, n: number) => `${state}: ещё ${pictures(n)}.`,
  another: (aspect: string) => `${aspect}: нужны снимки и другого состояния.`,
  teach: "Обучить",
  goesOn: "Обучение идёт. Страницу можно закрыть, анализ камер продолжается.",
  waits: "Обучение ждёт своей очереди.",
  pictures: "Снимки станка",
  picture: (n: number) => `Снимок ${n}`,
  pictureOf: (at: string) => `Станок, ${at}`,
  noPictures: "Снимков пока нет.",
  unlabelled: "без отметки",
  remove: (n: number) => `Удалить снимок ${n}`,
  removeHint: "Удалить. Уже обученный станок не изменится",
  taught: (n: number) => `Станок обучен по ${n} ${plural(n, "снимку", "снимкам", "снимкам")}, действует с этого момента`,
  lesson: (at: string, by: string) => `${at}, ${by}`,
  accuracy: (right: string, unsure: string) => `верно ${right} из названных, не понять ${unsure}`,
  heldOut: "Проверено на снимках, не показанных при обучении.",
  accuracyHint: "Снимки делятся на части; каждую называет классификатор, обученный на остальных.",
  digest: (short: string) => `sha256 ${short}…`,
  before: "Прежние обучения",
  taughtBy: (at: string, by: string, n: number) => `обучение ${at}, ${by}, ${pictures(n)}`,
  failed: {
    NO_PICTURES: () => "Обучить не удалось: нет снимков с отметками.",
    TOO_FEW: (state, n) => `Обучить не удалось: слишком мало снимков «${state}» (${n}).`,
    ONE_STATE: (state) => `Обучить не удалось: кроме «${state}» нужны снимки и другого состояния.`,
    UNREADABLE: () => "Обучить не удалось: один из снимков не читается или отмечен дважды по-разному.",
    BROKEN_OFF: () => "Обучение прервано: оно длилось слишком долго или серверу не хватило памяти.",
  } satisfies Record<TeachingFailure, (state: string, n: number) => string> as Record<
    TeachingFailure,
    (state: string, n: number) => string
  >,
  codes: {
    teaching_unavailable: "Служба обучения сейчас не отвечает. Попробуйте через минуту.",
    teaching_goes_on: "Этот станок уже обучается. Дождитесь результата.",
    no_still: "Камера сейчас ничего не показывает: снять станок не удалось.",
    stills_busy: "Сервер занят другими снимками. Попробуйте ещё раз.",
    crops_busy: "Сервер занят другими снимками. Попробуйте ещё раз.",
    album_full: "Снимков этого станка уже слишком много: удалите лишние.",
    picture_refused: "Файл не читается как снимок: нужен целый JPEG или PNG.",
    picture_too_large: "Файл слишком большой: до 16 МБ.",
    machine_too_small: "Станок на снимке слишком мал: нужно хотя бы 24 пикселя по каждой стороне.",
    states_refused: "Такие отметки вместе не бывают.",
    picture_unknown: "Этого снимка уже нет.",
    outcome_unknown: "Служба не ответила вовремя. Обновите страницу и проверьте.",
  } as Record<string, string>,
};
