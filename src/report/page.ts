import { createHash } from 'node:crypto';
import { type JsonValue, stringifyPythonJson } from '../base/json.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { ReportData } from './report-data.ts';
import { escapeHtml } from './text.ts';

/**
 * The report as one HTML file that needs nothing else. Its security policy allows no requests, and only its own scripts
 * and styles; the study's data are in it once, as JSON.
 *
 * @param script what draws it: {@link pageScript}.
 */
export function reportPage(data: ReportData, script: string): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(PAGE_STYLE)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(data.study.name)} · hpo</title>`,
    `<style>${PAGE_STYLE}</style>`,
    '</head>',
    '<body>',
    '<noscript>This report draws its charts with JavaScript, which is switched off.</noscript>',
    `<script type="application/json">${scriptJson(data as unknown as JsonValue)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** JSON that is safe inside a script element: it neither ends the element nor begins a comment. */
function scriptJson(data: JsonValue): string {
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '\u2028': '\\u2028', '\u2029': '\\u2029' };
  return stringifyPythonJson(data).replace(/[<\u2028\u2029]/g, (character) => escapes[character] as string);
}

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
