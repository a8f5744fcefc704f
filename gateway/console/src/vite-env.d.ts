/// <reference types="vite/client" />

// The light build lacks what a camera does not send (subtitles, DRM); its types are those of the whole.
declare module "hls.js/light" {
  export * from "hls.js";
  export { default } from "hls.js";
}
