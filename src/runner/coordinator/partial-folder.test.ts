import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { formatIdentity, thisProcess } from '../../machine/process-identity.ts';
import { PartialFolder } from './partial-folder.ts';

const write = (folder: PartialFolder, text: string) => writeFileSync(join(folder.path, 'text'), text);

describe('PartialFolder', () => {
  it('takes its name when it is finished, in place of an earlier one, and leaves nothing', async () => {
    const parent = join(tempFolder(), 'study');
    const target = join(parent, 'retrain');
    for (const text of ['first', 'second']) {
      const partial = new PartialFolder(target);
      write(partial, text);
      await partial.finish();
      expect(readdirSync(parent)).toEqual(['retrain']);
      expect(readFileSync(join(target, 'text'), 'utf8')).toBe(text);
    }
    const discarded = new PartialFolder(target);
    write(discarded, 'third');
    discarded.discard();
    expect(readFileSync(join(target, 'text'), 'utf8')).toBe('second');
    expect(readdirSync(parent)).toEqual(['retrain']);
  });

  it('says what is wrong where it cannot take its name', async () => {
    const parent = tempFolder();
    const partial = new PartialFolder(join(parent, 'retrain'));
    rmSync(partial.path, { recursive: true });
    await expect(partial.finish()).rejects.toMatchObject({
      code: 'HPO_DISK',
      message: expect.stringMatching(/^\S*retrain cannot be written: there is no folder \S+; make it first\.$/),
    });
    partial.discard();
    expect(readdirSync(parent)).toEqual([]);
  });

  it('does no harm to another one for the same name', async () => {
    const parent = tempFolder();
    const [one, two] = [new PartialFolder(join(parent, 'retrain')), new PartialFolder(join(parent, 'retrain'))];
    write(one, 'one');
    write(two, 'two');
    await one.finish();
    await two.finish();
    expect(readdirSync(parent)).toEqual(['retrain']);
    expect(readFileSync(join(parent, 'retrain/text'), 'utf8')).toBe('two');
  });

  it('removes the folders of dead processes, and puts a former one back if its name is free', () => {
    const parent = tempFolder();
    const target = join(parent, 'retrain');
    const place = (name: string, owner: string) => {
      mkdirSync(join(parent, `.partial-${name}/folder`), { recursive: true });
      writeFileSync(join(parent, `.partial-${name}/owner.txt`), owner);
      return join(parent, `.partial-${name}`);
    };
    const dead = place('dead', formatIdentity({ ...thisProcess(), started: '1' }));
    place('elsewhere', formatIdentity({ ...thisProcess(), boot: 'another' }));
    utimesSync(place('long-ago', 'nobody'), new Date('2020-01-01'), new Date('2020-01-01'));
    place('alive', formatIdentity(thisProcess()));
    mkdirSync(join(parent, '.partial-empty')); // its process could remove all but the folder itself
    mkdirSync(target);
    writeFileSync(join(target, 'text'), 'former');
    renameSync(target, join(dead, 'former-0')); // its process was killed between its two steps
    new PartialFolder(target).discard();
    expect(readdirSync(parent).sort()).toEqual(['.partial-alive', '.partial-elsewhere', 'retrain']);
    expect(readFileSync(join(target, 'text'), 'utf8')).toBe('former');
  });
});
