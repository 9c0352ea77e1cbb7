// Writes the table of settings into README.md from the schema that checks them: `npm run readme`.

import { readFileSync, writeFileSync } from "node:fs";
import { updateSettingsTable } from "#config/settings-table.ts";

const README = new URL("../../README.md", import.meta.url);
writeFileSync(README, updateSettingsTable(readFileSync(README, "utf8")));
