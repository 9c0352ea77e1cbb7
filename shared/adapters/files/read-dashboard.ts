import { readFile } from "node:fs/promises";
import * as z from "zod";
import type { DashboardFile } from "#ports/dashboard-file.ts";

const List = z.array(z.object({ name: z.string(), type: z.string(), etag: z.string() }));

/**
 * Reads what the build has put beside the code of the app.
 *
 * @param folder with a slash at its end
 * @returns nothing where there is no such folder: the app runs from its sources
 */
export async function readDashboard(folder: URL): Promise<readonly DashboardFile[]> {
  const list = await readFile(new URL("files.json", folder), "utf8").catch((error: unknown) => {
    if (Object(error).code === "ENOENT") return "[]";
    throw error;
  });
  return Promise.all(
    List.parse(JSON.parse(list)).map(async ({ name, type, etag }) => {
      const [plain, gzip, br] = await Promise.all(
        ["", ".gz", ".br"].map((form) => readFile(new URL(`${name}${form}`, folder))),
      );
      if (plain === undefined || gzip === undefined || br === undefined)
        throw new Error(`${name} is not whole`);
      return { name, type, etag, plain, gzip, br };
    }),
  );
}
