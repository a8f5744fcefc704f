import { NOTHING, type Player, play, type Stage, type Transport, type Why } from "./player";

/** So long the picture before goes on while the next one is awaited: it has a place at the server of its own. */
const PATIENCE_MS = 10_000;
/** After so long what comes in segments is tried directly again, each time twice as long. */
const RETURN_MS = 30_000;
const LONGEST_RETURN_MS = 600_000;
/** What may be otherwise later: a page is open for weeks. */
const PASSING: readonly (Why | null)[] = ["FULL", "SILENT", "UNREACHABLE", "ENDED"];

interface Layer {
  video: HTMLVideoElement;
  player: Player;
  stage: Stage;
  transport: Transport;
  /** a try to come back: it is shown only when it plays directly */
  isReturn: boolean;
}

interface Told {
  onStage: (stage: Stage) => void;
  onTransport: (transport: Transport) => void;
}

/** One live picture: another one is begun behind the one that is shown, and takes its place once it plays. */
export class Screen {
  private current: Layer | null = null;
  private next: Layer | null = null;
  private list = "";
  private direct: string | null = null;
  private patience = 0;
  private returning = 0;
  private pause = RETURN_MS;
  private held = 0;

  constructor(
    private readonly box: HTMLElement,
    private readonly told: Told,
  ) {}

  get video(): HTMLVideoElement | null {
    return this.current?.video ?? null;
  }

  /** Of the picture that is shown: see Player. */
  capturedAt(): number | null {
    return this.current?.player.capturedAt() ?? null;
  }

  hold(milliseconds: number): void {
    this.held = milliseconds;
    this.current?.player.hold(milliseconds);
    this.next?.player.hold(milliseconds);
  }

  /** list: HLS; direct: where to ask for packets, null where there are none. */
  show(list: string, direct: string | null): void {
    this.list = list;
    this.direct = direct;
    this.pause = RETURN_MS;
    this.forgetNext();
    const layer = this.begun(false);
    if (this.current?.stage === "playing") {
      this.next = layer;
      this.patience = window.setTimeout(() => this.adopt(layer), PATIENCE_MS);
      this.judge(layer);
    } else {
      this.adopt(layer);
    }
  }

  close(): void {
    this.forgetNext();
    this.drop(this.current);
    this.current = null;
  }

  private begun(isReturn: boolean): Layer {
    const video = document.createElement("video");
    video.muted = video.autoplay = video.playsInline = true;
    video.className = "live-next";
    this.box.prepend(video);
    const transport: Transport = { by: "SEGMENTS", why: null };
    const layer: Layer = { video, player: NOTHING, stage: "starting", transport, isReturn };
    layer.player = play(video, this.list, this.direct, {
      onStage: (stage) => {
        layer.stage = stage;
        this.judge(layer);
      },
      onTransport: (found) => {
        layer.transport = found;
        this.judge(layer);
      },
    });
    layer.player.hold(this.held);
    return layer;
  }

  /** What begins is heard of when it is shown; whatever is no beginning any more is shown, trouble too. */
  private judge(layer: Layer): void {
    if (layer === this.current) {
      this.told.onStage(layer.stage);
      this.told.onTransport(layer.transport);
      this.plan(layer);
    } else if (layer === this.next && layer.isReturn && layer.transport.by === "SEGMENTS") {
      this.forgetNext();
      this.judge(this.current ?? layer);
    } else if (layer === this.next && layer.stage !== "starting") {
      this.adopt(layer);
    }
  }

  private adopt(layer: Layer): void {
    const before = this.current;
    this.current = layer;
    this.next = null;
    this.forgetNext();
    layer.video.className = "";
    this.drop(before);
    this.judge(layer);
  }

  /** Comes back to packets, where they were lost or not to be had. */
  private plan(shown: Layer): void {
    const { by, why } = shown.transport;
    if (by === "DIRECT" && shown.stage === "playing") {
      this.pause = RETURN_MS;
    } else if (PASSING.includes(why) && shown.stage === "playing" && this.next === null && this.returning === 0) {
      this.returning = window.setTimeout(() => {
        this.returning = 0;
        this.next = this.begun(true);
      }, this.pause);
      this.pause = Math.min(2 * this.pause, LONGEST_RETURN_MS);
    }
  }

  private forgetNext(): void {
    window.clearTimeout(this.patience);
    window.clearTimeout(this.returning);
    this.returning = 0;
    this.drop(this.next);
    this.next = null;
  }

  private drop(layer: Layer | null): void {
    layer?.player.close();
    layer?.video.remove();
  }
}
