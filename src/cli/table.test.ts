import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { FORMATS, formatRecord, formatRows, type Row } from './table.ts';

const plain: readonly Row[] = [
  { trial: 0, state: 'COMPLETE', value: 0.123456789, params: { rate: 0.001, shape: 'a' } },
  { trial: 1, state: 'FAIL', value: null, params: { rate: 0.5 }, user: { note: 'late' } },
];

const hostile: readonly Row[] = [
  { 'a,"b"': 'x, "y"', text: 'one\ntwo\tthree', sign: '😀 ä', bell: '\u0007\u009b' },
  { 'a,"b"': '', text: "it's", sign: '=1+1', bell: null, number: Number.NaN },
  { number: Number.POSITIVE_INFINITY, list: [1, 'a', null], nested: { '': true, 'x.y': { z: 1 } } },
];

describe('formatRows', () => {
  it('writes plain rows in every format', () => {
    const written = FORMATS.map((format) => `--- ${format}\n${formatRows(plain, format)}`).join('');
    expect(written).toMatchInlineSnapshot(`
      "--- table
      trial  state     value    params.rate  params.shape  user.note
      0      COMPLETE  0.12346  0.001        a
      1      FAIL               0.5                        late
      --- json
      [
        {
          "trial": 0,
          "state": "COMPLETE",
          "value": 0.123456789,
          "params": {
            "rate": 0.001,
            "shape": "a"
          }
        },
        {
          "trial": 1,
          "state": "FAIL",
          "value": null,
          "params": {
            "rate": 0.5
          },
          "user": {
            "note": "late"
          }
        }
      ]
      --- yaml
      - trial: 0
        state: COMPLETE
        value: 0.123456789
        params:
          rate: 0.001
          shape: a
      - trial: 1
        state: FAIL
        value: null
        params:
          rate: 0.5
        user:
          note: late
      --- csv
      trial,state,value,params.rate,params.shape,user.note
      0,COMPLETE,0.123456789,0.001,a,
      1,FAIL,,0.5,,late
      --- value
      0	COMPLETE	0.123456789	0.001	a	
      1	FAIL		0.5		late
      "
    `);
  });

  it('writes hostile names and values in every format', () => {
    const written = FORMATS.map((format) => `--- ${format}\n${formatRows(hostile, format)}`).join('');
    expect(written).toMatchInlineSnapshot(`
      "--- table
      a,"b"   text             sign  bell          number    list          nested.  nested.x.y
      x, "y"  one\\ntwo\\tthree  😀 ä  \\u0007\\u009b
              it's             =1+1                NaN
                                                   Infinity  [1,"a",null]  true     {"z":1}
      --- json
      [
        {
          "a,\\"b\\"": "x, \\"y\\"",
          "text": "one\\ntwo\\tthree",
          "sign": "😀 ä",
          "bell": "\\u0007"
        },
        {
          "a,\\"b\\"": "",
          "text": "it's",
          "sign": "=1+1",
          "bell": null,
          "number": "NaN"
        },
        {
          "number": "Infinity",
          "list": [
            1,
            "a",
            null
          ],
          "nested": {
            "": true,
            "x.y": {
              "z": 1
            }
          }
        }
      ]
      --- yaml
      - "a,\\"b\\"": "x, \\"y\\""
        text: "one\\ntwo\\tthree"
        sign: "😀 ä"
        bell: "\\u0007\\u009b"
      - "a,\\"b\\"": ""
        text: "it's"
        sign: "=1+1"
        bell: null
        number: .nan
      - number: .inf
        list:
          - 1
          - a
          - null
        nested:
          "": true
          x.y:
            z: 1
      --- csv
      "a,""b""",text,sign,bell,number,list,nested.,nested.x.y
      "x, ""y""","one
      two	three",😀 ä,,,,,
      ,it's,=1+1,,NaN,,,
      ,,,,Infinity,"[1,""a"",null]",true,"{""z"":1}"
      --- value
      x, "y"	one
      two	three	😀 ä					
      	it's	=1+1		NaN			
      				Infinity	[1,"a",null]	true	{"z":1}
      "
    `);
  });

  it('writes JSON and YAML that give the values back, numbers that JSON lacks by their names in JSON', () => {
    const named = [hostile[0], { ...hostile[1], number: 'NaN' }, { ...hostile[2], number: 'Infinity' }];
    expect(JSON.parse(formatRows(hostile, 'json'))).toEqual(named);
    expect(parseYaml(formatRows(hostile, 'yaml'))).toEqual(hostile);
  });

  it('keeps a table at one line for each row', () => {
    expect(formatRows(hostile, 'table').trimEnd().split('\n')).toHaveLength(1 + hostile.length);
  });
});

it('takes as many rows as there are', () => {
  const rows = Array.from({ length: 130_000 }, (_, trial) => ({ trial, note: 'a remark', more: 'too wide'.repeat(4) }));
  const lines = formatRows(rows, 'table', { width: 20 }).split('\n');
  expect(lines).toHaveLength(1 + rows.length + 3);
  expect([lines[0], lines[130_000], lines.at(-2)]).toEqual([
    'trial   note',
    '129999  a remark',
    'Too wide for this terminal: more left out; --format csv has all.',
  ]);
});

describe('formatRecord', () => {
  it('writes one record in every format', () => {
    const written = FORMATS.map((format) => `--- ${format}\n${formatRecord(plain[0] ?? {}, format)}`).join('');
    expect(written).toMatchInlineSnapshot(`
      "--- table
      trial         0
      state         COMPLETE
      value         0.123456789
      params.rate   0.001
      params.shape  a
      --- json
      {
        "trial": 0,
        "state": "COMPLETE",
        "value": 0.123456789,
        "params": {
          "rate": 0.001,
          "shape": "a"
        }
      }
      --- yaml
      trial: 0
      state: COMPLETE
      value: 0.123456789
      params:
        rate: 0.001
        shape: a
      --- csv
      trial,state,value,params.rate,params.shape
      0,COMPLETE,0.123456789,0.001,a
      --- value
      0	COMPLETE	0.123456789	0.001	a
      "
    `);
  });

  it('writes a line for each field of any content', () => {
    expect(formatRecord(hostile[0] ?? {}, 'table')).toMatchInlineSnapshot(`
      "a,"b"  x, "y"
      text   one\\ntwo\\tthree
      sign   😀 ä
      bell   \\u0007\\u009b
      "
    `);
  });
});

it('keeps columns of any name', () => {
  const row = JSON.parse('{"__proto__": 1, "constructor": {"__proto__": 2}}');
  expect(formatRows([row], 'csv')).toBe('__proto__,constructor.__proto__\n1,2\n');
});
