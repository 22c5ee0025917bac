import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { storedStudy } from '../../test/support/stored-study.ts';
import { parsePythonJson } from '../base/json.ts';
import { gatherReport } from './gather.ts';
import { reportPage } from './page.ts';
import { pageScript } from './page-script.ts';

const hostile = '</script><script>alert(1)</script><!--\u2028\u2029';
const trial = frozenTrial(0, {
  values: [Infinity],
  intermediateValues: new Map([
    [1, Number.NaN],
    [2, -Infinity],
  ]),
  userAttrs: { [hostile]: hostile },
});

it('holds the data once and unchanged, and allows only its own script and style', async () => {
  const stored = storedStudy([trial]);
  const data = gatherReport({ ...stored, record: { ...stored.record, name: hostile } }, null, new Date(5));
  const page = reportPage(data, await pageScript());
  const [, json = ''] = /<script type="application\/json">(.*?)<\/script>/s.exec(page) ?? [];
  expect(parsePythonJson(json)).toEqual(data);
  expect(json).not.toMatch(/[<\u2028\u2029]/);
  const script = page.slice(page.lastIndexOf('<script>') + '<script>'.length, page.lastIndexOf('</script>'));
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy?.replace(hash(script), 'SCRIPT').replace(hash(style), 'STYLE')).toMatchInlineSnapshot(
    `"default-src 'none'; script-src SCRIPT; style-src STYLE; img-src data:; base-uri 'none'; form-action 'none'"`,
  );
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).toContain('<title>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!--');
  expect(page.replace(script, '').match(/(?:src|href)=|https?:/g)).toBeNull();
});
