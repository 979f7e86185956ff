// A lens of its own for a test: built, started, fed and stopped.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Each module is built with exactly its own requirements. */
const env = { ...process.env, GOWORK: "off" };

export interface Lens {
  url: string;
  /** Runs the example service for some seconds, with its telemetry sent here. */
  feed: (...flags: string[]) => Promise<void>;
  /** Sends OTLP/HTTP JSON, and returns the answer's status. */
  send: (traces: object) => Promise<number>;
  stop: () => Promise<void>;
}

export async function startLens(): Promise<Lens> {
  const folder = mkdtempSync(join(tmpdir(), "lens-"));
  const binary = join(folder, "lens");
  await run("go", ["build", "-o", binary, "."], { cwd: join(root, "lens"), env });
  const child = spawn(binary, ["--addr", "127.0.0.1:0", "--db", join(folder, "lens.duckdb")], { stdio: ["ignore", "ignore", "pipe"] });
  const url = await address(child);
  return {
    url,
    feed: async (...flags) => {
      await run("go", ["run", ".", ...flags], {
        cwd: join(root, "examples/pipeline"),
        env: { ...env, HONEYCOMB_API_KEY: "", OTEL_EXPORTER_OTLP_ENDPOINT: url },
        maxBuffer: 64 << 20,
      });
    },
    send: async (traces) => {
      const answer = await fetch(`${url}/v1/traces`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(traces) });
      return answer.status;
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((done) => child.once("exit", done));
        child.kill("SIGTERM");
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What lens says that it listens on. */
function address(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let said = "";
    child.stderr!.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\/\/[\d.]+:\d+/.exec(said);
      if (found) done(found[0]);
    });
    child.once("exit", () => fail(new Error(`lens ended: ${said}`)));
  });
}
