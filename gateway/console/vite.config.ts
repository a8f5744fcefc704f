import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const DIST = join(import.meta.dirname, "dist");
const SWAGGER = join(import.meta.dirname, "node_modules", "swagger-ui-dist");

/** Packs what the gateway serves, so that it need not do so for every browser; Swagger UI goes along, packed only. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    closeBundle() {
      const swagger = join(DIST, "swagger");
      mkdirSync(swagger, { recursive: true });
      for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
        copyFileSync(join(SWAGGER, name), join(swagger, name));
        pack(join(swagger, name));
        rmSync(join(swagger, name));
      }
      const assets = join(DIST, "assets");
      for (const name of readdirSync(assets).filter((file) => /\.(js|css)$/.test(file))) {
        pack(join(assets, name));
      }
    },
  };
}

function pack(path: string): void {
  if (statSync(path).size > 1024) {
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
}

export default defineConfig({
  plugins: [react(), packed()],
  build: {
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: Object.fromEntries(["/api", "/media", "/live"].map((path) => [path, "http://127.0.0.1:8080"])) },
});
