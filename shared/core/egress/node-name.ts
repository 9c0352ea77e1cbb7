import { nameOf } from "./resource-id.ts";

const SCALE_SET_MACHINE = /^(.*\/virtualmachinescalesets\/([^/]+))\/virtualmachines\/(\d+)(?:\/|$)/;

/** The scale set (key) that the key of a machine, network interface or IP configuration belongs to; `null` for none. */
export function scaleSetKeyOf(key: string): string | null {
  return SCALE_SET_MACHINE.exec(key)?.[1] ?? null;
}

/**
 * Name of the Kubernetes node on a virtual machine.
 *
 * A machine of a Uniform scale set is named after the set and its instance number in base 36, six digits: Azure docs,
 * "Understand instance IDs for Azure VM Scale Set VMs", section "Scale set VM computer name". Any other machine carries
 * the node's name itself.
 *
 * @param key of the machine, or of something below it
 */
export function nodeNameOf(key: string): string {
  const [, , scaleSet, instance] = SCALE_SET_MACHINE.exec(key) ?? [];
  if (scaleSet === undefined || instance === undefined) return nameOf(key);
  return `${scaleSet}${Number(instance).toString(36).padStart(6, "0")}`;
}

/**
 * The node pool that a scale set or machine belongs to: `aks-<pool>-<digits>-vmss` (Linux), `aks<pool>` (Windows).
 *
 * @param name of the scale set or machine, in lower case
 * @returns `null` if it carries the name of none of these pools
 */
export function poolOfMachine(name: string, pools: readonly { readonly name: string }[]): string | null {
  const [, linux] = /^aks-([a-z0-9]+)-/.exec(name) ?? [];
  const [, windows] = /^aks([a-z0-9]+)$/.exec(name) ?? [];
  const found =
    pools.find((pool) => pool.name.toLowerCase() === linux) ??
    pools.find((pool) => windows !== undefined && isWindowsMachine(windows, pool.name.toLowerCase()));
  return found?.name ?? null;
}

/** `win1` itself (a scale set), or followed by an instance number (a machine). */
function isWindowsMachine(rest: string, pool: string): boolean {
  return rest === pool || (rest.length === pool.length + 6 && rest.startsWith(pool));
}

/** The pool of a machine, network interface or IP configuration by its key. */
export function poolOfKey(key: string, pools: readonly { readonly name: string }[]): string | null {
  const [, , scaleSet] = SCALE_SET_MACHINE.exec(key) ?? [];
  return poolOfMachine(scaleSet ?? nameOf(key), pools);
}
