// node cold-process.cjs FILE [load | health | all]: what a cold worker waits for. Requires FILE as the Functions worker does, and prints
// milliseconds of the wall and of the processor as JSON. `health`: then also asks the function of that name, through the library, as the worker does. `all`: then also
// reads every other file of the bundle. Plain JavaScript with as little as can be: what this file loads, the app would find warm.

const Module = require("node:module");

const { dirname, join } = require("node:path");

const [, , file, mode = "load"] = process.argv;
const callbacks = new Map();
let model;
const core = {
  registerFunction: (metadata, callback) => {
    callbacks.set(metadata.name, { metadata, callback });
    return { dispose() {} };
  },
  setProgrammingModel: (given) => {
    model = given;
  },
  registerHook: () => ({ dispose() {} }),
  log() {},
};
const load = Module._load;
Module._load = (name, ...rest) => (name === "@azure/functions-core" ? core : load(name, ...rest));

async function askHealth() {
  const { metadata, callback } = callbacks.get("health");
  const http = {
    method: "GET",
    url: "http://127.0.0.1:7071/api/health",
    nullableHeaders: { host: { value: "127.0.0.1:7071" } },
    nullableQuery: {},
    nullableParams: {},
  };
  const trigger = Object.entries(metadata.bindings).find(([, { type }]) => /httpTrigger/i.test(type))[0];
  const invocation = model.getInvocationModel({
    invocationId: "1",
    metadata,
    request: {
      invocationId: "1",
      functionId: "health",
      inputData: [{ name: trigger, data: { http } }],
      triggerMetadata: {},
      traceContext: {},
    },
    log() {},
  });
  const { context, inputs } = await invocation.getArguments();
  const result = await invocation.invokeFunction(context, inputs, callback);
  const { returnValue } = await invocation.getResponse(context, result);
  return JSON.parse(Buffer.from(returnValue.http.body.bytes).toString());
}

async function run() {
  const started = times({ wallMs: 0, cpuMs: 0 });
  require(file);
  const load = times(started);
  if (mode === "health") {
    const answer = await askHealth();
    if (answer.monitor === undefined) throw new Error(`no answer of /health: ${JSON.stringify(answer)}`);
  }
  if (mode === "all") {
    const names = require("node:fs").readdirSync(dirname(file));
    for (const name of names.filter((other) => other.endsWith(".cjs"))) require(join(dirname(file), name));
  }
  return { load, total: times(started) };
}

function times(since) {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now() - since.wallMs, cpuMs: (user + system) / 1000 - since.cpuMs };
}

run().then(
  (times) => process.stdout.write(JSON.stringify(times), () => process.exit(0)),
  (error) => {
    process.stderr.write(`${error.stack}\n`, () => process.exit(1));
  },
);
