import { defineConfig } from "vite";

/** Where the dev server finds a running console, whose proxy and stack it borrows. */
const stores = process.env.CONSOLE ?? "http://127.0.0.1:3001";

export default defineConfig({
  resolve: { alias: { "node:timers/promises": "/src/sleep.ts" } },
  build: { outDir: "node_modules/.console", target: "es2024", chunkSizeWarningLimit: 1000 },
  server: { proxy: { "/api": stores, "/stack.json": stores }, fs: { allow: [".."] } },
});
