"""The Russian words of the printed passport."""

from typing import Final

from domain.contracts.detections import Attribute, ObjectClass
from domain.contracts.events import RulePublished
from domain.contracts.known import Stored
from domain.contracts.observations import Direction
from domain.contracts.passport import FramesFrom, NoteKind, Threshold
from domain.contracts.plant import EvidenceKind, ExpiryCause, Lamp, RuleKind, Thresholds, Verdict, Window

KINDS: Final = {
    RuleKind.DANGER_ZONE: "человек в опасной зоне",
    RuleKind.NO_HELMET: "работа без каски",
    RuleKind.PERIMETER: "нарушение периметра",
    RuleKind.NO_VEST: "работа без жилета",
    RuleKind.NO_GLASSES: "работа без защитных очков",
    RuleKind.NO_GLOVES: "работа без перчаток",
    RuleKind.NO_MASK: "работа без маски",
    RuleKind.DIRECTION: "движение в запрещённом направлении",
    RuleKind.LOITERING: "долгое пребывание возле зоны",
    RuleKind.WEAPON: "человек с оружием",
    RuleKind.LEFT_OBJECT: "посторонний предмет в зоне",
    RuleKind.GUARD_OPEN: "станок работает с открытым кожухом",
    RuleKind.LAMP: "недопустимый сигнал лампы станка",
    RuleKind.UNATTENDED: "станок работает без присмотра",
}
LAMPS: Final = {Lamp.RED: "красный", Lamp.YELLOW: "жёлтый", Lamp.GREEN: "зелёный", Lamp.OFF: "выключена"}
DIRECTIONS: Final = {Direction.IN: "внутрь", Direction.OUT: "наружу"}
VERDICTS: Final = {
    Verdict.DISMISSED: "отклонено",
    Verdict.REVIEW: "на проверке",
    Verdict.VIOLATION: "нарушение",
    Verdict.FALSE_POSITIVE: "ложное срабатывание",
}
OBJECTS: Final = {
    ObjectClass.PERSON: "человек",
    ObjectClass.BICYCLE: "велосипед",
    ObjectClass.CAR: "автомобиль",
    ObjectClass.MOTORCYCLE: "мотоцикл",
    ObjectClass.BUS: "автобус",
    ObjectClass.TRUCK: "грузовик",
    ObjectClass.ANIMAL: "животное",
    ObjectClass.WEAPON: "оружие",
    ObjectClass.OBJECT: "предмет",
    ObjectClass.MACHINE: "станок",
}
ATTRIBUTES: Final = {
    Attribute.HELMET: "каска",
    Attribute.VEST: "жилет",
    Attribute.GLASSES: "очки",
    Attribute.GLOVES: "перчатки",
    Attribute.MASK: "маска",
    Attribute.GUARD_OPEN: "кожух открыт",
    Attribute.RUNNING: "станок работает",
    Attribute.LAMP_RED: "красная лампа",
    Attribute.LAMP_YELLOW: "жёлтая лампа",
    Attribute.LAMP_GREEN: "зелёная лампа",
}
FILES: Final = {
    EvidenceKind.PHOTO: "фото",
    EvidenceKind.CLIP: "видео",
    EvidenceKind.DETECTIONS: "детекции",
}
CAUSES: Final = {ExpiryCause.RETENTION: "истёк срок хранения", ExpiryCause.STORE_FULL: "хранилище было заполнено"}
STORED: Final = {
    Stored.THERE: "на месте",
    Stored.GONE: "в хранилище нет",
    Stored.ALTERED: "содержимое не то, что записано",
    Stored.UNKNOWN: "хранилище не ответило",
}
SOURCES: Final = {
    FramesFrom.STREAM: "поток DETECTIONS",
    FramesFrom.SLICE: "копия, сохранённая с доказательствами",
    FramesFrom.NOWHERE: "не сохранились",
}
THRESHOLDS: Final = {Threshold.MIN: "на проверку", Threshold.MAX: "нарушение"}
NOTES: Final = {
    NoteKind.CAMERA_MISSING: "В истории нет такой камеры",
    NoteKind.RULE_MISSING: "В истории нет этой версии правила",
    NoteKind.ZONE_MISSING: "В истории нет этой версии зоны",
    NoteKind.CAMERA_RETIRED: "Камера с тех пор выведена из работы",
    NoteKind.RULE_RETIRED: "Правило с тех пор отменено",
    NoteKind.ZONE_RETIRED: "Зона с тех пор удалена",
    NoteKind.DETECTIONS_GONE: "Детекции больше не хранятся, копии с доказательствами тоже нет",
    NoteKind.DETECTIONS_PARTLY_GONE: "Сохранилась только часть детекций",
    NoteKind.DETECTIONS_CUT: "Событие длилось дольше, чем помещается в паспорт: показано начало",
    NoteKind.FRAMES_UNREADABLE: "Часть кадров записана другой версией Каски и не читается",
    NoteKind.SLICE_ALTERED: "Сохранённая копия детекций изменена: её sha256 не тот, что записан",
    NoteKind.STORE_SILENT: "Хранилище файлов не ответило: на месте ли файлы, неизвестно",
    NoteKind.SCORE_DIFFERS: "Оценка, выведенная заново, не равна записанной",
    NoteKind.NO_CHECKPOINT: "Контрольной точки, которая покрывает событие, ещё нет",
    NoteKind.CHECKPOINT_UNTRUSTED: "Подпись контрольной точки не сходится с ключом нотариуса",
}
EVENTS: Final = {
    "incident.opened": "Событие открыто",
    "incident.score_raised": "Оценка выросла",
    "incident.evidence_attached": "Приложено",
    "incident.evidence_missed": "Не получено",
    "incident.closed": "Наблюдение завершено",
    "incident.violation_recognised": "Правило признало нарушение",
    "incident.review_requested": "Отправлено на проверку",
    "incident.dismissed": "Отклонено правилом",
    "incident.violation_confirmed": "Нарушение подтверждено",
    "incident.marked_false_positive": "Отмечено ложным срабатыванием",
    "incident.review_reopened": "Возвращено на проверку",
    "incident.commented": "Комментарий",
    "incident.assigned": "Назначено",
    "incident.evidence_locked": "Файлы защищены от удаления",
    "incident.evidence_unlocked": "Защита файлов снята",
    "incident.evidence_expired": "Файл удалён",
}
DAYS: Final = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


