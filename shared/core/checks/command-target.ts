import { parseResourceId } from "../egress/resource-id.ts";
import { shellWord } from "./az-command.ts";

/** The part of a command that says where a resource lives, and its name; placeholders for an id that cannot be taken apart. */
export function commandTarget(id: string): { readonly scope: string; readonly name: string } {
  const parts = parseResourceId(id);
  if (parts === null) return { scope: '--resource-group "<resource group>"', name: shellWord(id) };
  const group = shellWord(parts.resourceGroup);
  return {
    scope: `--subscription ${shellWord(parts.subscriptionId)} --resource-group ${group}`,
    name: shellWord(parts.name),
  };
}
