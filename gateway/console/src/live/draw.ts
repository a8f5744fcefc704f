import type { CameraViewFragment } from "../gql/documents";
import { ru } from "../locale/ru";
import { colours } from "../theme";
import type { Track } from "./frames";

type Zone = CameraViewFragment["zones"][number];

/** Below this score a box is drawn faintly. */
const UNSURE = 0.45;
const FONT = '500 12px Inter, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';

/** Where the picture lies on the canvas, in CSS pixels: a video that does not fill its element has bars. */
interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What to draw; a small picture has no room for words. */
export interface Seen {
  zones: Zone[];
  tracks: Track[];
  words: boolean;
}

/** Zones and boxes on a canvas that covers the video. */
export function draw(canvas: HTMLCanvasElement, video: HTMLVideoElement, seen: Seen): void {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  if (!context) {
    return;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  if (!video.videoWidth) {
    return;
  }
  const place = contained(video, width, height);
  context.font = FONT;
  context.translate(place.left, place.top);
  for (const zone of seen.zones) {
    drawZone(context, zone, place.width, place.height);
  }
  for (const track of seen.tracks) {
    drawTrack(context, track, place.width, place.height, seen.words);
  }
  context.globalAlpha = 1;
}

function contained(video: HTMLVideoElement, width: number, height: number): Place {
  const scale = Math.min(width / video.videoWidth, height / video.videoHeight);
  const shown = { width: video.videoWidth * scale, height: video.videoHeight * scale };
  return { left: (width - shown.width) / 2, top: (height - shown.height) / 2, ...shown };
}

function drawZone(context: CanvasRenderingContext2D, zone: Zone, width: number, height: number): void {
  context.beginPath();
  zone.polygon.forEach(([x = 0, y = 0], i) => {
    context[i ? "lineTo" : "moveTo"](x * width, y * height);
  });
  context.closePath();
  context.fillStyle = "rgba(74, 168, 255, 0.10)";
  context.strokeStyle = colours.zone;
  context.lineWidth = 1.5;
  context.setLineDash([6, 4]);
  context.fill();
  context.stroke();
  context.setLineDash([]);
  const [x = 0, y = 0] = zone.polygon.reduce((top, point) => ((point[1] ?? 0) < (top[1] ?? 0) ? point : top));
  label(context, zone.name, x * width, y * height - 4, colours.zone, width);
}

function drawTrack(
  context: CanvasRenderingContext2D,
  track: Track,
  width: number,
  height: number,
  words: boolean,
): void {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = track.box;
  const helmet = track.attributes.find((item) => item.attribute === "HELMET");
  const bare = helmet !== undefined && helmet.absent > helmet.present;
  const colour = bare ? colours.violation : colours.good;
  context.globalAlpha = track.score < UNSURE ? 0.5 : 1;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(x1 * width, y1 * height, (x2 - x1) * width, (y2 - y1) * height);
  if (!words) {
    return;
  }
  if (track.objectClass === "MACHINE") {
    const states = track.attributes.filter((item) => item.present > item.absent).map((item) => ru.passport.attribute[item.attribute]);
    const text = [ru.objectClass.MACHINE, ...states].join(", ");
    label(context, text, x1 * width, y1 * height - 4, colour, width);
    return;
  }
  const worn = helmet ? `, ${bare ? ru.cameras.noHelmet : ru.cameras.helmet}` : "";
  const text = `${ru.objectClass[track.objectClass]}${worn} ${Math.round(track.score * 100)} %`;
  label(context, text, x1 * width, y1 * height - 4, colour, width);
}

function label(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  bottom: number,
  colour: string,
  width: number,
): void {
  const wide = context.measureText(text).width + 8;
  const left = Math.max(0, Math.min(x, width - wide));
  const base = Math.max(16, bottom);
  context.fillStyle = "rgba(13, 17, 22, 0.82)";
  context.fillRect(left, base - 15, wide, 17);
  context.fillStyle = colour;
  context.fillText(text, left + 4, base - 2);
}
