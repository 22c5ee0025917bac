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
  const { html, policy } = htmlPage({
    title: `${data.study.name} · hpo`,
    data: data as unknown as JsonValue,
    script,
    style: PAGE_STYLE,
    noScript: 'This report draws its charts with JavaScript, which is switched off.',
  });
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return html.replace('<meta charset="utf-8">', (charset) => `${charset}\n${meta}`);
}

/** The parts of a page. */
export interface PageParts {
  readonly title: string;
  /** The data that its script finds in it. */
  readonly data: JsonValue;
  readonly script: string;
  readonly style: string;
  /** The sentence for readers whose browser runs no scripts. */
  readonly noScript: string;
  /** Further elements of its head. */
  readonly head?: readonly string[];
}

/** A page, and the security policy that allows its own script and style, and nothing else. */
export function htmlPage({ title, data, script, style, noScript, head = [] }: PageParts) {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    ...head,
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<noscript>${escapeHtml(noScript)}</noscript>`,
    `<script type="application/json">${scriptJson(data)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
  return { html, policy };
}

/** JSON that is safe inside a script element: it neither ends the element nor begins a comment. */
function scriptJson(data: JsonValue): string {
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '\u2028': '\\u2028', '\u2029': '\\u2029' };
  return stringifyPythonJson(data).replace(/[<\u2028\u2029]/g, (character) => escapes[character] as string);
}

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
