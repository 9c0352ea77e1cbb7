// Violations of every rule in biome.json, at the places where the rules hold, and beside them what is allowed there.
// One file holds many, each on a line of its own: the linter is started once for all of them.

export interface Plant {
  readonly line: string;
  /** A part of what the linter says about the line; null: nothing about layers. */
  readonly finding: string | null;
}

export interface PlantedFile {
  readonly title: string;
  readonly path: string;
  readonly plants: readonly Plant[];
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

const DASHBOARD = {
  message: "shared/dashboard imports only itself, uplot and #api/answers",
  refuses: [...SDKS, ...HTTP, ...NODE, "zod", "#core/time.ts", "#api/http.ts", "#shared/composition.ts"],
};

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
  adapter("logs", ["@azure/monitor-query", ...HTTP], true),
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
    message: "shared/composition.ts and jobs.ts import only shared/",
    allows: ["#core/time.ts", "#ports/clock.ts", "#app/x.ts", "#adapters/tables/x.ts", "#api/x.ts", ...HTTP],
    refuses: [...SDKS, "zod", "../infra/local/host/host.ts", "../functions/main.ts"],
  },
  { ...DASHBOARD, folder: "shared/dashboard", allows: ["./x.ts", "#api/answers/plan.ts", "uplot"] },
  { ...DASHBOARD, folder: "shared/dashboard/part", allows: ["../x.ts", "#api/answers/plan.ts"] },
  { ...DASHBOARD, folder: "shared/dashboard/part/of", allows: ["../../x.ts", "../x.ts", "./x.ts"] },
  {
    folder: "functions",
    message: "functions/ imports only @azure/functions",
    allows: [
      "./logger.ts",
      "@azure/functions",
      "#shared/composition.ts",
      "#shared/dashboard-files.ts",
      "#ports/logger.ts",
      "#api/http.ts",
    ],
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
    message: "infra/build imports only Node, esbuild, shared/config and shared/ports.",
    allows: ["./x.ts", "#config/settings.ts", "#ports/x.ts", "esbuild", ...NODE],
    refuses: [...SDKS, "#core/time.ts", "#shared/composition.ts", "../local/start.ts"],
  },
  {
    folder: "infra/local",
    message: "infra/local starts the service through shared/composition.ts",
    allows: [
      "./host/host.ts",
      "#shared/admin.ts",
      "#shared/composition.ts",
      "#shared/dashboard-files.ts",
      "#core/time.ts",
      "../../functions/main.ts",
      "../build/dashboard.ts",
      ...NODE,
    ],
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

const FORMS: readonly ((from: string, at: string) => string)[] = [
  (from) => `import "${from}";`,
  (from, at) => `import { x as x${at} } from "${from}"; export const y${at} = x${at};`,
  (from, at) => `import type { X as X${at} } from "${from}"; export type Y${at} = X${at};`,
  (from, at) => `export const z${at} = () => import("${from}");`,
  (from) => `export * from "${from}";`,
];

function inEveryForm(specifiers: readonly string[], finding: string | null): Plant[] {
  return specifiers.flatMap((from, index) =>
    FORMS.map((write, form) => ({ line: write(from, `${index}_${form}`), finding })),
  );
}

function ofLayer({ folder, message, allows, refuses }: Layer): PlantedFile[] {
  const refused = [...refuses, ...DETOURS, "left-pad", "@scope/left-pad"];
  return [
    {
      title: `${folder} imports what it may`,
      path: `${folder}/allowed.ts`,
      plants: inEveryForm(allows, null),
    },
    {
      title: `${folder} imports nothing else, in no form`,
      path: `${folder}/refused.ts`,
      plants: inEveryForm(refused, message),
    },
  ];
}

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

const GLOBALS: readonly (readonly [folder: string, names: readonly string[]])[] = [
  ["shared/core", ["Date", ...OUTSIDE]],
  ["shared/core/snat", ["Date", ...OUTSIDE]],
  ["shared/ports", ["Date", ...OUTSIDE]],
  ["shared/app", ["Date", ...OUTSIDE]],
  ["shared/api", OUTSIDE],
  ["shared/config", OUTSIDE],
  ["functions", OUTSIDE],
  ["shared/adapters/tables", ["console", "globalThis", "process"]],
  ["shared/adapters/webhooks", ["console", "globalThis", "process"]],
];

function ofGlobals([folder, names]: readonly [string, readonly string[]]): PlantedFile {
  return {
    title: `${folder} reaches for no global of the outside`,
    path: `${folder}/globals.ts`,
    plants: names.map((name, at) => ({
      line: `export const x${at} = ${name};`,
      finding: `Do not use the global variable ${name}.`,
    })),
  };
}

const NOW = "export const now = Date.now();";
const CALLED_LATER = "export const read = (clock = Date.now) => clock();";
const TODAY = "export const today = new Date();";
const STATED = "export const then = new Date(0);";
const DICE = "export const roll = (random = Math.random) => random();";
const INLINE_TYPE = 'export type X = import("zod").X;';
const INLINE_MODULE = 'export type M = typeof import("zod");';
const MODULE_MOCKS = ['vi.mock("./x.ts", () => ({}));', 'vi.doMock("./y.ts");', "vi.hoisted(() => 1);"];
const FAKE_TIMERS = ["vi.useFakeTimers();", "vi.setSystemTime(0);"];
const SPY = "export const spy = vi.fn();";

const WHOLE_ZOD = ['import { z } from "zod";', 'import { type ZodType, z } from "zod";'];
const ZOD_PARTS = ['import * as z from "zod";', 'import type { z as types } from "zod";'];

const WHOLE = "brings all of zod into the bundle";
const MOCKED = "module mocks are not used here";
const FAKED = "tests of core and app fake no timers";
const INLINED = "the layer rules do not see inline import types";
const CYCLE = "This import is part of a cycle.";

type Row = readonly [title: string, path: string, lines: readonly string[], finding: string | null];

const ROWS: readonly Row[] = [
  ["an adapter has no clock", "shared/adapters/tables/clock.ts", [NOW, CALLED_LATER, TODAY, DICE], CLOCK],
  ["a stated instant is no clock", "shared/adapters/tables/stated.ts", [STATED], null],
  ["the core throws no dice", "shared/core/dice.ts", [DICE], CLOCK],
  ["the API has no clock", "shared/api/clock.ts", [NOW, TODAY], CLOCK],
  ["a trigger has no clock", "functions/clock.ts", [NOW, TODAY], CLOCK],
  ["composition.ts has the clock", "shared/composition.ts", [NOW, DICE], null],
  ["jobs.ts has the clock", "shared/jobs.ts", [NOW, DICE], null],
  ["the time base has the dice", "shared/adapters/azure/time-base.ts", [DICE], null],
  ["the local environment has a clock", "infra/local/clock.ts", [NOW], null],
  ["shared imports no type inline", "shared/core/inline.ts", [INLINE_TYPE, INLINE_MODULE], INLINED],
  ["functions import no type inline", "functions/inline.ts", [INLINE_TYPE, INLINE_MODULE], INLINED],
  ["infra imports no type inline", "infra/local/host/inline.ts", [INLINE_TYPE, INLINE_MODULE], INLINED],
  ["the API takes of zod what it uses", "shared/api/zod.ts", WHOLE_ZOD, WHOLE],
  ["types and the namespace of zod are well", "shared/api/zod-parts.ts", ZOD_PARTS, null],
  ["no test mocks a module", "test/api/mock.test.ts", MODULE_MOCKS, MOCKED],
  ["a spy is no module mock", "test/api/spy.test.ts", [SPY], null],
  ["no test of the core fakes timers", "test/core/timers.test.ts", FAKE_TIMERS, FAKED],
  ["no test of a use case fakes timers", "test/app/timers.test.ts", FAKE_TIMERS, FAKED],
  ["a test of the host may", "test/infra/timers.test.ts", FAKE_TIMERS, null],
  ["a test may import any layer", "test/core/any.test.ts", ['import "#adapters/tables/keys.ts";'], null],
  ["no cycle by paths", "shared/core/ring/a.ts", ['export { b } from "./b.ts";'], CYCLE],
  ["no cycle by names", "shared/core/ring/b.ts", ['export { a } from "#core/ring/a.ts";'], CYCLE],
  ["no cycle of types", "shared/core/types/a.ts", ['export type { B } from "./b.ts";'], CYCLE],
  ["no cycle of types, back", "shared/core/types/b.ts", ['export type { A } from "./a.ts";'], CYCLE],
  [
    "no promise is left alone",
    "shared/app/floating.ts",
    ["export async function f() { Promise.resolve(1); }"],
    "noFloatingPromises",
  ],
  [
    "no package that package.json does not name",
    "infra/local/azurite/stray.ts",
    ['import "left-pad";'],
    "Dependency left-pad isn't specified",
  ],
];

export const PLANTED: readonly PlantedFile[] = [
  ...LAYERS.flatMap(ofLayer),
  ...GLOBALS.map(ofGlobals),
  ...ROWS.map(([title, path, lines, finding]) => ({
    title,
    path,
    plants: lines.map((line) => ({ line, finding })),
  })),
];
