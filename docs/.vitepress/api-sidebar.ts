import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DefaultTheme } from 'vitepress';

const FILE = fileURLToPath(new URL('../api/sidebar.json', import.meta.url));

/** The pages of the API, as the generator has listed them. */
export function apiSidebar(): DefaultTheme.SidebarItem[] {
  if (!existsSync(FILE)) throw new Error('The pages of the API are missing; run: npm run docs:build');
  return JSON.parse(readFileSync(FILE, 'utf8')) as DefaultTheme.SidebarItem[];
}
