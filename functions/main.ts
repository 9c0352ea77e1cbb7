// Every trigger of the app: the entry of the bundle, and what the local host loads.

import "./api.http.ts";
import "./collect.timer.ts";
import "./collect-shard.queue.ts";
import "./compact.timer.ts";
import "./dashboard.http.ts";
import "./deliver.queue.ts";
import "./discover.timer.ts";
import "./import.timer.ts";
import "./sweep.timer.ts";
