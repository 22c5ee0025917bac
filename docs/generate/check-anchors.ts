/** Ends with exit code 1 where a link of a built page names an anchor that its target does not have. */
import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { DOCS } from './folders.ts';

const SITE = join(DOCS, '.vitepress/dist');

const names = (await readdir(SITE, { recursive: true })).filter((name) => name.endsWith('.html'));
const pages = new Map<string, string>();
for (const name of names) pages.set(`/${name.replaceAll('\\', '/')}`, await readFile(join(SITE, name), 'utf8'));

const idsOf = new Map<string, ReadonlySet<string>>();
for (const [page, html] of pages) {
  idsOf.set(page, new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => id)));
}

const dead: string[] = [];
for (const [page, html] of pages) {
  const [, content = ''] = /<main[^>]*>(.*)<\/main>/s.exec(html) ?? [];
  for (const [, href = ''] of content.matchAll(/<a[^>]*\shref="([^"#:]*#[^"]*)"/g)) {
    const [path = '', anchor = ''] = href.split('#');
    const target = path === '' ? page : pathOf(posix.resolve(posix.dirname(page), path), path);
    if (idsOf.get(target)?.has(decodeURIComponent(anchor)) !== true) dead.push(`${page}: ${href}`);
  }
}
for (const link of dead) console.error(`no such anchor: ${link}`);
console.log(`${pages.size} pages, ${dead.length} dead anchors`);
if (dead.length > 0) process.exitCode = 1;

function pathOf(resolved: string, written: string): string {
  return written.endsWith('/') ? posix.join(resolved, 'index.html') : resolved;
}
