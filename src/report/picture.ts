import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart, View } from './chart.ts';
import { PARTS } from './echarts-parts.ts';
import { FONTS } from './palette.ts';
import type { ReportData } from './report-data.ts';
import { clip, escapeHtml } from './text.ts';

use([...PARTS, SVGRenderer]);

/** The room for the title. */
const HEAD = 48;

/**
 * A chart as an SVG picture with its title, which has all it needs in itself but the font: it names Inter, and what
 * systems have in its place.
 *
 * @param height of the whole; by default what the chart needs.
 */
export function svgPicture(chart: Chart, data: ReportData, view: View, height?: number): string {
  const inner = Math.max(1, (height ?? chart.height(data, view) + HEAD) - HEAD);
  const drawn = drawSvg(chart, data, view, inner);
  const { width, palette } = view;
  const title = escapeHtml(clip(`${chart.title} · ${data.study.name}`, Math.floor(width / 9)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${inner + HEAD}" viewBox="0 0 ${width} ${inner + HEAD}">`,
    `<rect width="100%" height="100%" fill="${palette.surface}"/>`,
    `<text x="16" y="28" font-family="${escapeHtml(FONTS)}" font-size="15" font-weight="600" fill="${palette.text}">${title}</text>`,
    `<g transform="translate(0 ${HEAD})">${drawn}</g>`,
    '</svg>\n',
  ].join('\n');
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
