// One violation of each rule of biome.json, at the place where the rule holds, and beside it what is allowed there.

export interface Plant {
  readonly title: string;
  readonly path: string;
  readonly text: string;
  /** A part of the finding; null: nothing is found. */
  readonly finding: string | null;
}

interface Layer {
  /** Where the files are planted. */
  readonly folder: string;
  readonly message: string;
  readonly allows: readonly string[];
  readonly refuses: readonly string[];
}

/** Ways out of a folder that a prefix alone would not catch. */
const DETOURS = ["./../../../../x.ts", "../../../../x.ts", "#core/../ports/clock.ts", "/etc/x.ts"];
const SDKS = [
  "@azure/arm-containerservice",
  "@azure/arm-monitor",
  "@azure/arm-network",
  "@azure/data-tables",
  "@azure/functions",
  "@azure/identity",
  "@azure/monitor-query",
  "@azure/storage-queue",
];
const HTTP = ["@azure/core-auth", "@azure/core-rest-pipeline"];
const NODE = ["node:fs", "node:fs/promises"];

/** All SDKs but those. */
function foreign(...own: readonly string[]): string[] {
  return SDKS.filter((name) => !own.includes(name));
}

const CORE = {
  message: "shared/core imports only shared/core.",
  refuses: [
    ...SDKS,
    ...HTTP,
    ...NODE,
    "fs",
    "zod",
    "#ports/clock.ts",
    "#app/collect.ts",
    "../../ports/clock.ts",
  ],
};
const APP = {
  message: "shared/app imports only shared/core, shared/ports and shared/app.",
  refuses: [
    ...SDKS,
    ...HTTP,
    ...NODE,
    "zod",
    "#adapters/tables/keys.ts",
    "#api/http.ts",
    "#config/settings.ts",
  ],
};
const API = {
  message: "shared/api imports only shared/core, shared/ports, shared/app, shared/config and zod",
  refuses: [...SDKS, ...HTTP, ...NODE, "#adapters/tables/keys.ts", "#shared/composition.ts"],
};
const CONFIG = {
  message: "shared/config imports only shared/core, shared/ports, zod and node:net.",
  refuses: [...SDKS, ...HTTP, ...NODE, "node:process", "#app/collect.ts", "#adapters/tables/keys.ts"],
};
const SIMULATED = {
  message: "infra/local/simulated-azure imports only Node and itself",
  refuses: [
    ...SDKS,
    ...HTTP,
    "zod",
    "#core/time.ts",
    "#shared/composition.ts",
    "../../../shared/core/time.ts",
  ],
};
const INBOX = {
  message: "infra/local/inbox imports only Node and itself",
  refuses: [...SDKS, "zod", "#core/time.ts", "#adapters/webhooks/teams-card.ts", "../../host/host.ts"],
};

function adapter(name: string, own: readonly string[], plumbing: boolean): Layer {
  return {
    folder: `shared/adapters/${name}`,
    message: `shared/adapters/${name} imports only`,
    allows: [
      "./x.ts",
      `#adapters/${name}/x.ts`,
      "#core/time.ts",
      "#ports/clock.ts",
      ...NODE,
      ...own,
      ...(plumbing ? ["#adapters/azure/deadline.ts"] : []),
    ],
    refuses: [
      ...foreign(...own),
      "#app/collect.ts",
      "#api/http.ts",
      "#config/settings.ts",
      "#shared/composition.ts",
      "#adapters/webhooks/post.ts",
      "../webhooks/post.ts",
      ...(plumbing || name === "azure" ? [] : ["#adapters/azure/deadline.ts"]),
    ],
  };
}

