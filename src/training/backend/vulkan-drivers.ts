import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Whether a Vulkan driver is registered where the loader looks for one on Linux: in the files that VK_DRIVER_FILES or
 * VK_ICD_FILENAMES name, else in the `vulkan/icd.d` of the configuration and data folders. Dawn is asked only where it
 * is true, since it writes warnings to stderr where there is no driver.
 */
export function hasVulkanDriver(env: NodeJS.ProcessEnv = process.env): boolean {
  const named = env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES;
  if (named) return named.split(delimiter).some(existsSync);
  const home = env.HOME ?? homedir();
  const bases = [
    env.XDG_CONFIG_HOME ?? join(home, '.config'),
    ...listed(env.XDG_CONFIG_DIRS, '/etc/xdg'),
    '/etc',
    env.XDG_DATA_HOME ?? join(home, '.local', 'share'),
    ...listed(env.XDG_DATA_DIRS, '/usr/local/share:/usr/share'),
  ];
  return bases.some((base) => hasJson(join(base, 'vulkan', 'icd.d')));
}

function listed(paths: string | undefined, otherwise: string): string[] {
  return (paths || otherwise).split(delimiter);
}

function hasJson(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.json'));
  } catch {
    return false;
  }
}
