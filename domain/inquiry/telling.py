"""How a passport is told: as JSON for programs, as tables for a person in the plant's time."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from domain.contracts import codec
from domain.contracts.detections import Attribute, ObjectClass
from domain.contracts.known import KnownFile, KnownIncident, NotKnownYet
from domain.contracts.passport import Passport, TrackSeen
from domain.contracts.plant import Schedule
from domain.inquiry import words

MOST_FRAMES: Final = 40
"""Frames that a table shows; JSON has all of them."""


def as_plain(answer: Passport | NotKnownYet) -> dict[str, Any]:
    """The JSON-able form: events as objects, classes and attributes by name."""
    plain: dict[str, Any] = codec.to_plain(answer)
    if isinstance(answer, NotKnownYet):
        return {"kind": "not_known_yet", **plain}
    known = plain["known"]
    known["opened"]["object_class"] = answer.known.opened.object_class.name.lower()
    for event in known["events"]:
        event["event"] = json.loads(event.pop("payload"))
    for parts in (known["decided"], known["then"]):
        if parts["rule"] is not None:
            published = parts["rule"]["published"]
            published["object_classes"] = [ObjectClass(code).name.lower() for code in published["object_classes"]]
    for frame in plain["frames"]["frames"]:
        for score in frame["seen"]["attributes"] if frame["seen"] else ():
            score["attribute"] = Attribute(score["attribute"]).name.lower()
    return {"kind": "passport", **plain}


class Teller:
    """Prints in Russian; times are those of the plant's clocks."""

    def __init__(self, console: Console, tz: ZoneInfo) -> None:
        self._console, self._tz = console, tz

    def not_known_yet(self, answer: NotKnownYet) -> None:
        self._console.print(f"На {self._at(answer.as_known_at)} об этом событии ничего не было известно.")
        self._console.print(
            f"Оно произошло {self._at(answer.happened_at)}, записано {self._at(answer.became_known_at)}."
        )

    def passport(self, answer: Passport) -> None:
        known = answer.known
        self._console.print(f"Паспорт решения {known.incident_id}")
        if known.as_known_at is not None:
            later = f", записано позже: {known.later_events}" if known.later_events else ""
            self._console.print(f"Как было известно на {self._at(known.as_known_at)}{later}")
        for note in answer.notes:
            self._console.print(f"  ! {words.NOTES[note.kind]}{f' ({note.detail})' if note.detail else ''}")
        self._table("Решение", self._verdict(known))
        self._table("На чём основано", self._grounds(answer))
        self._table("Доказательства", (self._file(each, known) for each in known.files))
        self._acts(known)
        self._events(known)
        self._frames(answer)
        self._table("Контрольная точка", self._checkpoint(answer))

    def _verdict(self, known: KnownIncident) -> Iterable[tuple[str, str]]:
        opened = known.opened
        yield "Что", f"{words.KINDS[opened.kind]}, {words.OBJECTS[opened.object_class]}, трек {opened.track_id}"
        yield (
            "Решение",
            words.VERDICTS[known.verdict] + (f" ({known.decided_by})" if known.decided_by else " (правило)"),
        )
        if known.reason:
            yield "Причина", known.reason
        yield "Оценка", f"{words.percent(known.score)}, по правилу {words.VERDICTS[known.rule_verdict]}"
        yield "Правило решения", words.verdict_rule(opened.thresholds)
        closed = "" if known.closed_at is not None else " (продолжалось)"
        yield "Наблюдалось", f"{self._at(opened.first_seen)} – {self._at(known.last_seen)}{closed}"
        yield "Решающий кадр", self._at(opened.opened_at)
        yield "Стало известно", self._at(known.became_known_at)
        if known.assignee:
            yield "Назначено", known.assignee

    def _grounds(self, answer: Passport) -> Iterable[tuple[str, str]]:
        known, opened, decided = answer.known, answer.known.opened, answer.known.decided
        yield "Камера", opened.camera_id if decided.camera is None else f"{decided.camera.name} ({opened.camera_id})"
        if decided.rule is None:
            yield "Правило", f"{opened.rule_id}, версия {opened.rule_version}"
        else:
            rule = decided.rule.published
            yield "Правило", f"{rule.name} ({rule.rule_id}), версия {rule.rule_version}, опубликовал {decided.rule.by}"
            yield "Окна", f"выдержка {rule.dwell_s} с, окно {rule.window_s} с, пауза {rule.gap_s} с"
            yield "Расписание", _schedule(rule.schedule)
            if options := words.rule_options(rule):
                yield "Особо", options
        if decided.zone is not None:
            zone = decided.zone.drawn
            yield "Зона", f"{zone.name} ({zone.zone_id}), версия {zone.zone_version}"
            yield "Вершины", "  ".join(f"{x:.3f};{y:.3f}" for x, y in zone.polygon)
        now = known.then.rule
        if now is not None and now.published.rule_version != opened.rule_version:
            yield "Потом", f"правило изменено: версия {now.published.rule_version}"
        for model in answer.models:
            yield "Модель", f"{model.id} {model.digest}"
        for lesson in answer.lessons:
            yield (
                "Обучено",
                f"{self._at(lesson.taught_at)}, {lesson.by}, снимков: {lesson.pictures} ({lesson.digest[:12]})",
            )
        yield "Детекции", f"{opened.detections_from}…{known.detections_to}: {words.SOURCES[answer.frames.source]}"

    def _file(self, file: KnownFile, known: KnownIncident) -> tuple[str, str]:
        kind = words.FILES[file.kind]
        if file.key is None:
            return kind, f"не получено: {file.missed}"
        standing = words.CAUSES[file.expired] if file.expired else words.STORED[file.stored] if file.stored else ""
        locked = f", защищено: {known.lock_reason}" if known.locked else ""
        return kind, f"{standing}{locked}; {file.size_bytes} Б; {file.key}\nsha256 {file.sha256}"

    def _acts(self, known: KnownIncident) -> None:
        table = Table("Когда", "Кто", "Что", "Слова", title="Действия людей", title_justify="left")
        for each in known.events:
            if each.by_person:
                table.add_row(self._at(each.recorded_at), each.by, words.event(each.name), _words_of(each.payload))
        self._console.print(table if table.row_count else "Действий людей нет.")

    def _events(self, known: KnownIncident) -> None:
        table = Table("Запись", "Произошло", "Записано", "Что", "Кем", title="Журнал", title_justify="left")
        for each in known.events:
            happened = "" if each.happened_at is None else self._at(each.happened_at)
            table.add_row(str(each.position), happened, self._at(each.recorded_at), words.event(each.name), each.by)
        self._console.print(table)

    def _frames(self, answer: Passport) -> None:
        path = answer.path
        for crossing in path.crossings:
            way = "поднялась выше" if crossing.upwards else "опустилась ниже"
            score, at = words.percent(crossing.score), self._at(crossing.at, precise=True)
            threshold = words.THRESHOLDS[crossing.threshold]
            self._console.print(f"{at} оценка {way} порога «{threshold}»: {score}, запись {crossing.sequence}")
        if path.repeats:
            self._console.print("Оценка выведена заново из этих кадров и равна записанной.")
        scores = {point.sequence: words.percent(point.score) for point in path.points}
        columns = ("Запись", "Снят", "Уверенность", "По правилу", "Оценка", "Рамка", "Признаки: есть/нет")
        table = Table(*columns, title=f"Кадры: {answer.frames.total}", title_justify="left")
        for frame in answer.frames.frames[:MOST_FRAMES]:
            cells = _seen(frame.seen, scores.get(frame.sequence, ""))
            table.add_row(str(frame.sequence), self._at(frame.captured_at, precise=True), *cells)
        if answer.frames.total > MOST_FRAMES:
            table.caption = f"… {answer.frames.total - MOST_FRAMES} (--json)"
        self._console.print(table)

    def _checkpoint(self, answer: Passport) -> Iterable[tuple[str, str]]:
        checkpoint = answer.checkpoint
        if checkpoint is None:
            yield "", "ещё не подписана"
            return
        trusted = {True: "подпись верна", False: "ПОДПИСЬ НЕ ВЕРНА", None: "ключа нотариуса здесь нет"}
        yield "Покрывает", f"{checkpoint.covered} из {answer.known.events_total} записей события"
        yield "Журнал", f"{checkpoint.size} записей, {self._at(checkpoint.signed_at)}, {trusted[checkpoint.trusted]}"
        yield "Корень", checkpoint.root

    def _table(self, title: str, rows: Iterable[tuple[str, str]]) -> None:
        table = Table(title=title, title_justify="left", show_header=False)
        for row in rows:
            table.add_row(*row)
        if table.row_count:
            self._console.print(table)

    def _at(self, at: datetime, *, precise: bool = False) -> str:
        return at.astimezone(self._tz).isoformat(" ", "milliseconds" if precise else "seconds")


def _schedule(schedule: Schedule | None) -> str:
    if schedule is None:
        return "всегда"
    return f"{'; '.join(map(words.window, schedule.windows)) or 'никогда'} ({schedule.tz})"


def _words_of(payload: str) -> str:
    plain = json.loads(payload)
    found = next((plain[name] for name in ("text", "reason", "assignee") if plain.get(name)), "")
    return str(found)


def _seen(seen: TrackSeen | None, score: str) -> tuple[str, ...]:
    """Cells of a frame's row behind its time."""
    if seen is None:
        return ("нет",)
    return (
        words.percent(seen.score),
        "" if seen.hit is None else words.percent(seen.hit),
        score,
        " ".join(f"{value:.3f}" for value in seen.box),
        ", ".join(f"{words.ATTRIBUTES[a.attribute]} {a.present:.2f}/{a.absent:.2f}" for a in seen.attributes),
    )
