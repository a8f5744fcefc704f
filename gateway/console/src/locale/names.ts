/** Names of what the server's enumerations hold. */
import type {
  CameraState,
  Direction,
  DropReason,
  EvidenceKind,
  GapReason,
  ObjectClass,
  QualityFault,
  RuleKind,
  Verdict,
  WatchState,
} from "../gql/documents";

export const kind: Record<RuleKind, string> = {
  DANGER_ZONE: "Человек в опасной зоне",
  NO_HELMET: "Работа без каски",
  PERIMETER: "Нарушение периметра",
  NO_VEST: "Работа без жилета",
  NO_GLASSES: "Работа без защитных очков",
  NO_GLOVES: "Работа без перчаток",
  NO_MASK: "Работа без маски",
  DIRECTION: "Движение в запрещённом направлении",
  LOITERING: "Долгое пребывание возле зоны",
  WEAPON: "Человек с оружием",
  LEFT_OBJECT: "Посторонний предмет в зоне",
  GUARD_OPEN: "Станок работает с открытым кожухом",
  LAMP: "Недопустимый сигнал лампы станка",
  UNATTENDED: "Станок работает без присмотра",
};

export const kindShort: Record<RuleKind, string> = {
  DANGER_ZONE: "Опасная зона",
  NO_HELMET: "Без каски",
  PERIMETER: "Периметр",
  NO_VEST: "Без жилета",
  NO_GLASSES: "Без очков",
  NO_GLOVES: "Без перчаток",
  NO_MASK: "Без маски",
  DIRECTION: "Направление",
  LOITERING: "Возле зоны",
  WEAPON: "Оружие",
  LEFT_OBJECT: "Посторонний предмет",
  GUARD_OPEN: "Кожух открыт",
  LAMP: "Лампа станка",
  UNATTENDED: "Без присмотра",
};

export const verdict: Record<Verdict, string> = {
  VIOLATION: "Нарушение",
  REVIEW: "На проверке",
  FALSE_POSITIVE: "Ложное",
  DISMISSED: "Отклонено",
};

/** Stands for a violation where the kind of rule only warns. */
export const warning = "Предупреждение";

export const objectClass: Record<ObjectClass, string> = {
  PERSON: "человек",
  BICYCLE: "велосипед",
  CAR: "автомобиль",
  MOTORCYCLE: "мотоцикл",
  BUS: "автобус",
  TRUCK: "грузовик",
  ANIMAL: "животное",
  WEAPON: "оружие",
  OBJECT: "предмет",
  MACHINE: "станок",
};

export const cameraState: Record<CameraState, string> = {
  ONLINE: "на связи",
  NO_PICTURE: "нет изображения",
  OFFLINE: "не в сети",
  ARCHIVE: "архив",
  ANALYSING: "архив, идёт анализ",
};

export const evidenceKind: Record<EvidenceKind, string> = {
  PHOTO: "Фото",
  CLIP: "Видео",
  DETECTIONS: "Детекции",
};

export const watchState: Record<WatchState, string> = {
  WATCHED: "наблюдение шло",
  PARTLY: "наблюдение частичное",
  NOT_WATCHED: "наблюдения не было",
  UNKNOWN: "нет данных",
};

export const gapReason: Record<GapReason, string> = {
  CAMERA_UNREACHABLE: "камера недоступна",
  RECONNECTING: "переподключение",
  FROZEN: "изображение застыло",
  DAMAGED: "повреждённые кадры",
  OVERLOAD: "не хватило мощности",
  PROCESS_DOWN: "анализ не работал",
  NO_FRAMES: "кадры не поступали",
  DETECTOR: "сбой модели",
  BLIND: "камера ничего не видела",
};

/** What is wrong with a camera's picture. */
export const pictureFault: Record<QualityFault, string> = {
  MOVED: "камера сдвинута",
  COVERED: "камера закрыта",
  BLURRED: "изображение размыто",
  DARK: "слишком темно",
  OVEREXPOSED: "изображение засвечено",
  BLACK: "чёрный экран",
  FROZEN_PICTURE: "картинка застыла",
};

export const dropReason: Record<DropReason, string> = {
  QUEUE_FULL: "не успели декодировать",
  DAMAGED: "повреждены",
  DECODE_ERROR: "ошибка декодирования",
  OVERLOAD: "не успели проанализировать",
};

export const direction: Record<Direction, string> = {
  IN: "въезд",
  OUT: "выезд",
};
