import { win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderName } from './folder-name.ts';

describe('the folder of a study', () => {
  it.each(['cifar-cnn', 'a b.c_D', 'x'.repeat(100), 'console', 'aux-2'])('is the name %j itself', (name) => {
    expect(folderName(name)).toBe(name);
  });

  const HOSTILE = [
    ...['../../etc', '..', '.', '/etc/passwd', 'a/b', 'a\\b', 'C:\\x', '\\\\server\\share', '~', '.ssh', ''],
    ...[
      'con',
      'NUL',
      'aux.txt',
      'COM1',
      'lpt9.db',
      'a.',
      'a ',
      ' a',
      'x'.repeat(512),
      'a\0b',
      '\u202egnp',
      'a\nb',
      '-rf',
    ],
  ];

  it.each(HOSTILE)('is one below its parent, on every system, for %j', (name) => {
    const folder = folderName(name);
    expect(folder).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._ -]{0,120}$/);
    expect(folder).not.toMatch(/[. ]$/); // Windows drops them
    expect(folder).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
    expect(win32.join('runs', folder)).toBe(`runs\\${folder}`);
  });

  it('is another one for another name', () => {
    const names = [...HOSTILE, 'con_', 'a_b', 'a/b ', 'a', 'CON'];
    expect(new Set(names.map(folderName)).size).toBe(names.length);
  });
});
