/** Every Russian word of the console. The words are those of GLOSSARY.md. */
import type { CameraState, EvidenceKind, ObjectClass, RuleKind, Verdict } from "../gql/documents";

const kind: Record<RuleKind, string> = {
  DANGER_ZONE: "Человек в опасной зоне",
  NO_HELMET: "Работа без каски",
  PERIMETER: "Нарушение периметра",
};

const kindShort: Record<RuleKind, string> = {
  DANGER_ZONE: "Опасная зона",
  NO_HELMET: "Без каски",
  PERIMETER: "Периметр",
};

const verdict: Record<Verdict, string> = {
  VIOLATION: "Нарушение",
  REVIEW: "На проверке",
  FALSE_POSITIVE: "Ложное",
  DISMISSED: "Отклонено",
};

const objectClass: Record<ObjectClass, string> = {
  PERSON: "человек",
  BICYCLE: "велосипед",
  CAR: "автомобиль",
  MOTORCYCLE: "мотоцикл",
  BUS: "автобус",
  TRUCK: "грузовик",
  ANIMAL: "животное",
};

const cameraState: Record<CameraState, string> = {
  ONLINE: "на связи",
  NO_PICTURE: "нет изображения",
  OFFLINE: "не в сети",
};

const evidenceKind: Record<EvidenceKind, string> = {
  PHOTO: "Фото",
  CLIP: "Видео",
  DETECTIONS: "Детекции",
};

