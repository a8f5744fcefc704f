import { NOTHING, type Player, play, type Stage, type Transport } from "./player";

/** So long the picture before goes on while the next one is awaited: it has a place at the server of its own. */
const PATIENCE_MS = 10_000;

interface Layer {
  video: HTMLVideoElement;
  player: Player;
  stage: Stage;
  transport: Transport;
}

interface Told {
  onStage: (stage: Stage) => void;
  onTransport: (transport: Transport) => void;
}

/** One live picture: another quality is begun behind the one that is shown, and takes its place once it plays. */
export class Screen {
  private current: Layer | null = null;
  private next: Layer | null = null;
  private timer = 0;
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
    this.drop(this.next);
    this.next = null;
    window.clearTimeout(this.timer);
    const layer = this.begun(list, direct);
    if (this.current?.stage === "playing") {
      this.next = layer;
      this.timer = window.setTimeout(() => this.adopt(layer), PATIENCE_MS);
      this.judge(layer);
    } else {
      this.adopt(layer);
    }
  }

  close(): void {
    window.clearTimeout(this.timer);
    this.drop(this.next);
    this.drop(this.current);
    this.next = this.current = null;
  }

  private begun(list: string, direct: string | null): Layer {
    const video = document.createElement("video");
    video.muted = video.autoplay = video.playsInline = true;
    video.className = "live-next";
    this.box.prepend(video);
    const layer: Layer = { video, player: NOTHING, stage: "starting", transport: { by: "SEGMENTS", why: null } };
    layer.player = play(video, list, direct, {
      onStage: (stage) => {
        layer.stage = stage;
        this.judge(layer);
      },
      onTransport: (transport) => {
        layer.transport = transport;
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
    } else if (layer === this.next && layer.stage !== "starting") {
      this.adopt(layer);
    }
  }

  private adopt(layer: Layer): void {
    window.clearTimeout(this.timer);
    const before = this.current;
    this.current = layer;
    this.next = null;
    layer.video.className = "";
    this.drop(before);
    this.judge(layer);
  }

  private drop(layer: Layer | null): void {
    layer?.player.close();
    layer?.video.remove();
  }
}
