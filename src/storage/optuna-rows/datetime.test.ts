import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDatetime, parseDatetime } from './datetime.ts';

const slowly = (text: string) => new Date(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`).getTime();

it('a time comes back as it was stored, in any year', () => {
  const years = {
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  };
  fc.assert(
    fc.property(fc.date(years), (date) => {
      expect(parseDatetime(formatDatetime(date))).toEqual(date);
    }),
  );
});

it('a stored text is read as JavaScript reads the time, or refused', () => {
  const part = (digits: number) => fc.nat(10 ** digits - 1).map((value) => String(value).padStart(digits, '0'));
  const time = fc.tuple(part(4), part(2), part(2), part(2), part(2), part(2), part(6));
  const near = fc.tuple(
    fc.constantFrom('0099', '1000', '2024', '2026'),
    fc.constantFrom('00', '02', '04', '12', '13'),
    fc.constantFrom('00', '28', '29', '30', '31', '32'),
    fc.constantFrom('00', '23', '24'),
    fc.constantFrom('00', '59', '60'),
    fc.constantFrom('00', '59', '60'),
    fc.constantFrom('000000', '123456', '999999'),
  );
  const text = fc.oneof(time, near).map(([y, m, d, h, min, s, f]) => `${y}-${m}-${d} ${h}:${min}:${s}.${f}`);
  const changed = fc.tuple(text, fc.nat(25), fc.constantFrom('x', '/', ':', '', ' '));
  const any = fc.oneof(
    text,
    changed.map(([whole, at, mark]) => whole.slice(0, at) + mark + whole.slice(at + 1)),
  );
  fc.assert(
    fc.property(any, (stored) => {
      const expected = slowly(stored);
      if (Number.isNaN(expected)) expect(() => parseDatetime(stored)).toThrow(TypeError);
      else expect(parseDatetime(stored).getTime()).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
