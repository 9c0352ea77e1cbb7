import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export const CHROMIUM = "/usr/bin/chromium";

type Json = Readonly<Record<string, unknown>>;

export interface Intercept {
  readonly address: RegExp;
  /** 0: the request fails, as if nobody were there. */
  readonly status: number;
  readonly body?: object;
}

/** A real browser with one tab, driven over its own debugging protocol. */
export interface Browser {
  /** Result of an expression in the page, awaited. @throws Error if it throws there */
  evaluate(expression: string): Promise<unknown>;
  command(method: string, params?: Json): Promise<Json>;
  goto(url: string): Promise<void>;
  /** Waits until the expression is truthy, and gives what it was. @throws Error with the page's text if it never is */
  until(expression: string, timeoutMs?: number): Promise<unknown>;
  /** Waits until nothing has been on its way over the network for a while. */
  settled(quietMs?: number): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  scheme(scheme: "light" | "dark"): Promise<void>;
  /** PNG of the window, or of the whole page. */
  screenshot(whole?: boolean): Promise<Buffer>;
  press(key: string, code?: number): Promise<void>;
  /** Types into what has the focus. */
  type(text: string): Promise<void>;
  drag(from: readonly [number, number], to: readonly [number, number]): Promise<void>;
  /** Answers requests whose address matches from here instead of from the service; none: the service answers all. */
  intercept(answers: readonly Intercept[]): Promise<void>;
  /** What the page has complained of: errors of the console, of scripts, of the policy. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "dashboard-browser-"));
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
  ];
  const child = spawn(CHROMIUM, [...flags, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const address = new URL(await debuggerAddress(child));
  const tabs: unknown = await (await fetch(`http://${address.host}/json/list`)).json();
  const tab = Array.isArray(tabs) ? tabs.find(({ type }) => type === "page") : undefined;
  const socket = new WebSocket(String(tab?.webSocketDebuggerUrl));
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });

  const complaints: string[] = [];
  let lastRequestMs = performance.now();
  const waiting = new Map<number, { resolve(result: Json): void; reject(error: Error): void }>();
  let id = 0;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data));
    const asker = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) asker?.reject(new Error(JSON.stringify(message.error)));
    else asker?.resolve(message.result);
    if (message.method === "Fetch.requestPaused") {
      void meet(message.params).catch((error: Error) => {
        // The page went elsewhere before it was answered.
        if (!error.message.includes("Invalid InterceptionId")) complaints.push(`intercept: ${error.message}`);
      });
    }
    if (message.method === "Network.requestWillBeSent") {
      lastRequestMs = performance.now();
      const foreign = foreignAddress(message.params);
      if (foreign !== null) complaints.push(`request to another origin: ${foreign}`);
    }
    if (/^Network.loading(Finished|Failed)$/.test(message.method)) lastRequestMs = performance.now();
    const complaint = complaintOf(message);
    if (complaint !== null) complaints.push(complaint);
  };
  const command = (method: string, params: Json = {}): Promise<Json> =>
    new Promise((resolve, reject) => {
      id += 1;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
  let intercepts: readonly Intercept[] = [];
  const meet = async ({ requestId, request }: Paused): Promise<void> => {
    const match = intercepts.find(({ address: pattern }) => pattern.test(request.url));
    if (match === undefined) await command("Fetch.continueRequest", { requestId });
    else if (match.status === 0)
      await command("Fetch.failRequest", { requestId, errorReason: "ConnectionRefused" });
    else {
      const body = Buffer.from(JSON.stringify(match.body ?? {})).toString("base64");
      const responseHeaders = [{ name: "content-type", value: "application/json" }];
      await command("Fetch.fulfillRequest", { requestId, responseCode: match.status, responseHeaders, body });
    }
  };
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await command(`${domain}.enable`);

  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await command("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails).slice(0, 500)}`);
    return Object(result)["value"];
  };
  const until = async (expression: string, timeoutMs = 20_000): Promise<unknown> => {
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      const value = await evaluate(expression);
      if (value) return value;
      if (performance.now() > deadlineMs) {
        const text = String(await evaluate("document.body.innerText")).slice(0, 1_500);
        throw new Error(`not within ${timeoutMs} ms: ${expression}\n${text}\n${complaints.join("\n")}`);
      }
      await sleep(100);
    }
  };
  const mouse = (type: string, [x, y]: readonly [number, number], buttons: number) =>
    command("Input.dispatchMouseEvent", { type, x, y, button: "left", buttons, clickCount: 1 });

  return {
    evaluate,
    command,
    until,
    complaints,
    intercept: async (answers) => {
      intercepts = answers;
      if (answers.length > 0) await command("Fetch.enable");
    },
    goto: async (url) => {
      await command("Page.navigate", { url });
      await until("document.readyState === 'complete'");
    },
    settled: async (quietMs = 500) => {
      while (performance.now() - lastRequestMs < quietMs) await sleep(50);
    },
    resize: async (width, height) => {
      await command("Emulation.setDeviceMetricsOverride", {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      });
    },
    scheme: async (value) => {
      await command("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
    },
    screenshot: async (whole = false) => {
      const { data } = await command("Page.captureScreenshot", {
        format: "png",
        captureBeyondViewport: whole,
      });
      return Buffer.from(String(data), "base64");
    },
    press: async (key, code = key.charCodeAt(0)) => {
      await command("Input.dispatchKeyEvent", { type: "keyDown", key, windowsVirtualKeyCode: code });
      await command("Input.dispatchKeyEvent", { type: "keyUp", key, windowsVirtualKeyCode: code });
    },
    type: async (text) => {
      await command("Input.insertText", { text });
    },
    drag: async (from, to) => {
      await mouse("mouseMoved", from, 0);
      await mouse("mousePressed", from, 1);
      await mouse("mouseMoved", [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], 1);
      await mouse("mouseMoved", to, 1);
      await mouse("mouseReleased", to, 0);
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      socket.close();
      child.kill("SIGTERM");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Paused {
  readonly requestId: string;
  readonly request: { readonly url: string };
}

async function debuggerAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the browser ended with ${code}`)));
    createInterface({ input: child.stderr ?? process.stdin }).on("line", (line) => {
      const [, found] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
}

/** An address that does not belong to the page that asks for it; `null` for one that does. */
function foreignAddress({ request, documentURL }: Json): string | null {
  const address = String(Object(request).url);
  if (!/^https?:/.test(address) || !/^https?:/.test(String(documentURL))) return null;
  return new URL(address).origin === new URL(String(documentURL)).origin ? null : address;
}

function complaintOf({
  method,
  params,
}: {
  readonly method?: string;
  readonly params?: Json;
}): string | null {
  const { entry, type, args, exceptionDetails } = Object(params);
  if (method === "Runtime.exceptionThrown")
    return `script: ${JSON.stringify(exceptionDetails).slice(0, 800)}`;
  if (method === "Log.entryAdded" && entry.level === "error")
    return `${entry.source}: ${entry.text} ${entry.url ?? ""}`;
  if (method === "Runtime.consoleAPICalled" && (type === "error" || type === "assert"))
    return `console: ${JSON.stringify(args).slice(0, 800)}`;
  return null;
}
