import { defineConfig } from "vitest/config";
import { stub } from "./test/stub.ts";

export default defineConfig(({ mode }) => ({
  // `npm run dev` shows made-up data; LENS=http://127.0.0.1:4318 shows a lens's.
  plugins: mode === "development" && !process.env.LENS ? [stub()] : [],
  server: process.env.LENS ? { proxy: { "/api": process.env.LENS } } : {},
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../internal/page/dist",
    emptyOutDir: true,
    target: "es2022",
    // Everything is a file of its own: the page's policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    license: { fileName: "licenses.txt" },
  },
  test: {
    projects: [
      { test: { name: "unit", include: ["src/**/*.test.{ts,tsx}"], environment: "node" } },
      {
        test: {
          name: "browser",
          include: ["test/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
}));
