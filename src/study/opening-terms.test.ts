import { beforeEach, describe, expect, it } from 'vitest';
import { float, HpoError, random, space } from '../index.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import { type OpeningTerms, openStudy } from './open-study.ts';
import { CODE_KEY, SPACE_KEY } from './study-keys.ts';

let storage: MemoryStorage;
beforeEach(() => {
  storage = new MemoryStorage();
});

const open = (terms: OpeningTerms, high = 1) => {
  const declared = space({ x: float(0, high) });
  return openStudy({ name: 'study', space: declared, storage, sampler: random(), seed: 1, ifExists: 'load' }, terms);
};
const refusal = (opening: Promise<unknown>) =>
  opening.then(
    () => undefined,
    (error: unknown) => (HpoError.is(error) && error.code === 'HPO_STUDY_DIFFERS' ? error.message : error),
  );
const attrs = async () => (await storage.findStudy('study'))?.systemAttrs ?? {};
const code = (hash: string, isStrict = false) => ({ code: { hash, isStrict } });

describe('a study that is joined', () => {
  it('is begun where there is none, and refused with another space, with nothing changed', async () => {
    const study = await open({ isSameSpace: true });
    await study.tell(await study.ask(), 1);
    const before = await attrs();
    expect(await refusal(open({ isSameSpace: true }, 2))).toBe(
      "The study 'study' in memory: cannot be continued: in its space `x` was float(0, 1) and is float(0, 2) now. Undo " +
        'the change or give the study another name.',
    );
    expect(await attrs()).toEqual(before);
    await open({ isSameSpace: true });
    await open({}, 2); // as a run continues it, with other bounds
    expect(await refusal(open({ isSameSpace: true }))).toContain('float(0, 2)');
  });

  it('takes the space of the first where another study has none yet', async () => {
    await storage.createStudy({ name: 'study', directions: ['minimize'] }); // Optuna's
    await open({ isSameSpace: true }, 3);
    expect(Object.keys((await attrs())[SPACE_KEY] as object)).toEqual(['x']);
    expect(await refusal(open({ isSameSpace: true }))).toContain('float(0, 3)');
  });
});

describe('the code of a study', () => {
  it('stays that which it was begun with; trials that another one starts are marked', async () => {
    const first = await open(code('aaaa'));
    await first.tell(await first.ask(), 1);
    const second = await open(code('bbbb'));
    expect(second.marks).toEqual({ [CODE_KEY]: 'bbbb' });
    await second.tell(await second.ask(), 2);
    await first.requeue(await first.ask());
    await second.tell(await second.ask(), 3); // begun by the first
    await first.tell(await first.ask(), 4);
    expect((await attrs())[CODE_KEY]).toBe('aaaa');
    const marks = (await first.trials()).map(({ systemAttrs }) => systemAttrs[CODE_KEY]);
    expect(marks).toEqual([undefined, 'bbbb', 'bbbb', undefined]);
  });

  it('is refused where it is another one and has to be the same, with nothing changed', async () => {
    await open(code('aaaa', true));
    await open(code('aaaa', true));
    const before = await attrs();
    expect(await refusal(open(code('bbbb', true), 2))).toContain(
      'the code of its file was "aaaa" when it was begun and is "bbbb" now',
    );
    expect(await attrs()).toEqual(before);
  });

  it('is that of the first run, where the study was made without one', async () => {
    await open({});
    expect((await open(code('cccc', true))).marks).toEqual({});
    expect((await attrs())[CODE_KEY]).toBe('cccc');
  });
});
