import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHECKOUT } from '../support/run-hpo.ts';

const read = (file: string) => readFileSync(join(CHECKOUT, file), 'utf8');

/** The sections of docs/errors.md by the codes in their headings. */
const sections = new Map(
  read('docs/errors.md')
    .split(/^## /m)
    .slice(1)
    .map((section) => [/^\w+/.exec(section)?.[0] ?? '', section]),
);

it('docs/errors.md has an entry for each code, and for no other', () => {
  const declaration = /^export type ErrorCode =(.*?);$/ms.exec(read('src/base/errors.ts'))?.[1] ?? '';
  const codes = [...declaration.matchAll(/'(HPO_\w+)'/g)].map(([, code = '']) => code);
  expect([...sections.keys()].sort()).toEqual([...codes].sort());
  const sources = readdirSync(join(CHECKOUT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !/(\.test\.ts|errors\.ts)$/.test(name))
    .map((name) => read(join('src', name)));
  expect(codes.filter((code) => !sources.some((source) => source.includes(`'${code}'`)))).toEqual([]);
});

it('each entry has its meaning, causes, mend and anchor', () => {
  for (const [code, section] of sections) {
    expect(section.split('\n')[0]).toBe(`${code} {#${code}}`);
    const parts = [...section.matchAll(/\*\*(\w+)\.\*\*\s+\S/g)].map(([, part]) => part);
    expect(parts, code).toEqual(['Meaning', 'Causes', 'Mend']);
  }
});