const LAYERS: readonly Layer[] = [
  { ...CORE, folder: "shared/core", allows: ["./time.ts", "#core/time.ts"] },
  { ...CORE, folder: "shared/core/snat", allows: ["./limits.ts", "../time.ts", "#core/time.ts"] },
  {
    folder: "shared/ports",
    message: "shared/ports imports only shared/core and shared/ports.",
    allows: ["./clock.ts", "#core/time.ts", "#ports/clock.ts"],
    refuses: [...SDKS, ...HTTP, ...NODE, "zod", "#app/collect.ts", "../core/time.ts"],
  },
  { ...APP, folder: "shared/app", allows: ["./x.ts", "#core/time.ts", "#ports/clock.ts", "#app/x.ts"] },
  { ...APP, folder: "shared/app/part", allows: ["../x.ts", "#core/time.ts", "#ports/clock.ts"] },
  { ...API, folder: "shared/api", allows: ["./x.ts", "#core/time.ts", "#config/settings.ts", "zod"] },
  { ...API, folder: "shared/api/part", allows: ["../x.ts", "#ports/clock.ts", "#app/x.ts", "#api/x.ts"] },
  { ...CONFIG, folder: "shared/config", allows: ["./x.ts", "#core/time.ts", "zod", "node:net"] },
  { ...CONFIG, folder: "shared/config/part", allows: ["../x.ts", "#ports/clock.ts", "#config/x.ts"] },
  adapter("azure", HTTP, false),
  adapter("identity", ["@azure/core-auth", "@azure/identity"], true),
  adapter("metrics", ["@azure/arm-monitor", "@azure/monitor-query", ...HTTP, "zod"], true),
  adapter("queues", ["@azure/storage-queue", ...HTTP, "zod"], false),
  adapter("tables", ["@azure/data-tables", ...HTTP, "zod"], false),
  adapter(
    "topology",
    ["@azure/arm-containerservice", "@azure/arm-containerservice/api", "@azure/arm-network", ...HTTP, "zod"],
    true,
  ),
  {
    folder: "shared/adapters/webhooks",
    message: "This adapter imports only shared/core, shared/ports, itself, Node and zod",
    allows: ["./post.ts", "#core/time.ts", "#ports/clock.ts", ...NODE, "zod"],
    refuses: [...SDKS, ...HTTP, "#app/x.ts", "#adapters/tables/keys.ts", "../tables/keys.ts"],
  },
  {
    folder: "shared",
    message: "shared/composition.ts imports only shared/",
    allows: ["#core/time.ts", "#ports/clock.ts", "#app/x.ts", "#adapters/tables/x.ts", "#api/x.ts", ...HTTP],
    refuses: [...SDKS, "zod", "../infra/local/host/host.ts", "../functions/main.ts"],
  },
  {
    folder: "functions",
    message: "functions/ imports only @azure/functions",
    allows: ["./logger.ts", "@azure/functions", "#shared/composition.ts", "#ports/logger.ts", "#api/http.ts"],
    refuses: [
      ...foreign("@azure/functions"),
      ...NODE,
      "zod",
      "#core/time.ts",
      "#app/x.ts",
      "#adapters/tables/keys.ts",
      "#config/settings.ts",
      "../shared/composition.ts",
      "../infra/local/host/host.ts",
    ],
  },
  {
    folder: "infra/build",
    message: "infra/build imports only Node and esbuild.",
    allows: ["./x.ts", "esbuild", ...NODE],
    refuses: [...SDKS, "#core/time.ts", "#shared/composition.ts", "../local/start.ts"],
  },
  {
    folder: "infra/local",
    message: "infra/local starts the service through shared/composition.ts",
    allows: ["./host/host.ts", "#shared/composition.ts", "#core/time.ts", "../../functions/main.ts", ...NODE],
    refuses: [
      ...SDKS,
      "#adapters/tables/keys.ts",
      "../../shared/composition.ts",
      "../../functions/logger.ts",
    ],
  },
  { ...SIMULATED, folder: "infra/local/simulated-azure", allows: ["./world/x.ts", ...NODE] },
  { ...SIMULATED, folder: "infra/local/simulated-azure/world", allows: ["../server.ts", ...NODE] },
  { ...INBOX, folder: "infra/local/inbox", allows: ["./serve.ts", ...NODE] },
  { ...INBOX, folder: "infra/local/inbox/page", allows: ["../json.ts", ...NODE] },
  {
    folder: "infra/local/host",
    message: "infra/local/host imports only Node",
    allows: ["./rpc.ts", "@azure/functions", "@azure/storage-queue", "zod", ...NODE],
    refuses: [...foreign("@azure/functions", "@azure/storage-queue"), "#core/time.ts", "../../../x.ts"],
  },
  {
    folder: "infra/local/azurite",
    message: "A part of infra/local imports only Node and itself",
    allows: ["./lock.ts", ...NODE, ...HTTP],
    refuses: [...SDKS, "zod", "#core/time.ts", "#shared/composition.ts", "../host/host.ts"],
  },
];

const FORMS: Readonly<Record<string, (from: string) => string>> = {
  "an import": (from) => `import { x } from "${from}";\nexport const y = x;\n`,
  "a bare import": (from) => `import "${from}";\n`,
  "an import of a type": (from) => `import type { X } from "${from}";\nexport type Y = X;\n`,
  "a dynamic import": (from) => `export const y = () => import("${from}");\n`,
  "a re-export": (from) => `export * from "${from}";\n`,
};

function* ofLayer({ folder, message, allows, refuses }: Layer): Generator<Plant> {
  let count = 0;
  const path = () => `${folder}/plant-${count++}.ts`;
  for (const from of allows) {
    for (const [form, write] of Object.entries(FORMS)) {
      yield {
        title: `${folder} may have ${form} of ${from}`,
        path: path(),
        text: write(from),
        finding: null,
      };
    }
  }
  for (const from of [...refuses, ...DETOURS, "left-pad", "@scope/left-pad"]) {
    for (const [form, write] of Object.entries(FORMS)) {
      yield {
        title: `${folder} refuses ${form} of ${from}`,
        path: path(),
        text: write(from),
        finding: message,
      };
    }
  }
}

const PURE = "Core and use cases take the instant as an argument";
const HANDED = "What this needs from outside is handed to it.";
const OPTIONS = "An adapter is handed its settings and its log.";
const CLOCK = "Take the clock and the randomness as an argument or an option";
const OUTSIDE = [
  "console",
  "crypto",
  "fetch",
  "globalThis",
  "performance",
  "process",
  "setImmediate",
  "setInterval",
  "setTimeout",
];

