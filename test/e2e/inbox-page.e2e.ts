import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Inbox, startInbox } from "../../infra/local/inbox/start-inbox.ts";

const CHROMIUM = "/usr/bin/chromium";
const HOSTILE = `<img src=x onerror="document.title='owned'"> <script>document.title="owned"</script>`;

let inbox: Inbox;

beforeEach(async () => {
  inbox = await startInbox({ log: () => {} });
});
afterEach(() => inbox.close());

/** What a real browser makes of the page, and what it complained about. */
async function open(address: string): Promise<{ dom: string; complaints: string }> {
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-logging=stderr",
    "--virtual-time-budget=3000",
  ];
  const { stdout, stderr } = await promisify(execFile)(CHROMIUM, [...flags, "--dump-dom", address], {
    maxBuffer: 16 * 1024 * 1024,
    timeout: 60_000,
  });
  const complaints = stderr.split("\n").filter((line) => line.includes("CONSOLE"));
  return { dom: stdout, complaints: complaints.join("\n") };
}

async function post(url: string, body: object): Promise<void> {
  await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

// Only a developer without the browser skips it: `.ci/run` installs it.
describe.skipIf(!existsSync(CHROMIUM) && !process.env["CI"])("the inbox page in a real browser", () => {
  test("shows a card and a message as the clients would, and complains of nothing", async () => {
    await post(inbox.teamsUrl, {
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          contentUrl: null,
          content: {
            type: "AdaptiveCard",
            version: "1.5",
            body: [{ type: "TextBlock", text: "node a uses 900 of 1,024" }],
          },
        },
      ],
    });
    await post(inbox.slackUrl, {
      text: "told",
      blocks: [{ type: "header", text: { type: "plain_text", text: "a header" } }],
    });
    const { dom, complaints } = await open(inbox.address);
    expect(dom).toContain("node a uses 900 of 1,024");
    expect(dom).toContain("a header");
    expect(complaints).toBe("");
  });

  test("text from Azure is text, never markup", async () => {
    await post(inbox.slackUrl, {
      text: HOSTILE,
      blocks: [{ type: "section", text: { type: "plain_text", text: HOSTILE } }],
    });
    const { dom } = await open(inbox.address);
    expect(dom).toContain("&lt;img src=x");
    expect(dom).not.toMatch(/<title>owned/);
  });
});
