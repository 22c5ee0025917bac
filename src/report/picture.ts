import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart, View } from './chart.ts';
import { PARTS } from './echarts-parts.ts';
import { FONTS } from './palette.ts';
import type { ReportData } from './report-data.ts';
import { clip, escapeHtml } from './text.ts';

use([...PARTS, SVGRenderer]);

/** The room for the title and for a line below it, in pixels. */
const HEAD = 48;
const CAVEAT = 18;

/**
 * A chart as an SVG picture with its title. It needs nothing else but the font: it names Inter, and the usual fonts of
 * systems in its place.
 *
 * @param height of the whole picture; default: the height that the chart needs.
 */
export function svgPicture(chart: Chart, data: ReportData, view: View, height?: number): string {
  const { width, palette } = view;
  const caveats = linesOf(chart.caveat?.(data, view) ?? '', Math.floor((width - 32) / 6.2));
  const head = HEAD + CAVEAT * caveats.length;
  const inner = Math.max(1, (height ?? chart.height(data, view) + head) - head);
  const drawn = drawSvg(chart, data, view, inner);
  const title = escapeHtml(clip(`${chart.title} · ${data.study.name}`, Math.floor(width / 9)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${inner + head}" viewBox="0 0 ${width} ${inner + head}">`,
    `<rect width="100%" height="100%" fill="${palette.surface}"/>`,
    `<text x="16" y="28" font-family="${escapeHtml(FONTS)}" font-size="15" font-weight="600" fill="${palette.text}">${title}</text>`,
    ...caveats.map(
      (line, at) =>
        `<text x="16" y="${HEAD + CAVEAT * at}" font-family="${escapeHtml(FONTS)}" font-size="12" fill="${palette.muted}">${escapeHtml(line)}</text>`,
    ),
    `<g transform="translate(0 ${head})">${drawn}</g>`,
    '</svg>\n',
  ].join('\n');
}

/** A sentence in lines of at most `length` characters, except for longer words. */
function linesOf(sentence: string, length: number): readonly string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= length) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function drawSvg(chart: Chart, data: ReportData, view: View, height: number): string {
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: view.width, height });
  try {
    drawing.setOption(chart.option(data, view));
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}
