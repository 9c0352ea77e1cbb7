import { expect, test } from "vitest";
import { withoutEvents } from "../../shared/dashboard/text/events.ts";

test.for([400, 500, 503, 0])("a time line that answers %i is a note beside the chart", (status) => {
  expect(withoutEvents(status, "not now")).toEqual({ events: [], incomplete: true, faults: ["not now"] });
});

test("a service without a time line has no events; one that asks for a key gets the page to ask", () => {
  expect(withoutEvents(404, "no such route")).toEqual({ events: [], incomplete: false, faults: [] });
  expect(withoutEvents(401, "expected a key")).toBeNull();
});