export const ru = {
  product: "Каска",
  tagline: "Видеоаналитика производственной безопасности",
  kind,
  kindShort,
  verdict,
  objectClass,
  cameraState,
  evidenceKind,

  nav: {
    incidents: "События",
    cameras: "Камеры",
    signOut: "Выйти",
    help: "Горячие клавиши",
    connected: "Обновления приходят",
    disconnected: "Нет связи с сервером",
    account: (login: string) => `Пользователь ${login}`,
  },

  signIn: {
    title: "Вход",
    login: "Логин",
    password: "Пароль",
    submit: "Войти",
    expired: "Сеанс завершён. Войдите снова.",
    loginMissing: "Введите логин",
    passwordMissing: "Введите пароль",
  },

  list: {
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
    retry: "Повторить",
    open: (what: string, camera: string, time: string) => `${what}, ${camera}, ${time}`,
    decidedBy: (login: string) => `решил(а) ${login}`,
    ongoing: "продолжается",
  },

  periods: {
    all: "Всё время",
    hour: "Последний час",
    shift: "Смена (12 часов)",
    day: "Сутки",
    week: "Неделя",
    custom: "Свой период",
  },

  sorts: {
    newest: "Сначала новые",
    oldest: "Сначала старые",
    score: "По оценке",
    lastSeen: "По последнему наблюдению",
  },

  incident: {
    back: "К списку событий",
    notFound: "Такого события нет",
    notFoundHint: "Ссылка неверна, или событие ещё не записано.",
    previous: "Предыдущее событие",
    next: "Следующее событие",
    photo: "Фото",
    clip: "Видео",
    showBox: "Рамка",
    showZone: "Зона",
    photoAlt: "Снимок в момент события",
    clipLabel: "Видео события",
    pending: "Файл готовится и появится сам",
    missing: (why: string) => `Файл не получен: ${why}`,
    download: "Скачать файл",
    fullSize: "Открыть снимок целиком",
    scoreOverTime: "Оценка по времени",
    noTrack: "Записи детекций за это время больше не хранятся",
    trackFailed: "Не удалось прочитать детекции",
    reasons: "Почему принято решение",
    score: "Оценка",
    thresholds: "Пороги правила",
    thresholdMin: "проверка",
    thresholdMax: "нарушение",
    thresholdsText: (min: string, max: string) => `проверка от ${min}, нарушение от ${max}`,
    rule: "Правило",
    version: (n: number) => `версия ${n}`,
    zone: "Зона",
    zoneRedrawn: (was: number, now: number) => `решение по версии ${was}, на снимке версия ${now}`,
    noZone: "весь кадр",
    camera: "Камера",
    object: "Объект",
    track: "Трек",
    seen: "Наблюдалось",
    seenFor: (s: string) => `${s} с`,
    model: "Модель",
    detections: "Детекции",
    detectionsHint: "Номера записей в потоке DETECTIONS, на которых основано решение",
    digest: "sha256 файла модели",
    copied: "Скопировано",
    sha256: "sha256",
    history: "История",
    decidedByRule: "решение правила",
    decidedBy: (login: string) => `решение: ${login}`,
    falseReason: "Причина",
    ongoing: "продолжается",
    chart: {
      score: "оценка",
      decision: "решение",
      after: (s: string) => `+${s} с`,
      min: "на проверку",
      max: "нарушение",
      label: "График оценки по времени с порогами правила",
    },
  },

  review: {
    confirm: "Подтвердить нарушение",
    falsePositive: "Ложное срабатывание",
    reopen: "Вернуть на проверку",
    comment: "Комментарий",
    commentPlaceholder: "Что важно знать другим",
    commentSend: "Добавить комментарий",
    reasonTitle: "Ложное срабатывание",
    reasonLabel: "Причина",
    reasonPlaceholder: "Что система приняла за нарушение",
    reasonHint: "Причина попадёт в историю и поможет обучить модель.",
    reasonSubmit: "Отметить ложным",
    reasonMissing: "Укажите причину",
    reasons: [
      "Человек вне зоны",
      "Каска на голове",
      "Тень или блик",
      "Техника или предмет",
      "Допуск оформлен",
    ],
    cancel: "Отмена",
    confirmed: "Нарушение подтверждено",
    markedFalse: "Отмечено как ложное срабатывание",
    reopened: "Возвращено на проверку",
    commented: "Комментарий добавлен",
  },

  history: {
    "incident.opened.v1": "Событие открыто",
    "incident.score_raised.v1": "Оценка выросла",
    "incident.evidence_attached.v1": "Приложено",
    "incident.evidence_missed.v1": "Не получено",
    "incident.closed.v1": "Наблюдение завершено",
    "incident.violation_recognised.v1": "Правило признало нарушение",
    "incident.review_requested.v1": "Отправлено на проверку",
    "incident.dismissed.v1": "Отклонено правилом",
    "incident.violation_confirmed.v1": "Нарушение подтверждено",
    "incident.marked_false_positive.v1": "Отмечено ложным срабатыванием",
    "incident.review_reopened.v1": "Возвращено на проверку",
    "incident.commented.v1": "Комментарий",
  } as Record<string, string>,

  cameras: {
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
    noFeed: "Прямой эфир не поддерживается этим браузером",
    delay: (s: string) => `задержка ${s} с`,
    helmet: "каска",
    noHelmet: "без каски",
  },

  keys: {
    title: "Горячие клавиши",
    move: "Выбрать событие в списке",
    open: "Открыть событие",
    confirm: "Подтвердить нарушение",
    falsePositive: "Ложное срабатывание",
    reopen: "Вернуть на проверку",
    next: "Следующее событие",
    previous: "Предыдущее событие",
    back: "К списку",
    media: "Фото или видео",
    help: "Эта подсказка",
    close: "Закрыть",
  },

  /** Sentences by the code of an error or a refusal. */
  errors: {
    signed_out: "Сеанс завершён. Войдите снова.",
    invalid_credentials: "Неверный логин или пароль.",
    locked: "Слишком много неверных попыток. Подождите и попробуйте снова.",
    https_required: "Вход по незащищённому соединению разрешён только с этого компьютера. Откройте консоль по HTTPS.",
    foreign_origin: "Запрос с другого сайта отклонён.",
    invalid_input: "Проверьте введённые данные.",
    text_refused: "Текст должен содержать от 1 до 2000 символов.",
    incident_unknown: "Такого события нет.",
    incident_changed: "Пока вы смотрели, событие изменил кто-то другой. Показано новое состояние, проверьте его и решите снова.",
    review_not_possible: "Сейчас это решение невозможно: сначала верните событие на проверку.",
    domain_unavailable: "Служба решений не работает. Ничего не изменено, попробуйте позже.",
    outcome_unknown: "Служба решений не ответила вовремя. Решение могло быть записано: проверьте историю события.",
    projection_behind: "Решение записано, но список ещё не обновился. Он обновится сам.",
    busy: "Слишком много изменений одновременно. Повторите.",
    malformed: "Служба решений не приняла команду.",
    unavailable: "База данных не отвечает. Попробуйте через несколько секунд.",
    network: "Нет связи с сервером.",
    internal: "Внутренняя ошибка. Она записана в журнал.",
  } as Record<string, string>,
  lockedFor: (s: number) => `Слишком много неверных попыток. Подождите ${s} с и попробуйте снова.`,
  loading: "Загрузка…",
  megabytes: (n: string) => `${n} МБ`,
  kilobytes: (n: string) => `${n} КБ`,
  today: "сегодня",
  yesterday: "вчера",
};

function plural(n: number, one: string, few: string, many: string): string {
  const tail = n % 100;
  if (tail >= 11 && tail <= 14) {
    return many;
  }
  const last = n % 10;
  return last === 1 ? one : last >= 2 && last <= 4 ? few : many;
}

/** The Russian sentence for a code; an unknown one shows itself in the general sentence. */
export function sentence(code: string): string {
  return ru.errors[code] ?? `${ru.errors.internal} (${code})`;
}