def percent(value: float) -> str:
    return f"{value * 100:.1f} %".replace(".", ",")


def event(name: str) -> str:
    """A stored name in words, of whatever version; itself when nobody has words for it."""
    return EVENTS.get(name.rpartition(".")[0], name)


def verdict_rule(thresholds: Thresholds) -> str:
    low, high = percent(thresholds.min), percent(thresholds.max)
    return f"меньше {low}: отклонено; от {low} до {high}: на проверку; от {high}: нарушение"


def rule_options(rule: RulePublished) -> str:
    """What only some rules say; empty when this one says nothing of it."""
    said = []
    if rule.min_person_height > 0.0:
        said.append(f"люди не ниже {percent(rule.min_person_height)} высоты кадра")
    if rule.at_gate:
        said.append("проверка на проходной")
    if rule.forbidden is not None:
        said.append(f"запрещено движение {DIRECTIONS[rule.forbidden]}")
    if rule.near > 0.0:
        said.append(f"вокруг зоны, до {rule.near:g} размеров места, на котором стоит объект".replace(".", ","))
    if rule.forbidden_lamps:
        said.append(f"недопустимо на лампе: {', '.join(LAMPS[lamp] for lamp in rule.forbidden_lamps)}")
    return ", ".join(said)


def window(window: Window) -> str:
    days = ", ".join(DAYS[day] for day in window.days)
    return f"{days} {window.start:%H:%M}–{window.end:%H:%M}"
