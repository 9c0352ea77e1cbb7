// The entry of the page.

import { openApi } from "./live/api-client.ts";
import { runApp } from "./live/app.ts";

const root = document.getElementById("app");
// `/api/dashboard/main-HASH.js`: the API is beside the folder of this file, whatever stands before it.
const base = import.meta.url.replace(/(\/dashboard)+\/[^/]*$/, "/");
if (root !== null) runApp(root, openApi(base));