const GLOBALS: readonly (readonly [folder: string, names: readonly string[], message: string])[] = [
  ["shared/core", ["Date", ...OUTSIDE], PURE],
  ["shared/core/snat", ["Date", ...OUTSIDE], PURE],
  ["shared/ports", ["Date", ...OUTSIDE], PURE],
  ["shared/app", ["Date", ...OUTSIDE], PURE],
  ["shared/api", OUTSIDE, HANDED],
  ["shared/config", OUTSIDE, HANDED],
  ["functions", OUTSIDE, HANDED],
  ["shared/adapters/tables", ["console", "globalThis", "process"], OPTIONS],
  ["shared/adapters/webhooks", ["console", "globalThis", "process"], OPTIONS],
];

function* ofGlobals(): Generator<Plant> {
  for (const [folder, names, message] of GLOBALS) {
    for (const name of names) {
      yield {
        title: `${folder} refuses the global ${name}`,
        path: `${folder}/global-${name}.ts`,
        text: `export const x = ${name};\n`,
        finding: message,
      };
    }
  }
}

const NOW = "export const x = Date.now();\n";
const DICE = "export const x = (random = Math.random) => random();\n";
const MOCKS = "module mocks are not used here";
const TIMERS = "tests of core and app fake no timers";
const INLINE = "the layer rules do not see inline import types";
const CYCLE = "noImportCycles";

const OTHERS: readonly (readonly [title: string, path: string, text: string, finding: string | null])[] = [
  ["an adapter reads no clock", "shared/adapters/tables/now.ts", NOW, CLOCK],
  [
    "an adapter makes no date of now",
    "shared/adapters/tables/date.ts",
    "export const x = new Date();\n",
    CLOCK,
  ],
  ["a stated instant is no clock", "shared/adapters/tables/at.ts", "export const x = new Date(0);\n", null],
  ["an adapter throws no dice", "shared/adapters/queues/dice.ts", DICE, CLOCK],
  ["the core throws no dice", "shared/core/dice.ts", DICE, CLOCK],
  ["the API reads no clock", "shared/api/now.ts", NOW, CLOCK],
  ["a trigger reads no clock", "functions/now.ts", NOW, CLOCK],
  ["composition.ts has the clock", "shared/composition.ts", NOW, null],
  ["the time base has the dice", "shared/adapters/azure/time-base.ts", DICE, null],
  ["the local environment has a clock", "infra/local/now.ts", NOW, null],
  ["shared has no inline import type", "shared/core/a.ts", 'export type X = import("zod").X;\n', INLINE],
  ["nor one of a whole module", "functions/a.ts", 'export type X = typeof import("zod");\n', INLINE],
  ["nor has infra", "infra/local/host/a.ts", 'export type X = import("#core/time.ts").X;\n', INLINE],
  ["no test mocks a module", "test/api/a.test.ts", 'vi.mock("./x.ts", () => ({}));\n', MOCKS],
  ["nor later", "test/infra/a.test.ts", 'vi.doMock("./x.ts");\n', MOCKS],
  ["nor by hoisting", "test/adapters/a.test.ts", "export const x = vi.hoisted(() => 1);\n", MOCKS],
  ["a spy is no module mock", "test/api/b.test.ts", "export const x = vi.fn();\n", null],
  ["no test of the core fakes timers", "test/core/a.test.ts", "vi.useFakeTimers();\n", TIMERS],
  ["no test of a use case sets the time", "test/app/a.test.ts", "vi.setSystemTime(0);\n", TIMERS],
  ["a test of the host may", "test/infra/b.test.ts", "vi.useFakeTimers();\n", null],
  ["a test may import anything", "test/core/b.test.ts", 'import "#adapters/tables/keys.ts";\n', null],
  [
    "no cycle through relative paths",
    "shared/core/ring/a.ts",
    'import { b } from "./b.ts";\nexport const a = b;\n',
    CYCLE,
  ],
  [
    "no cycle through a layer's name",
    "shared/core/ring/b.ts",
    'import { a } from "#core/ring/a.ts";\nexport const b = a;\n',
    CYCLE,
  ],
  [
    "no cycle of types alone",
    "shared/core/types/a.ts",
    'import type { B } from "./b.ts";\nexport type A = B | 1;\n',
    CYCLE,
  ],
  [
    "nor on its way back",
    "shared/core/types/b.ts",
    'import type { A } from "./a.ts";\nexport type B = A | 2;\n',
    CYCLE,
  ],
  [
    "no promise is left alone",
    "shared/app/floating.ts",
    "async function f() {}\nexport function g() {\n  f();\n}\n",
    "noFloatingPromises",
  ],
  [
    "no package that package.json does not name",
    "infra/local/azurite/stray.ts",
    'import "left-pad";\n',
    "noUndeclaredDependencies",
  ],
];

export const PLANTS: readonly Plant[] = [
  ...LAYERS.flatMap((layer) => [...ofLayer(layer)]),
  ...ofGlobals(),
  ...OTHERS.map(([title, path, text, finding]) => ({ title, path, text, finding })),
];
