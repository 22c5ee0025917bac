import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../support/run-hpo.ts';

/** A block of code of a page. */
export interface Block {
  /** The page below the checkout, and the line of the block's fence: `docs/spaces.md:12`. */
  readonly at: string;
  /** The language of the fence. */
  readonly language: 'ts' | 'js' | 'sh' | 'python';
  /** The file that it is of, by its first line `// name.ts` or `# name.py`; undefined for a program. */
  readonly file: string | undefined;
  /** Whether the page only shows it: its fence says `no-run`. */
  readonly isOnlyShown: boolean;
  /** The code, with what hidden comments of the page put before and after it. */
  readonly code: string;
}

/** A fence, with the hidden comments next to it. */
const FENCE =
  /(?:^<!-- before\n((?:(?!-->)[^\n]*\n)*)-->\n+)?^```(\w+)([^\n]*)\n(.*?)^```\n(?:\n*<!-- after\n(.*?)^-->)?/gms;

/** The languages of code; blocks of others show output or data. */
const CODE: readonly string[] = ['ts', 'js', 'sh', 'python'] satisfies Block['language'][];

const NAME = /^(?:\/\/|#) ([\w./-]+\.(?:[mc]?ts|js|py|sh))\n/;

/** The pages with blocks of code, by their paths below the checkout. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(join(CHECKOUT, 'docs'))
    .filter((name) => name.endsWith('.md') && !['changelog.md', 'measurements.md', 'tests.md'].includes(name)) // made from other texts
    .map((name) => `docs/${name}`),
];

/** The blocks of code of a page, in its order. */
export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(CHECKOUT, page), 'utf8');
  return [...text.matchAll(FENCE)].flatMap((match): Block[] => {
    const [whole, before = '', language = '', info = '', shown = '', after = ''] = match;
    if (!CODE.includes(language)) return [];
    const fence = match.index + whole.indexOf('```');
    return [
      {
        at: `${page}:${text.slice(0, fence).split('\n').length}`,
        language: language as Block['language'],
        file: NAME.exec(shown)?.[1],
        isOnlyShown: /\bno-run\b/.test(info),
        code: before + shown + after,
      },
    ];
  });
}
