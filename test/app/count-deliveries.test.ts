import { expect, test } from "vitest";
import { countDeliveries } from "#app/count-deliveries.ts";
import { DAY_MS } from "#core/time.ts";
import { MemoryInventoryStore } from "../support/memory/inventory-store.ts";
import { MemoryMonitorStore } from "../support/memory/monitor-store.ts";
import { MemoryOutbox, row, START, TestClock } from "./support-delivery.ts";

test("counts what was given up within a day, anew each time", async () => {
  const clock = new TestClock();
  const outbox = new MemoryOutbox();
  const monitor = new MemoryMonitorStore(new MemoryInventoryStore());
  await outbox.put([
    row(1),
    row(2, { state: "delivered", settledAtMs: START }),
    row(3, { state: "dead", settledAtMs: START }),
    row(4, { state: "dead", settledAtMs: START - DAY_MS }),
    row(5, { state: "dead", settledAtMs: START - DAY_MS + 1 }),
  ]);

  await countDeliveries({ outbox, monitor, clock });
  expect((await monitor.read()).deliveries).toEqual({ countedAtMs: START, dead: 2 });

  clock.advance(1);
  await countDeliveries({ outbox, monitor, clock });
  expect((await monitor.read()).deliveries).toEqual({ countedAtMs: START + 1, dead: 1 });
});
