/** Why a photo, a video or a recording could not be made, by what the camera's process calls it. */

const why: [RegExp, string][] = [
  [/^MomentNotCovered: no video is kept/, "камера ещё не была на связи после перезапуска"],
  [/^MomentNotCovered: the video that is kept begins/, "к этому времени видео этого момента уже не хранилось"],
  [/^MomentNotCovered: the camera sent no picture/, "камера не прислала изображения в этот момент"],
  [/^MomentNotCovered: the recording of the moment cannot be read/, "архивная запись этого момента больше не читается"],
  [/^MomentNotCovered/, "видео этого момента нет"],
  [/^PhotoImpossible: this build/, "сервер не умеет записывать JPEG"],
  [/^PhotoImpossible/, "в этот момент не было ни одного неповреждённого кадра"],
  [/^CodecUnsupported/, "камера шлёт видео, которое нельзя сохранить без перекодирования: нужны H.264 или H.265"],
  [/^DetectionsGone/, "записи детекций за это время больше не хранятся"],
  [/^SpoolFull/, "хранилище файлов долго не отвечало, место для ожидающих файлов кончилось"],
  [/^RecordingImpossible: the camera sent no picture/, "камера не прислала изображения за время записи"],
  [/^(RecordingImpossible: )?the process ended/, "процесс камеры остановился раньше, чем пришло изображение"],
  [/^the camera's process did not run/, "процесс камеры в это время не работал"],
  [/^\d+ recordings of this camera go on already/, "на этой камере уже идёт наибольшее число записей"],
  [/^internal error/, "внутренняя ошибка, она записана в журнал"],
];

/** An unknown reason is shown as it was recorded: better English than nothing. */
export function missed(reason: string): string {
  return why.find(([known]) => known.test(reason))?.[1] ?? reason;
}
